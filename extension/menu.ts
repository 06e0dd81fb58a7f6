/** The menu behind the status bar item: what can be done now, most wanted first. */
import * as vscode from 'vscode';
import { type CommandId, commands } from './commands.ts';
import type { DevNetwork } from './dev-network.ts';

interface Entry extends vscode.QuickPickItem {
  readonly run?: { readonly command: CommandId; readonly arguments: readonly unknown[] };
}

function entry(command: CommandId, label: string = commands[command].title, ...args: unknown[]): Entry {
  const { icon } = commands[command] as { icon?: string };
  return { label: icon ? `${icon} ${label}` : label, run: { command, arguments: args } };
}

export async function showMenu(network: DevNetwork): Promise<void> {
  const { nodes } = network;
  const separator = { label: '', kind: vscode.QuickPickItemKind.Separator };
  const entries: Entry[] = [
    ...nodes
      .filter(({ state }) => state === 'crashed')
      .map(({ name }) => entry('hyperware.restartNode', `Restart ${name}`, name)),
    ...nodes
      .filter(({ state }) => state === 'running')
      .map(({ name }) => entry('hyperware.openUi', `Open UI of ${name}`, name)),
    ...(nodes.length === 0
      ? [entry('hyperware.startNetwork')]
      : [entry('hyperware.installApp'), entry('hyperware.stopNetwork')]),
    separator,
    entry('hyperware.openTraces'),
    entry('hyperware.openProcesses'),
    entry('hyperware.openInject'),
    separator,
    entry('hyperware.showConsole'),
    entry('hyperware.showLog'),
  ];
  const picked = await vscode.window.showQuickPick(entries, { title: 'Hyperware' });
  if (picked?.run) await vscode.commands.executeCommand(picked.run.command, ...picked.run.arguments);
}
