import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type {
  CodeAction,
  CompletionItem,
  Diagnostic,
  Hover,
  InitializeResult,
  PublishDiagnosticsParams,
  TextDocumentEdit,
  WorkspaceDiagnosticReport,
  WorkspaceEdit,
} from 'vscode-languageserver';

const main = path.join(import.meta.dirname, 'main.ts');
const fixture = path.join(import.meta.dirname, '../test/fixtures/apps/notes-v1');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'hyperware-language-server-'));
after(() => fs.rmSync(scratch, { recursive: true, force: true }));

interface Client {
  readonly connection: MessageConnection;
  readonly capabilities: InitializeResult['capabilities'];
  /** The newest diagnostics pushed for a file. */
  readonly pushed: Map<string, PublishDiagnosticsParams>;
  /** Resolves when the diagnostics pushed for a file fit. */
  until(uri: string, fits: (codes: readonly unknown[]) => boolean): Promise<readonly Diagnostic[]>;
  stop(): Promise<void>;
}

/** A server of its own over a copy of the notes app. */
async function start(capabilities: object, transport: 'stdio' | 'ipc' = 'stdio', section?: object) {
  const folder = fs.mkdtempSync(path.join(scratch, 'notes-'));
  fs.cpSync(fixture, folder, { recursive: true });
  const child: ChildProcess =
    transport === 'ipc'
      ? fork(main, ['--node-ipc'], { silent: true })
      : spawn(process.execPath, [main, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection =
    transport === 'ipc'
      ? createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child))
      : createMessageConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!));
  const pushed: Client['pushed'] = new Map();
  const waiting = new Set<() => void>();
  connection.onNotification('textDocument/publishDiagnostics', (parameters: PublishDiagnosticsParams) => {
    pushed.set(parameters.uri, parameters);
    for (const look of waiting) look();
  });
  connection.onRequest('workspace/configuration', () => [section ?? {}]);
  connection.onRequest('client/registerCapability', () => null);
  after(() => child.kill());
  connection.listen();
  const folderUri = pathToFileURL(folder).href;
  const { capabilities: offered } = await connection.sendRequest<InitializeResult>('initialize', {
    processId: process.pid,
    rootUri: folderUri,
    workspaceFolders: [{ uri: folderUri, name: 'notes' }],
    capabilities,
  });
  await connection.sendNotification('initialized', {});
  const client: Client = {
    connection,
    capabilities: offered,
    pushed,
    until: (uri, fits) =>
      new Promise((resolve) => {
        const look = () => {
          const diagnostics = pushed.get(uri)?.diagnostics ?? [];
          if (!fits(diagnostics.map(({ code }) => code))) return;
          waiting.delete(look);
          resolve(diagnostics);
        };
        waiting.add(look);
        look();
      }),
    async stop() {
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      assert.equal(await ended, 0, 'the server ends by itself');
      connection.dispose();
    },
  };
  const uri = (file: string) => pathToFileURL(path.join(folder, file)).href;
  return { client, folder, uri };
}

/** A server that does not answer must not hold up the rest. */
const limit = { timeout: 20_000 };

const pushing = { textDocument: { publishDiagnostics: {} }, workspace: { configuration: true } };

function open(client: Client, uri: string, languageId: string, text: string): Promise<void> {
  return client.connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId, version: 1, text },
  });
}

/** Replaces the only place where `before` stands in a text by `after`, as an editor says it. */
async function edit(
  client: Client,
  uri: string,
  version: number,
  text: string,
  before: string,
  after: string,
): Promise<string> {
  const index = text.indexOf(before);
  assert.ok(index >= 0, `${before} is in the text`);
  const position = (offset: number) => {
    const lines = text.slice(0, offset).split('\n');
    return { line: lines.length - 1, character: lines.at(-1)!.length };
  };
  await client.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [{ range: { start: position(index), end: position(index + before.length) }, text: after }],
  });
  return text.slice(0, index) + after + text.slice(index + before.length);
}

function editsOf(action: CodeAction | undefined): TextDocumentEdit[] {
  return (action?.edit?.documentChanges ?? []).filter((change) => 'textDocument' in change);
}

test('while typing: a parameter goes, is told, and the quick fix brings it back', limit, async () => {
  const { client, folder, uri } = await start(pushing);
  const library = uri('notes/src/lib.rs');
  const text = fs.readFileSync(path.join(folder, 'notes/src/lib.rs'), 'utf8');
  await open(client, library, 'rust', text);
  await edit(client, library, 2, text, '(&self, _request_body: String)', '(&self)');
  const [diagnostic] = await client.until(library, (codes) => codes.includes('HW001'));
  assert.equal(diagnostic?.severity, 1);
  assert.equal(diagnostic?.source, 'hyperware');
  assert.match(String(diagnostic?.message), /list_notes/);
  const page = await client.until(uri('ui/src/main.ts'), (codes) => codes.includes('HW006'));
  assert.match(String(page[0]?.message), /decodes only \{ ListNotes: \{\} \}/);

  const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri: library },
    range: diagnostic!.range,
    context: { diagnostics: [diagnostic] },
  });
  assert.equal(actions[0]?.title, "Add '_request_body: String'");
  assert.equal(actions[0]?.isPreferred, true);
  const [change] = editsOf(actions[0]);
  assert.equal(change?.textDocument.version, 2);
  await client.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri: library, version: 3 },
    contentChanges: change?.edits.map((given) => 'newText' in given && { range: given.range, text: given.newText }),
  });
  await client.until(library, (codes) => codes.length === 0);
  await client.until(uri('ui/src/main.ts'), (codes) => codes.length === 0);
  await client.stop();
});

test('a signature that does not parse keeps what was known of it, and nothing is told of the page', limit, async () => {
  const { client, folder, uri } = await start(pushing);
  const library = uri('notes/src/lib.rs');
  const page = uri('ui/src/main.ts');
  const text = fs.readFileSync(path.join(folder, 'notes/src/lib.rs'), 'utf8');
  const pageText = fs.readFileSync(path.join(folder, 'ui/src/main.ts'), 'utf8');
  await open(client, library, 'rust', text);
  await open(client, page, 'typescript', pageText);
  // The answer to any question about the app means that the whole text was read.
  await client.connection.sendRequest('textDocument/hover', {
    textDocument: { uri: library },
    position: { line: 0, character: 0 },
  });
  await edit(client, library, 2, text, 'note_id: u64, title: String', 'note_id: u64, title: ');
  await edit(client, page, 2, pageText, '[noteId, title]', '{ noteId, title }');
  const found = await client.until(page, (codes) => codes.length > 0);
  assert.deepEqual(
    found.map(({ code }) => code),
    ['HW002'],
  );
  assert.deepEqual(client.pushed.get(library)?.diagnostics ?? [], []);
  await client.stop();
});

test('over node IPC, with settings: severities and rules that are off', limit, async () => {
  const { client, folder, uri } = await start(pushing, 'ipc', {
    rules: { off: ['HW006'], severity: { HW001: 'hint' } },
  });
  const library = uri('notes/src/lib.rs');
  const text = fs.readFileSync(path.join(folder, 'notes/src/lib.rs'), 'utf8');
  await open(client, library, 'rust', text.replace('(&self, _request_body: String)', '(&self)'));
  const [diagnostic] = await client.until(library, (codes) => codes.includes('HW001'));
  assert.equal(diagnostic?.severity, 4);
  assert.equal(client.pushed.has(uri('ui/src/main.ts')), false);
  await client.stop();
});

test('without any open document: the whole workspace is told, and fixes have their titles', limit, async () => {
  const { client, folder, uri } = await start({});
  assert.equal(client.capabilities.diagnosticProvider !== undefined, true);
  const library = path.join(folder, 'notes/src/lib.rs');
  const clean = await client.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
    previousResultIds: [],
  });
  assert.deepEqual(clean.items, []);

  fs.writeFileSync(library, fs.readFileSync(library, 'utf8').replace('Vec<Note>', 'HashMap<u64, Note>'));
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: uri('notes/src/lib.rs'), type: 2 }],
  });
  const told = await client.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
    previousResultIds: [],
  });
  const [report] = told.items;
  assert.ok(report?.kind === 'full' && report.uri === uri('notes/src/lib.rs'));
  assert.deepEqual(
    report.items.map(({ code }) => code),
    ['HW011'],
  );
  const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri: report.uri },
    range: report.items[0]!.range,
    context: { diagnostics: report.items },
  });
  assert.deepEqual(
    actions.map(({ title }) => title),
    ["Change to 'Vec<(u64, Note)>'"],
  );
  const again = await client.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
    previousResultIds: [{ uri: report.uri, value: report.resultId! }],
  });
  assert.deepEqual(
    again.items.map(({ kind }) => kind),
    ['unchanged'],
  );
  await client.stop();
});

test('hovers at the handler and at the key of a payload', limit, async () => {
  const { client, folder, uri } = await start(pushing);
  const hover = (file: string, word: string) => {
    const before = fs.readFileSync(path.join(folder, file), 'utf8').split(word)[0]!.split('\n');
    const position = { line: before.length - 1, character: before.at(-1)!.length + 1 };
    return client.connection.sendRequest<Hover | null>('textDocument/hover', {
      textDocument: { uri: uri(file) },
      position,
    });
  };
  const atHandler = JSON.stringify(await hover('notes/src/lib.rs', 'rename_note'));
  assert.match(atHandler, /RenameNote\\":\[0,\\"\\"\]/);
  assert.match(atHandler, /note-id: u64,/);
  assert.match(atHandler, /V1: Cargo\.toml has hyperprocess_macro at 47400ab/);
  assert.match(JSON.stringify(await hover('ui/src/main.ts', 'RenameNote')), /handler `rename_note`/);
  assert.equal(await hover('ui/src/main.ts', 'replaceChildren'), null);
  await client.stop();
});

test('fix all, in one edit a file', limit, async () => {
  const { client, folder, uri } = await start(pushing);
  const library = uri('notes/src/lib.rs');
  const text = fs
    .readFileSync(path.join(folder, 'notes/src/lib.rs'), 'utf8')
    .replace('(&self, _request_body: String) -> Vec<Note>', '(&self) -> HashMap<u64, [u8; 2]>');
  await open(client, library, 'rust', text);
  await client.until(library, (codes) => codes.length >= 2);
  const [action] = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri: library },
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    context: { diagnostics: [], only: ['source.fixAll'] },
  });
  assert.equal(action?.kind, 'source.fixAll.hyperware');
  const [change] = editsOf(action);
  assert.deepEqual(
    change?.edits.map((given) => 'newText' in given && given.newText),
    [', _request_body: String', 'Vec<(u64, [u8; 2])>'],
  );
  await client.stop();
});

test('completion while a payload is typed, and a rename across both languages', limit, async () => {
  const { client, folder, uri } = await start(pushing);
  const page = uri('ui/src/main.ts');
  const text = fs.readFileSync(path.join(folder, 'ui/src/main.ts'), 'utf8');
  await open(client, page, 'typescript', text);
  const typed = await edit(client, page, 2, text, '{ RemoveNote: noteId }', '{  }');
  const before = typed.slice(0, typed.indexOf('{  }') + 2).split('\n');
  const position = { line: before.length - 1, character: before.at(-1)!.length };
  const items = await client.connection.sendRequest<CompletionItem[]>('textDocument/completion', {
    textDocument: { uri: page },
    position,
  });
  assert.deepEqual(
    items.map(({ label, textEdit }) => [label, textEdit?.newText]),
    [
      ['ListNotes', "ListNotes: ''"],
      ['AddNote', 'AddNote: draft'],
      ['RenameNote', 'RenameNote: [noteId, title]'],
      ['RemoveNote', 'RemoveNote: noteId'],
    ],
  );
  const library = fs.readFileSync(path.join(folder, 'notes/src/lib.rs'), 'utf8').split('rename_note')[0]!.split('\n');
  const { documentChanges } = await client.connection.sendRequest<WorkspaceEdit>('textDocument/rename', {
    textDocument: { uri: uri('notes/src/lib.rs') },
    position: { line: library.length - 1, character: library.at(-1)!.length + 2 },
    newName: 'retitle',
  });
  assert.deepEqual(
    (documentChanges as TextDocumentEdit[]).map(({ textDocument, edits }) => [
      textDocument.version,
      edits.map((given) => 'newText' in given && given.newText),
    ]),
    [
      [null, ['retitle']],
      [2, ['Retitle']],
    ],
  );
  await client.stop();
});

test(
  'a generated file: warned of while it is edited, told when it is saved, deleted when it is left over',
  limit,
  async () => {
    const { client, folder, uri } = await start({
      textDocument: { publishDiagnostics: {} },
      workspace: { workspaceEdit: { resourceOperations: ['delete'] } },
    });
    const text = 'interface notes {\nuse standard.{address};\n}\n';
    const leftOver = 'interface memos {\n    // Function signature for: get (local)\n}\n';
    fs.mkdirSync(path.join(folder, 'api'));
    fs.writeFileSync(path.join(folder, 'api/notes.wit'), text);
    fs.writeFileSync(path.join(folder, 'api/memos.wit'), leftOver);
    const notes = uri('api/notes.wit');
    const memos = uri('api/memos.wit');
    await open(client, memos, 'wit', leftOver);
    const [left] = await client.until(memos, (codes) => codes.includes('HW070'));
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri: memos },
      range: left?.range,
      context: { diagnostics: [left] },
    });
    assert.deepEqual(actions[0]?.edit?.documentChanges, [{ kind: 'delete', uri: memos }]);

    const edited = text.replace('}\n', '    // mine\n}\n');
    await open(client, notes, 'wit', edited);
    const severityOf = () => client.pushed.get(notes)?.diagnostics.find(({ code }) => code === 'HW070')?.severity;
    await client.until(notes, () => severityOf() === 2);
    fs.writeFileSync(path.join(folder, 'api/notes.wit'), edited);
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: notes, type: 2 }] });
    await client.until(notes, () => severityOf() === 4);
    await client.stop();
  },
);
