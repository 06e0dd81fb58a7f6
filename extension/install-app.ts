/** Builds the opened app and installs it on the running nodes. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ControlError } from '../dev-node/control/client.ts';
import type { Problem as BuildProblem, BuiltApp } from '../hyperapp/build/index.ts';
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

/** The builder is large, so it is a bundle of its own and comes with the first build (esbuild.mjs). */
let builder: Promise<typeof import('../hyperapp/build/index.ts')> | undefined;

/** `backend/src/index.ts:3:7: message`, lines and columns from 1 as editors count them. */
function textOf(problem: BuildProblem): string {
  const { line, character } = problem.range.start;
  return `${vscode.workspace.asRelativePath(problem.file)}:${line + 1}:${character + 1}: ${problem.message}`;
}

/** Builds the app. Mistakes are told with the first place, and all of them in the log. */
export async function buildOpenedApp(
  app: OpenedApp,
  log: vscode.LogOutputChannel,
  signal: AbortSignal,
): Promise<BuiltApp | { readonly ok: false; readonly problem: Problem }> {
  const started = performance.now();
  builder ??= import('../hyperapp/build/index.ts');
  const built = await (await builder).buildApp(app.root, {
    signal,
    sourcemap: true,
    onProgress: (text) => log.info(text),
  });
  if (!built.ok) {
    const texts = built.problems.map(textOf);
    for (const text of texts) log.error(text);
    return {
      ok: false,
      problem: problems.buildFailed(app.packageId, texts[0] ?? 'no reason was given', texts.length - 1),
    };
  }
  for (const warning of built.warnings) log.warn(textOf(warning));
  log.info(`Built ${built.packageId} in ${Math.round(performance.now() - started)} ms.`);
  return built;
}

/** Ends the builder's own process, if it was used. */
export async function stopBuilder(): Promise<void> {
  await (await builder)?.stopBundler();
}

/** Installs a built app on one node; what went wrong, or nothing. */
export async function installOn(node: RunningNode, built: BuiltApp): Promise<Problem | undefined> {
  if (!node.client) return problems.nodeNotRunning(node.name);
  try {
    const zip = Buffer.from(built.zip).toString('base64');
    await node.client.call('package/install', { zip, metadata: built.metadata });
    return undefined;
  } catch (error) {
    const mend = error instanceof ControlError ? error.mend : undefined;
    return problems.notInstalled(built.packageId, node.name, (error as Error).message, mend);
  }
}
