/** What the commands about the network, its nodes and their processes do. */
import * as vscode from 'vscode';
import { ControlError } from '../dev-node/control/client.ts';
import type { BuiltApp } from '../hyperapp/build/index.ts';
import type { ShellCommandId } from './commands.ts';
import type { NodeConsole } from './console.ts';
import type { RunningNode } from './dev-network.ts';
import { buildOpenedApp, chooseApp, installOn } from './install-app.ts';
import { showMenu } from './menu.ts';
import type { LocalNetwork } from './network/local-network.ts';
import type { TreeItem } from './node-tree.ts';
import { openRule } from './open-rule.ts';
import { openPage, packagesWithUi } from './open-ui.ts';
import { type Problem, problems } from './problems.ts';
import { readSetting } from './read-setting.ts';
import { show } from './show.ts';

export interface Shell {
  readonly network: LocalNetwork;
  readonly console: NodeConsole;
  readonly log: vscode.LogOutputChannel;
  /** Path of `dist/dev-node.js`. */
  readonly nodeProgram: string;
  /** `docs/rules`, with a page for each code. */
  readonly rulesFolder: string;
}

/** A command gets the tree's item, a node's name (from a message's button or the menu), or nothing (from the palette). */
type Argument = TreeItem | string | undefined;

/** Handlers of all commands that the shell registers. */
export function networkCommands(shell: Shell): Record<ShellCommandId, (argument?: Argument) => Promise<void> | void> {
  const { network, console: nodeConsole, log } = shell;
  const tell = (problem: Problem) => void show(log, problem);
  let starting: Promise<void> | undefined;

  /** The node that is meant: as given, else the only fitting one, else the one that the person picks. */
  async function chooseNode(
    argument: Argument,
    fits: (node: RunningNode) => boolean,
  ): Promise<RunningNode | undefined> {
    const name = typeof argument === 'string' ? argument : argument?.node;
    if (name !== undefined) return network.node(name);
    const nodes = network.nodes.filter(fits);
    if (nodes.length === 0) tell(problems.nothingRuns());
    if (nodes.length <= 1) return nodes[0];
    const picked = await vscode.window.showQuickPick(
      nodes.map((node) => ({ label: node.name, description: node.info?.http ?? node.state, node })),
      { title: 'Node' },
    );
    return picked?.node;
  }

  /** Runs a call on a node's process; a refusal is told with its mend. */
  async function onProcess(
    argument: Argument,
    what: string,
    run: (node: RunningNode, process: string) => Promise<unknown>,
  ): Promise<void> {
    if (typeof argument !== 'object' || argument.kind !== 'process') return;
    const node = network.node(argument.node);
    if (!node?.client) return tell(problems.nodeNotRunning(argument.node));
    try {
      await run(node, argument.process);
    } catch (error) {
      const mend = error instanceof ControlError ? error.mend : undefined;
      tell(problems.commandFailed(`${what} on ${argument.node}`, (error as Error).message, mend));
    }
  }

  async function install(built: BuiltApp, nodes: readonly RunningNode[]): Promise<void> {
    const outcomes = await Promise.all(nodes.map((node) => installOn(node, built)));
    for (const problem of outcomes) if (problem) tell(problem);
  }

  /** Starts the nodes and builds the app beside, then installs it on each. Cancelling stops what was started here. */
  async function startNetwork(): Promise<void> {
    if (!vscode.workspace.isTrusted) return tell(problems.restricted());
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    if (!workspace) return tell(problems.noFolder());
    const app = await chooseApp();
    if (!app) tell(problems.noApp(workspace));
    const names = readSetting(log, 'network.nodes');
    const options = {
      workspace,
      program: shell.nodeProgram,
      network: readSetting(log, 'network.name'),
      firstPort: readSetting(log, 'network.firstPort'),
    };
    const started = performance.now();
    await withProgress('Starting the dev network', async (report, signal) => {
      report(app ? `nodes ${names.join(', ')} and app ${app.packageId}` : `nodes ${names.join(', ')}`);
      const [built] = await Promise.all([
        app ? buildOpenedApp(app, log, signal) : undefined,
        network.start(names, options, signal),
      ]);
      if (signal.aborted) return network.stop();
      const running = network.nodes.filter(({ state }) => state === 'running');
      if (built && !built.ok) tell(built.problem);
      else if (built) {
        report(`installing ${app?.packageId}`);
        await install(built, running);
      }
      log.info(`${running.length} nodes run after ${Math.round(performance.now() - started)} ms.`);
    });
  }

  async function installApp(): Promise<void> {
    const running = network.nodes.filter(({ state }) => state === 'running');
    if (running.length === 0) return tell(problems.nothingRuns());
    const app = await chooseApp();
    if (!app) return tell(problems.noApp(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? 'this window'));
    await withProgress(`Building ${app.packageId}`, async (report, signal) => {
      const built = await buildOpenedApp(app, log, signal);
      if (signal.aborted) return;
      if (!built.ok) return tell(built.problem);
      report('installing');
      await install(built, running);
    });
  }

  async function openUi(argument: Argument): Promise<void> {
    const node = await chooseNode(argument, ({ state }) => state === 'running');
    if (!node) return;
    if (!node.client) return tell(problems.nodeNotRunning(node.name));
    const packages = await packagesWithUi(node);
    const own = (await chooseApp())?.packageId;
    const wanted = packages.find(({ id }) => id === own) ?? (packages.length === 1 ? packages[0] : undefined);
    const picked =
      wanted ??
      (packages.length > 1
        ? await vscode.window.showQuickPick(
            packages.map((each) => ({ label: each.id, ui: each.ui })),
            { title: `Page to open on ${node.name}` },
          )
        : undefined);
    if (picked) await openPage(node, picked.ui, readSetting(log, 'network.openUiIn'));
    else if (packages.length === 0) tell(problems.noUi(node.name));
  }

  return {
    // Asked twice, it is started once.
    'hyperware.startNetwork': () => {
      starting ??= startNetwork().finally(() => {
        starting = undefined;
      });
      return starting;
    },
    'hyperware.stopNetwork': () => network.stop(),
    'hyperware.installApp': installApp,
    'hyperware.openUi': openUi,
    'hyperware.startNode': async (argument) => {
      const node = await chooseNode(argument, ({ state }) => state === 'stopped');
      if (node) await network.restart(node.name);
    },
    'hyperware.restartNode': async (argument) => {
      const node = await chooseNode(argument, () => true);
      if (!node) return;
      await withProgress(`Restarting ${node.name}`, () => network.restart(node.name), false);
    },
    'hyperware.stopNode': async (argument) => {
      const node = await chooseNode(argument, ({ state }) => state === 'running');
      if (node) await network.stopNode(node.name);
    },
    'hyperware.killProcess': (argument) =>
      onProcess(argument, 'Kill Process', (node, process) => node.client!.call('process/kill', { process })),
    'hyperware.restartProcess': (argument) =>
      onProcess(argument, 'Restart Process', (node, process) => node.client!.call('process/restart', { process })),
    'hyperware.copyAddress': async (argument) => {
      if (typeof argument !== 'object') return;
      const text =
        argument.kind === 'process'
          ? `${argument.node}@${argument.process.replace(/^[^@]*@/, '')}`
          : network.node(argument.node)?.info?.http;
      if (text) await vscode.env.clipboard.writeText(text);
    },
    'hyperware.showMenu': () => showMenu(network),
    'hyperware.showConsole': () => nodeConsole.show(),
    'hyperware.showLog': () => log.show(true),
    'hyperware.openRule': (argument) => openRule(shell.rulesFolder, argument),
  };
}

/** Shows a notification with a cancel button while `run` goes on; `report` sets the text beside the title. */
async function withProgress(
  title: string,
  run: (report: (message: string) => void, signal: AbortSignal) => Promise<unknown>,
  cancellable = true,
): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable };
  await vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const listening = token.onCancellationRequested(() => abort.abort());
    try {
      await run((message) => progress.report({ message }), abort.signal);
    } finally {
      listening.dispose();
    }
  });
}
