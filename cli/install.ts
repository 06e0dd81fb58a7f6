/** Puts a package on a node, by its control API or by its HTTP port. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlClient } from '../dev-node/control/client.ts';
import type { PackageInfo } from '../dev-node/control/protocol.ts';
import type { Package } from './app-folder.ts';
import { installByRpc } from './app-store.ts';
import type { NodeOptions } from './command.ts';
import type { Output } from './output.ts';
import { pickOne, withClients } from './pick-node.ts';

/** A process binds its pages a moment after it was started. */
const uiWithinMs = 5000;
const lookEveryMs = 50;

/** The path of the package's UI on the node; undefined if it has none. */
export async function installByControl(client: ControlClient, one: Package): Promise<string | undefined> {
  let info: PackageInfo | undefined = await client.call('package/install', {
    zip: Buffer.from(one.zip).toString('base64'),
    metadata: one.metadata,
  });
  for (const until = Date.now() + uiWithinMs; one.hasUi && info && !info.ui && Date.now() < until; ) {
    await sleep(lookEveryMs);
    info = (await client.call('package/list')).find(({ id }) => id === one.packageId);
  }
  return info?.ui;
}

/** `start` and the second half of `build-start`. Throws `CliError` or `ControlError`. */
export async function installOn(options: NodeOptions, one: Package, output: Output): Promise<void> {
  if (options.port !== undefined) {
    const http = `http://localhost:${options.port}`;
    const versionHash = await installByRpc(options.port, one.packageId, one.zip, one.metadata);
    output.value({ event: 'installed', package: one.packageId, http, versionHash });
    output.line(`Installed ${one.packageId} on the node at ${http}.`);
    return;
  }
  const ready = await pickOne(options);
  await withClients([ready], async ([node]) => {
    const ui = await installByControl(node!.client, one);
    reportInstalled(output, one.packageId, ready.node, ready.http, ui);
  });
}

export function reportInstalled(
  output: Output,
  packageId: string,
  node: string,
  http: string,
  ui: string | undefined,
): void {
  const page = ui === undefined ? undefined : new URL(ui, http).href;
  output.value({ event: 'installed', node, package: packageId, ...(page === undefined ? {} : { ui: page }) });
  output.line(`Installed ${packageId} on ${node}${page === undefined ? '.' : `: ${output.style('underline', page)}`}`);
}
