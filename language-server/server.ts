import {
  type ClientCapabilities,
  CodeActionKind,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { isGeneratedPath } from '../hyperapp/project/generated.ts';
import type { RustParser } from '../hyperapp/rust/parser.ts';
import { codeActions, fixAllKind } from './features/code-actions.ts';
import { createDiagnostics } from './features/diagnostics.ts';
import { featureCapabilities, serveFeatures } from './features/index.ts';
import { createMentions } from './features/mentions.ts';
import { pathOf, uriOf } from './workspace/file-uri.ts';
import { createOpenFiles } from './workspace/open-files.ts';
import { createSchedule } from './workspace/schedule.ts';
import { readSettings, readWishes } from './workspace/settings.ts';
import { createWorkspace } from './workspace/workspace.ts';

/** Files on disk that change what is reported, for editors that let the server say so. */
const watched =
  '**/{*.rs,*.wit,*.ts,*.tsx,*.mts,*.js,*.jsx,*.mjs,*.vue,*.svelte,*.html,Cargo.toml,metadata.json,manifest.json,package.json}';

/**
 * Serves one client until it ends the connection. Diagnostics are pushed to a client that takes them, for whole apps,
 * open or not; to others, and to those that ask for it by `initializationOptions.diagnostics: "pull"`, the pull model is
 * offered. Pull requests are answered in either case. Reads files, writes none.
 */
export function serve(connection: Connection, parser: RustParser): void {
  const files = createOpenFiles();
  const workspace = createWorkspace(files, parser);
  const uriFor = (file: string) => files.document(file)?.uri ?? uriOf(file);
  const versionOf = (file: string) => files.document(file)?.version ?? null;
  const diagnostics = createDiagnostics(workspace, uriFor);
  let capabilities: ClientCapabilities = {};
  let folders: string[] = [];
  let isPull = false;
  let isReady = false;
  let commands: ReadonlySet<string> = new Set();
  const client = () => ({ capabilities, commands });

  const schedule = createSchedule(() => {
    try {
      tell();
    } catch (error) {
      // One app that cannot be read must not end the server; the person finds the reason in the log.
      connection.console.error(`Checking failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  });

  function tell(): void {
    if (!isReady) return;
    if (isPull) {
      if (capabilities.workspace?.diagnostics?.refreshSupport && diagnostics.changes().length > 0) {
        connection.languages.diagnostics.refresh();
      }
      return;
    }
    for (const { file, items } of diagnostics.changes()) {
      const version = versionOf(file);
      void connection.sendDiagnostics({
        uri: uriFor(file),
        diagnostics: [...items],
        ...(version !== null && { version }),
      });
    }
  }

  function changed(file: string | undefined): void {
    if (file === undefined) return;
    workspace.changed(file);
    schedule.request();
  }

  connection.onInitialize((parameters): InitializeResult => {
    capabilities = parameters.capabilities;
    folders = foldersOf(parameters);
    workspace.setFolders(folders);
    const wishes = readWishes(parameters.initializationOptions);
    commands = new Set(wishes.commands);
    isPull = wishes.diagnostics === 'pull' || capabilities.textDocument?.publishDiagnostics === undefined;
    return {
      serverInfo: { name: 'hyperware-language-server' },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: false },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
        ...featureCapabilities(client()),
        ...(isPull && {
          diagnosticProvider: { identifier: 'hyperware', interFileDependencies: true, workspaceDiagnostics: true },
        }),
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  connection.onInitialized(async () => {
    if (capabilities.workspace?.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => pathOf(uri)));
        const fresh = added.map(({ uri }) => pathOf(uri)).filter((folder) => folder !== undefined);
        folders = [...folders.filter((folder) => !gone.has(folder)), ...fresh];
        workspace.setFolders(folders);
        schedule.request();
      });
    }
    if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      await connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: watched }],
      });
    }
    await fetchSettings();
    isReady = true;
    schedule.request();
  });

  async function fetchSettings(): Promise<void> {
    if (!capabilities.workspace?.configuration) return;
    workspace.setSettings(readSettings(await connection.workspace.getConfiguration('hyperware')));
  }

  connection.onDidChangeConfiguration(async ({ settings }) => {
    if (capabilities.workspace?.configuration) await fetchSettings();
    else workspace.setSettings(readSettings((settings as { hyperware?: unknown } | null)?.hyperware));
    schedule.request();
  });

  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    files.open(uri, languageId, version, text);
    const file = pathOf(uri);
    if (file) workspace.opened(file);
    changed(file);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    files.change(uri, version, contentChanges);
    changed(pathOf(uri));
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    files.close(uri);
    changed(pathOf(uri));
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) {
      const file = pathOf(uri);
      // An open document is what its editor says, not what lies on disk; of a generated one it counts which is which.
      if (file && (!files.document(file) || isGeneratedPath(file))) changed(file);
    }
  });

  connection.languages.diagnostics.on(({ textDocument, previousResultId }) => {
    const file = pathOf(textDocument.uri);
    if (file === undefined) return { kind: 'full', items: [] };
    const { id, items } = diagnostics.of(file);
    if (id === previousResultId) return { kind: 'unchanged', resultId: id };
    return { kind: 'full', resultId: id, items: [...items] };
  });
  connection.languages.diagnostics.onWorkspace(({ previousResultIds }) => ({
    items: diagnostics.workspaceReport(previousResultIds, versionOf),
  }));

  connection.onCodeAction(({ textDocument, range, context: { only } }) => {
    const file = pathOf(textDocument.uri);
    if (file === undefined) return [];
    const canDelete = capabilities.workspace?.workspaceEdit?.resourceOperations?.includes('delete') ?? false;
    return codeActions({ reports: workspace.reportsOf(file), range, only, uriFor, versionOf, canDelete });
  });

  serveFeatures(
    connection,
    { apps: workspace.apps, appOf: workspace.appOf, files, mentionsIn: createMentions(files), uriFor, versionOf },
    client,
  );

  connection.onShutdown(() => {
    schedule.dispose();
    workspace.dispose();
    parser.dispose();
  });
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
  return uris.map(pathOf).filter((folder) => folder !== undefined);
}
