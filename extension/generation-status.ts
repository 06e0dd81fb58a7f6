/** The language status item: which generation of the framework the rules in the open file follow, and why. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { LanguageServer } from './language-client.ts';
import type { SettingKey } from './settings.ts';

/** The language server's answer to `hyperware/generation`; null for a file of no app. */
const generationAnswer = v.nullable(v.object({ name: v.string(), reason: v.string() }));

const setting: SettingKey = 'rules.generation';
/** A pause in typing; long enough not to ask for each letter. */
const pauseMs = 200;

/**
 * Shows the item for the active editor until it is disposed; in files of no app there is none. `server` resolves to
 * nothing if the language server cannot be started.
 */
export function showGeneration(
  server: Promise<LanguageServer | undefined>,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  let item: vscode.LanguageStatusItem | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isDisposed = false;

  function hide(): void {
    item?.dispose();
    item = undefined;
  }

  async function update(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const running = await server;
    const answer =
      document?.uri.scheme === 'file' && running
        ? v.parse(generationAnswer, await running.request('hyperware/generation', { uri: document.uri.toString() }))
        : null;
    // What was asked for an editor that is left meanwhile is no longer wanted: the next update is under way.
    if (isDisposed || vscode.window.activeTextEditor?.document !== document) return;
    if (!answer) return hide();
    item ??= vscode.languages.createLanguageStatusItem('generation', { scheme: 'file' });
    item.name = 'Hyperware Framework Generation';
    item.text = `Hyperware framework ${answer.name}`;
    item.detail = answer.reason;
    item.command = {
      title: 'Change',
      command: 'workbench.action.openSettings',
      arguments: [`@id:hyperware.${setting}`],
    };
  }

  function updateSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void update().catch((error: Error) => log.error(error)), pauseMs);
  }

  updateSoon();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(updateSoon),
    vscode.workspace.onDidChangeTextDocument(updateSoon),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`hyperware.${setting}`)) updateSoon();
    }),
    {
      dispose: () => {
        isDisposed = true;
        clearTimeout(timer);
        hide();
      },
    },
  );
}
