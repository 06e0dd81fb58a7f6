/** Builds the opened app and installs it on the running nodes. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ControlError } from '../dev-node/control/client.ts';
import { buildApp } from '../hyperapp/build/app.ts';
import { diskFiles } from '../hyperapp/project/files.ts';
import { findApps } from '../hyperapp/project/find.ts';
import { packageIdOf } from '../hyperapp/project/metadata.ts';
import type { RunningNode } from './dev-network.ts';
import { type Problem, problems } from './problems.ts';

export interface OpenedApp {
  /** Folder with metadata.json; absolute. */
  readonly root: string;
  /** `package-name:publisher`. */
  readonly packageId: string;
}

/** Apps of the workspace whose metadata names a package; one without cannot be installed. */
function openedApps(): OpenedApp[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .flatMap((folder) => findApps(diskFiles, folder.uri.fsPath))
    .flatMap((root) => {
      const packageId = packageIdOf(diskFiles.read(path.join(root, 'metadata.json')) ?? '');
      return packageId ? [{ root, packageId }] : [];
    });
}

/**
 * The app that commands are about: the one that holds the active editor's file, else the only one, else the one that
 * the person picks. Undefined if the workspace has none, or nothing was picked.
 */
export async function chooseApp(): Promise<OpenedApp | undefined> {
  const apps = openedApps();
  const active = vscode.window.activeTextEditor?.document.uri;
  const around = active?.scheme === 'file' && apps.find((app) => active.fsPath.startsWith(app.root + path.sep));
  if (around || apps.length <= 1) return around || apps[0];
  const picked = await vscode.window.showQuickPick(
    apps.map((app) => ({ label: app.packageId, description: vscode.workspace.asRelativePath(app.root), app })),
    { title: 'App to run on the nodes' },
  );
  return picked?.app;
}

export type BuiltApp = { readonly app: OpenedApp; readonly zip: Uint8Array; readonly metadata: unknown };

/** Builds the app; the log says what was done and every mistake with its place. */
export async function buildOpenedApp(
  app: OpenedApp,
  log: vscode.LogOutputChannel,
  signal: AbortSignal,
): Promise<BuiltApp | { readonly problem: Problem }> {
  const started = performance.now();
  try {
    const built = await buildApp(app.root, { signal, onLine: (line: string) => log.info(line) });
    log.info(`Built ${app.packageId} in ${Math.round(performance.now() - started)} ms.`);
    const zip = await fs.promises.readFile(built.zip);
    const metadata = JSON.parse(await fs.promises.readFile(path.join(app.root, 'metadata.json'), 'utf8'));
    return { app, zip, metadata };
  } catch (error) {
    return { problem: problems.buildFailed(app.packageId, (error as Error).message) };
  }
}

/** Installs a built app on one node; what went wrong, or nothing. */
export async function installOn(node: RunningNode, { app, zip, metadata }: BuiltApp): Promise<Problem | undefined> {
  if (!node.client) return problems.nodeNotRunning(node.name);
  try {
    await node.client.call('package/install', { zip: Buffer.from(zip).toString('base64'), metadata });
    return undefined;
  } catch (error) {
    const mend = error instanceof ControlError ? error.mend : undefined;
    return problems.notInstalled(app.packageId, node.name, (error as Error).message, mend);
  }
}
