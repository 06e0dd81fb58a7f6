/** What VS Code calls: puts the parts together, and ends everything that was started when the window goes. */
import * as vscode from 'vscode';
import { commands, type ShellCommandId } from './commands.ts';
import { openConsole } from './console.ts';
import { showGeneration } from './generation-status.ts';
import { stopBuilder } from './install-app.ts';
import { startLanguageClient } from './language-client.ts';
import { LocalNetwork } from './network/local-network.ts';
import { followProcesses } from './network/process-lists.ts';
import { networkCommands } from './network-commands.ts';
import { showNodeTree } from './node-tree.ts';
import { registerPanels } from './panels/index.ts';
import { problems } from './problems.ts';
import { show } from './show.ts';
import { showStatusBar } from './status-bar.ts';
import { registerWitDocument } from './wit-document.ts';

/** Ends what needs time to end; `deactivate` waits for it. */
let endAll: (() => Promise<unknown>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Hyperware', { log: true });
  const nodeConsole = openConsole();
  const network = new LocalNetwork({
    output: (node, text) => nodeConsole.append(node, text),
    didNotStart: (node, why) => void show(log, problems.nodeDidNotStart(node, why)),
    ended: (node, how) => void show(log, problems.nodeEnded(node, how)),
  });
  const lists = followProcesses(network, log);
  const nodeProgram = context.asAbsolutePath('dist/dev-node.js');
  const rulesFolder = context.asAbsolutePath('docs/rules');
  const handlers = networkCommands({ network, console: nodeConsole, log, nodeProgram, rulesFolder });
  context.subscriptions.push(
    log,
    nodeConsole,
    network,
    lists,
    nodeConsole.follow(network),
    showNodeTree(network, lists),
    showStatusBar(network),
    keepContext(network),
    registerPanels(context, network),
    ...(Object.keys(handlers) as ShellCommandId[]).map((id) =>
      vscode.commands.registerCommand(id, async (argument) => {
        try {
          await handlers[id](argument);
        } catch (error) {
          // A mistake of ours: the log has the stack, the person is told that it did not work.
          log.error(error as Error);
          void show(log, problems.commandFailed(commands[id].title, (error as Error).message));
        }
      }),
    ),
  );

  // Not awaited: commands and tree answer at once, and the server says itself when it is ready.
  const languageClient = startLanguageClient(context, log).catch((error: Error) => {
    void show(log, problems.languageServerFailed(error.message));
    return undefined;
  });
  context.subscriptions.push(registerWitDocument(languageClient, log), showGeneration(languageClient, log));
  endAll = () => Promise.all([network.stop(), stopBuilder(), languageClient.then((client) => client?.stop())]);
}

export async function deactivate(): Promise<void> {
  await endAll?.();
  endAll = undefined;
}

/** Tells VS Code what the `when` clauses of package.json ask for. */
function keepContext(network: LocalNetwork): vscode.Disposable {
  const set = (key: string, value: unknown) => void vscode.commands.executeCommand('setContext', key, value);
  const update = () => {
    set('hyperware.nodeCount', network.nodes.length);
    set(
      'hyperware.starting',
      network.nodes.some(({ state }) => state === 'starting'),
    );
  };
  update();
  return network.onDidChange(update);
}
