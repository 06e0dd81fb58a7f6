/** Opens the page of an app on a node, in the browser of the system or beside the editor. */
import * as vscode from 'vscode';
import type { PackageInfo } from '../dev-node/control/protocol.ts';
import type { RunningNode } from './dev-network.ts';

/** The packages of a node that have a page; empty if it has none or does not run. */
export async function packagesWithUi(node: RunningNode): Promise<(PackageInfo & { readonly ui: string })[]> {
  const packages = (await node.client?.call('package/list')) ?? [];
  return packages.flatMap((each) => (each.ui === undefined ? [] : [{ ...each, ui: each.ui }]));
}

/**
 * Opens `path` on the node. The address goes through `asExternalUri`, so that it also works where VS Code runs on
 * another machine than the browser.
 */
export async function openPage(node: RunningNode, path: string, where: 'browser' | 'editor'): Promise<void> {
  if (!node.info) return;
  const address = await vscode.env.asExternalUri(vscode.Uri.parse(new URL(path, node.info.http).href));
  if (where === 'editor') {
    const viewColumn = vscode.ViewColumn.Beside;
    await vscode.commands.executeCommand('simpleBrowser.api.open', address, { viewColumn });
  } else {
    // As text: a `Uri` would write the colons of `/samchat:samchat:template.os/` as `%3A`, which is another path to a
    // node. VS Code takes text here and opens it as it is, though its types do not say so.
    await vscode.env.openExternal(address.toString(true) as unknown as vscode.Uri);
  }
}
