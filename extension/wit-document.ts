/** *Show Generated WIT*: a read-only document beside a source, with the WIT that kit would write, as the source is typed. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { CommandId } from './commands.ts';
import type { LanguageServer } from './language-client.ts';
import { problems } from './problems.ts';
import { show } from './show.ts';
import { interfaceFor, type WitAnswer, witAnswer, witText } from './wit-text.ts';

const scheme = 'hyperware-wit';
const showWit: CommandId = 'hyperware.showWit';
/** A pause in typing; long enough not to ask for each letter. */
const pauseMs = 150;

/** Registers the command and the documents. `server` resolves to nothing if the language server cannot be started. */
export function registerWitDocument(
  server: Promise<LanguageServer | undefined>,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  /** The last text without an error, by document. */
  const lastGood = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;

  async function ask(source: string): Promise<WitAnswer | null | undefined> {
    const answer = await (await server)?.request('hyperware/wit', { uri: source });
    return answer === undefined ? undefined : v.parse(witAnswer, answer);
  }

  async function content(uri: vscode.Uri): Promise<string> {
    const answer = await ask(uri.query);
    if (!answer) return '// This file belongs to no Hyperware app.\n';
    const key = uri.toString();
    const text = witText(answer, uri.query, lastGood.get(key));
    if (answer.errors.length === 0) lastGood.set(key, text);
    return text;
  }

  function refreshSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === scheme) changed.fire(uri);
    }, pauseMs);
  }

  async function open(): Promise<void> {
    const source = vscode.window.activeTextEditor?.document.uri;
    if (source?.scheme !== 'file') return void show(log, problems.noSourceOpen());
    const answer = await ask(source.toString());
    // That the server did not start was told when it did not.
    if (answer === undefined) return;
    if (answer === null) return void show(log, problems.noAppOf(source.fsPath));
    const name = interfaceFor(answer, source.toString())?.path ?? 'api/generated.wit';
    const uri = vscode.Uri.from({ scheme, path: `/${name}`, query: source.toString() });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }

  const watcher = vscode.workspace.createFileSystemWatcher('**/{*.rs,*.ts,Cargo.toml,metadata.json,*.wit}');
  return vscode.Disposable.from(
    changed,
    watcher,
    watcher.onDidChange(refreshSoon),
    watcher.onDidCreate(refreshSoon),
    watcher.onDidDelete(refreshSoon),
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: content,
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.scheme === 'file') refreshSoon();
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void lastGood.delete(uri.toString())),
    vscode.commands.registerCommand(showWit, async () => {
      try {
        await open();
      } catch (error) {
        log.error(error as Error);
        void show(log, problems.commandFailed('Show Generated WIT', (error as Error).message));
      }
    }),
    { dispose: () => clearTimeout(timer) },
  );
}
