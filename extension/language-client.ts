/** Runs the language server as a process of its own and speaks LSP with it. It only reads, so it also runs untrusted. */
import * as vscode from 'vscode';
import {
  type DocumentSelector,
  LanguageClient,
  type Location,
  type Position,
  TransportKind,
} from 'vscode-languageclient/node';
import type { CommandId } from './commands.ts';

const openRule: CommandId = 'hyperware.openRule';
const openInject: CommandId = 'hyperware.openInject';

const languages = ['rust', 'typescript', 'typescriptreact', 'javascript', 'javascriptreact', 'html', 'json', 'jsonc'];

/** The files of an app that the server looks at; some by their paths, since VS Code itself knows no such languages. */
const documents: DocumentSelector = [
  ...languages.map((language) => ({ scheme: 'file', language })),
  { scheme: 'file', pattern: '**/{Cargo,tests}.toml' },
  { scheme: 'file', pattern: '**/api/*.wit' },
  { scheme: 'file', pattern: '**/*.{vue,svelte}' },
];

/** Each keystroke leaves garbage behind; swept up in small steps it costs no time and saves 150 MB (bench:language). */
const memoryFlags: readonly string[] = ['--max-semi-space-size=4'];

/** Commands that the server may put on a code lens. */
const lensCommands: readonly string[] = [openInject, 'editor.action.showReferences'];

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
 * Lenses as VS Code takes them: the references of a lens come as JSON, the editor's command wants its own objects. In a
 * workspace that is not trusted nothing runs that could be called.
 */
function withEditorArguments(lenses: readonly vscode.CodeLens[], client: LanguageClient): vscode.CodeLens[] {
  const convert = client.protocol2CodeConverter;
  return lenses.flatMap((lens) => {
    if (lens.command?.command === openInject) return vscode.workspace.isTrusted ? [lens] : [];
    if (lens.command?.command !== 'editor.action.showReferences') return [lens];
    const [uri, position, locations] = lens.command.arguments as [string, Position, Location[]];
    lens.command.arguments = [
      convert.asUri(uri),
      convert.asPosition(position),
      locations.map((location) => convert.asLocation(location)),
    ];
    return [lens];
  });
}

/** The running server, for requests that are not LSP's own; who asks checks the answer. */
export interface LanguageServer {
  request(method: string, parameters: object): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Starts the language server and resolves when it is ready. Rejects if it cannot be started; the caller tells the
 * person. `stop` ends the server's process.
 */
export async function startLanguageClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): Promise<LanguageServer> {
  const module = context.asAbsolutePath('dist/language-server.js');
  const client: LanguageClient = new LanguageClient(
    'hyperware',
    'Hyperware Language Server',
    {
      run: { module, transport: TransportKind.ipc, options: { execArgv: [...memoryFlags] } },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6019'] } },
    },
    {
      documentSelector: documents,
      outputChannel: log,
      synchronize: { configurationSection: 'hyperware' },
      initializationOptions: { commands: lensCommands },
      middleware: {
        handleDiagnostics: (uri, diagnostics, next) => next(uri, withRulePages(diagnostics)),
        provideCodeLenses: async (document, token, next) =>
          withEditorArguments((await next(document, token)) ?? [], client),
      },
      diagnosticCollectionName: 'hyperware',
    },
  );
  await client.start();
  return {
    request: (method, parameters) => client.sendRequest(method, parameters),
    stop: () => client.dispose(),
  };
}
