/** Runs the language server as a process of its own and speaks LSP with it. It only reads, so it also runs untrusted. */
import * as vscode from 'vscode';
import { type DocumentSelector, LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type { CommandId } from './commands.ts';

const openRule: CommandId = 'hyperware.openRule';

/** The files of an app that the rules look at; toml by its path, since VS Code itself knows no such language. */
const documents: DocumentSelector = [
  ...['rust', 'typescript', 'typescriptreact', 'javascript', 'html', 'json', 'jsonc'].map((language) => ({
    scheme: 'file',
    language,
  })),
  { scheme: 'file', pattern: '**/Cargo.toml' },
];

/**
 * Diagnostics with their code as a link to the rule's page, which comes with the extension: it is there offline, and it is
 * the page of this very version.
 */
function withRulePages(diagnostics: readonly vscode.Diagnostic[]): vscode.Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    const { code } = diagnostic;
    const value = String(typeof code === 'object' ? code.value : code);
    const target = vscode.Uri.parse(`command:${openRule}?${encodeURIComponent(JSON.stringify([value]))}`);
    if (/^HW\d{3}$/.test(value)) diagnostic.code = { value, target };
    return diagnostic;
  });
}

/**
 * Starts the language server and resolves when it is ready. Rejects if it cannot be started; the caller tells the
 * person. `stop` ends the server's process.
 */
export async function startLanguageClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): Promise<{ stop(): Promise<void> }> {
  const module = context.asAbsolutePath('dist/language-server.js');
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
      synchronize: { configurationSection: 'hyperware' },
      middleware: { handleDiagnostics: (uri, diagnostics, next) => next(uri, withRulePages(diagnostics)) },
      diagnosticCollectionName: 'hyperware',
    },
  );
  await client.start();
  return { stop: () => client.dispose() };
}
