/** Runs the language server as a process of its own and speaks LSP with it. It only reads, so it also runs untrusted. */
import * as vscode from 'vscode';
import { type DocumentSelector, LanguageClient, TransportKind } from 'vscode-languageclient/node';

/** The files of an app that the rules look at; toml by its path, since VS Code itself knows no such language. */
const documents: DocumentSelector = [
  ...['rust', 'typescript', 'typescriptreact', 'javascript', 'html', 'json', 'jsonc'].map((language) => ({
    scheme: 'file',
    language,
  })),
  { scheme: 'file', pattern: '**/Cargo.toml' },
];

/** Files whose changes on disk matter to rules that look at more than the open document. */
const watched = '**/{*.rs,*.ts,*.tsx,*.js,*.jsx,*.html,Cargo.toml,metadata.json,manifest.json,package.json}';

/**
 * Starts the language server and resolves when it is ready. Rejects if it cannot be started; the caller tells the
 * person. `stop` ends the server's process.
 */
export async function startLanguageClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): Promise<{ stop(): Promise<void> }> {
  const module = context.asAbsolutePath('dist/language-server.js');
  const watcher = vscode.workspace.createFileSystemWatcher(watched);
  const client = new LanguageClient(
    'hyperware',
    'Hyperware Language Server',
    {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6019'] } },
    },
    {
      documentSelector: documents,
      outputChannel: log,
      synchronize: { configurationSection: 'hyperware', fileEvents: watcher },
      diagnosticCollectionName: 'hyperware',
    },
  );
  try {
    await client.start();
  } catch (error) {
    watcher.dispose();
    throw error;
  }
  return {
    async stop() {
      watcher.dispose();
      await client.dispose();
    },
  };
}
