/**
 * `npm run bench:language`: how fast the language server answers, as an editor meets it: the bundle, LSP over stdio, a
 * generated workspace of ten apps, fixed edits, warm. `--server=FILE` measures another bundle. Exit code 1 if a goal is missed. Memory is that of Linux' /proc.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { median, ms, printTable, quantile, type Row } from './figures.ts';
import { type LanguageWorkspace, writeLanguageWorkspace } from './language-workspace.ts';

const server =
  process.argv.find((argument) => argument.startsWith('--server='))?.slice('--server='.length) ??
  path.join(import.meta.dirname, '../../dist/language-server.js');
/** As the extension starts it. */
const memoryFlags = ['--max-semi-space-size=4'];
const starts = 5;
const rounds = 3;

/** Typed a character at a time; each text is put where `before` ends, and taken away again. */
const typing = {
  rust: [
    { before: 'if title.trim().is_empty() {\n', text: '            let shown = self.next_id + 1;' },
    {
      before: 'async fn update_item_be(&mut self, item: ItemBe, title: String, count: u32',
      text: ', note: Option<String>',
    },
    { before: 'fn helper_90(values: &[u64], limit: u64', text: ', step: usize' },
  ],
  page: [
    { before: '{ UpdateItemBe: [item, title, ', text: '1 + count * 2 + ' },
    {
      before: 'const [error, setError] = useState<string | null>(null);\n',
      text: "  const shown = title.trim() || 'none';",
    },
  ],
};

/** A change that brings a report with it, and takes it away. */
const flips = {
  rust: {
    right: 'title: String, count: u32) -> Result<ItemAu, String>',
    wrong: 'title: String, count: u32) -> HashMap<u64, [u8; 2]>',
    code: 'HW011',
  },
  page: { right: '{ UpdateItemAu: [item, title, ', wrong: '{ UpdateItemAu: [', code: 'HW004' },
};

type FileKey = keyof typeof typing;

const isFlipped =
  (key: FileKey) =>
  ({ diagnostics }: PublishDiagnosticsParams): boolean =>
    diagnostics.some(({ code }) => code === flips[key].code);

class Editor {
  readonly uri: string;
  text: string;
  #version = 1;
  readonly #client: Client;

  constructor(client: Client, file: string, text: string, languageId: string) {
    this.#client = client;
    this.uri = pathToFileURL(file).href;
    this.text = text;
    void client.notify('textDocument/didOpen', { textDocument: { uri: this.uri, languageId, version: 1, text } });
  }

  position(offset: number): { line: number; character: number } {
    const before = this.text.slice(0, offset);
    return { line: before.split('\n').length - 1, character: offset - (before.lastIndexOf('\n') + 1) };
  }

  /** Replaces a stretch; returns the document's new version. */
  replace(start: number, end: number, text: string): number {
    const range = { start: this.position(start), end: this.position(end) };
    this.text = this.text.slice(0, start) + text + this.text.slice(end);
    this.#version += 1;
    void this.#client.notify('textDocument/didChange', {
      textDocument: { uri: this.uri, version: this.#version },
      contentChanges: [{ range, text }],
    });
    return this.#version;
  }
}

class Client {
  readonly child: ChildProcess;
  readonly #connection;
  readonly #waiting = new Map<string, (parameters: PublishDiagnosticsParams) => void>();

  constructor() {
    this.child = spawn(process.execPath, [...memoryFlags, server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#connection = createMessageConnection(
      new StreamMessageReader(this.child.stdout!),
      new StreamMessageWriter(this.child.stdin!),
    );
    this.#connection.onNotification('textDocument/publishDiagnostics', (parameters: PublishDiagnosticsParams) =>
      this.#waiting.get(parameters.uri)?.(parameters),
    );
    this.#connection.onRequest('workspace/configuration', () => [{}]);
    this.#connection.onRequest('client/registerCapability', () => null);
    this.#connection.listen();
  }

  notify(method: string, parameters: object): Promise<void> {
    return this.#connection.sendNotification(method, parameters);
  }

  request<T>(method: string, parameters: object): Promise<T> {
    return this.#connection.sendRequest(method, parameters);
  }

  /** The next diagnostics that are pushed for a file and fit. */
  pushed(uri: string, fits: (parameters: PublishDiagnosticsParams) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(uri, (parameters) => {
        if (!fits(parameters)) return;
        this.#waiting.delete(uri);
        resolve();
      });
    });
  }

  async initialize(folder: string): Promise<void> {
    const uri = pathToFileURL(folder).href;
    await this.request('initialize', {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: 'bench' }],
      initializationOptions: { commands: ['hyperware.openInject', 'editor.action.showReferences'] },
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true },
        textDocument: {
          publishDiagnostics: { versionSupport: true },
          completion: { completionItem: { snippetSupport: true } },
        },
      },
    });
    await this.notify('initialized', {});
  }

  /** Resident memory in bytes; undefined where /proc does not tell. */
  memory(): number | undefined {
    try {
      const status = fs.readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
    } catch {
      // Not Linux.
      return undefined;
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    await this.request('shutdown', {});
    await this.notify('exit', {});
    await ended;
    this.#connection.dispose();
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** From the start of the process to the diagnostics of a document that is open with a mistake. */
async function coldStart({ folder, rust }: LanguageWorkspace): Promise<number> {
  const wrong = rust.text.replace(flips.rust.right, flips.rust.wrong);
  let client: Client | undefined;
  const took = await timed(async () => {
    client = new Client();
    await client.initialize(folder);
    const uri = pathToFileURL(rust.file).href;
    const pushed = client.pushed(uri, isFlipped('rust'));
    new Editor(client, rust.file, wrong, 'rust');
    await pushed;
  });
  await client?.stop();
  return took;
}

interface Times {
  readonly keystroke: number[];
  readonly completion: number[];
  readonly hover: number[];
  /** Everything that VS Code asks after a keystroke, at once. */
  readonly all: number[];
}

async function typeInto(client: Client, editor: Editor, key: FileKey, times: Times): Promise<void> {
  const document = { textDocument: { uri: editor.uri } };
  for (const { before, text } of typing[key]) {
    const start = editor.text.indexOf(before) + before.length;
    if (start < before.length) throw new Error(`The text has no ${before}`);
    for (const [index, letter] of [...text].entries()) {
      const at = start + index;
      times.keystroke.push(
        await timed(() => {
          editor.replace(at, at, letter);
          return client.request('textDocument/diagnostic', document);
        }),
      );
      const position = editor.position(at + 1);
      times.completion.push(await timed(() => client.request('textDocument/completion', { ...document, position })));
      times.hover.push(await timed(() => client.request('textDocument/hover', { ...document, position })));
    }
    editor.replace(start, start + text.length, '');
    const asked = ['codeLens', 'documentSymbol', 'foldingRange', 'diagnostic'].map((name) => `textDocument/${name}`);
    const range = { start: { line: 0, character: 0 }, end: { line: 60, character: 0 } };
    times.all.push(
      await timed(() =>
        Promise.all([
          ...asked.map((method) => client.request(method, document)),
          client.request('textDocument/inlayHint', { ...document, range }),
        ]),
      ),
    );
  }
  await hoverAtName(client, editor, key, times);
}

/** Where there is much to say: a handler's name, and its key in a payload. */
async function hoverAtName(client: Client, editor: Editor, key: FileKey, times: Times): Promise<void> {
  const name = key === 'rust' ? 'update_item_bo' : 'UpdateItemBo';
  const position = editor.position(editor.text.indexOf(name) + 2);
  for (let count = 0; count < 10; count++)
    times.hover.push(
      await timed(() => client.request('textDocument/hover', { textDocument: { uri: editor.uri }, position })),
    );
}

/** As `typeInto`, for diagnostics that come by themselves. */
async function flip(client: Client, editor: Editor, key: FileKey, times: Times): Promise<void> {
  const { right, wrong } = flips[key];
  const start = editor.text.indexOf(right);
  if (start < 0) throw new Error(`The text has no ${right}`);
  for (let count = 0; count < 10; count++) {
    const isWrong = count % 2 === 0;
    times.keystroke.push(
      await timed(() => {
        const pushed = client.pushed(editor.uri, (parameters) => isFlipped(key)(parameters) === isWrong);
        editor.replace(start, start + (isWrong ? right : wrong).length, isWrong ? wrong : right);
        return pushed;
      }),
    );
  }
}

function row(what: string, times: readonly number[], goals: { p50?: number; p95?: number }): Row {
  const p50 = median(times);
  const p95 = quantile(times, 0.95);
  const isMet = p50 < (goals.p50 ?? Infinity) && p95 < (goals.p95 ?? Infinity);
  const text = [goals.p50 && `p50 < ${goals.p50} ms`, goals.p95 && `p95 < ${goals.p95} ms`].filter(Boolean).join(', ');
  const hasGoal = text !== '';
  return {
    what: `${what} (${times.length})`,
    value: `${ms(p50)}, p95 ${ms(p95)}`,
    ...(hasGoal && { goal: { text, met: isMet } }),
  };
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'hyperware-bench-language-'));
try {
  const workspace = writeLanguageWorkspace(scratch);
  const cold: number[] = [];
  for (let count = 0; count < starts; count++) cold.push(await coldStart(workspace));

  const client = new Client();
  await client.initialize(workspace.folder);
  const rows: Row[] = [];
  const editors = {
    rust: new Editor(client, workspace.rust.file, workspace.rust.text, 'rust'),
    page: new Editor(client, workspace.page.file, workspace.page.text, 'typescriptreact'),
  };
  for (const key of ['rust', 'page'] as const) {
    const name = key === 'rust' ? 'Rust, 3,500 lines' : 'TSX, 1,200 lines';
    const empty = (): Times => ({ keystroke: [], completion: [], hover: [], all: [] });
    await typeInto(client, editors[key], key, empty());
    const times = empty();
    for (let round = 0; round < rounds; round++) {
      await typeInto(client, editors[key], key, times);
      await flip(client, editors[key], key, times);
    }
    rows.push(
      row(`${name}: keystroke to diagnostics`, times.keystroke, { p50: 20, p95: 50 }),
      row(`${name}: completion`, times.completion, { p95: 50 }),
      row(`${name}: hover`, times.hover, { p95: 50 }),
      row(`${name}: lenses, symbols, hints, diagnostics at once`, times.all, {}),
    );
  }
  const start = median(cold);
  rows.push({
    what: `Cold start to first diagnostics (${starts})`,
    value: ms(start),
    goal: { text: '< 700 ms', met: start < 700 },
  });
  const memory = client.memory();
  if (memory !== undefined) {
    const megabytes = memory / 1024 / 1024;
    rows.push({
      what: 'Memory',
      value: `${megabytes.toFixed(0)} MB`,
      goal: { text: '< 300 MB', met: megabytes < 300 },
    });
  }
  await client.stop();
  printTable(rows);
  if (rows.some(({ goal }) => goal?.met === false)) process.exitCode = 1;
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
