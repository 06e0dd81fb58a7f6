/**
 * Every command of the extension, once. `contributions.test.ts` holds package.json to this list, and `main.ts` cannot be
 * compiled without a handler for each, so that an id cannot drift from its title or its code.
 */
import type * as vscode from 'vscode';

export interface Command {
  readonly title: string;
  readonly icon?: string;
  /** Who registers it: the shell (main.ts), the panels (panels/index.ts) or the WIT document (wit-document.ts). */
  readonly by: 'shell' | 'panels' | 'witDocument';
  /** False for commands that only make sense on something chosen in the tree. */
  readonly inPalette: boolean;
  /** True for commands that only show something, and so also work in a workspace that is not trusted. */
  readonly inRestrictedMode?: boolean;
}

export const category = 'Hyperware';

export const commands = {
  'hyperware.startNetwork': { title: 'Start Network', icon: '$(play)', by: 'shell', inPalette: true },
  'hyperware.stopNetwork': { title: 'Stop Network', icon: '$(debug-stop)', by: 'shell', inPalette: true },
  'hyperware.installApp': { title: 'Build and Install App', icon: '$(cloud-upload)', by: 'shell', inPalette: true },
  'hyperware.openUi': { title: 'Open UI', icon: '$(link-external)', by: 'shell', inPalette: true },
  'hyperware.startNode': { title: 'Start', icon: '$(play)', by: 'shell', inPalette: false },
  'hyperware.restartNode': { title: 'Restart', icon: '$(debug-restart)', by: 'shell', inPalette: true },
  'hyperware.stopNode': { title: 'Stop', icon: '$(debug-stop)', by: 'shell', inPalette: false },
  'hyperware.killProcess': { title: 'Kill Process', icon: '$(close)', by: 'shell', inPalette: false },
  'hyperware.restartProcess': { title: 'Restart Process', icon: '$(debug-restart)', by: 'shell', inPalette: false },
  'hyperware.copyAddress': { title: 'Copy Address', by: 'shell', inPalette: false },
  'hyperware.showMenu': { title: 'Show Menu', by: 'shell', inPalette: true },
  'hyperware.showConsole': { title: 'Show Node Console', icon: '$(terminal)', by: 'shell', inPalette: true },
  'hyperware.showLog': { title: 'Show Log', icon: '$(output)', by: 'shell', inPalette: true, inRestrictedMode: true },
  'hyperware.openRule': { title: 'Open Rule', by: 'shell', inPalette: false, inRestrictedMode: true },
  'hyperware.openTraces': { title: 'Message Traces', icon: '$(list-tree)', by: 'panels', inPalette: true },
  'hyperware.openProcesses': { title: 'Processes', icon: '$(server-process)', by: 'panels', inPalette: true },
  'hyperware.openInject': { title: 'Inject Message', icon: '$(send)', by: 'panels', inPalette: true },
  'hyperware.showWit': {
    title: 'Show Generated WIT',
    icon: '$(symbol-interface)',
    by: 'witDocument',
    inPalette: true,
    inRestrictedMode: true,
  },
} as const satisfies Record<string, Command>;

export type CommandId = keyof typeof commands;
/** The commands that main.ts registers. */
export type ShellCommandId = { [K in CommandId]: (typeof commands)[K]['by'] extends 'shell' ? K : never }[CommandId];

/** Runs one of our own commands; a misspelt id does not compile. */
export function command(id: CommandId, title: string, ...args: unknown[]): vscode.Command {
  return { command: id, title, arguments: args };
}
