/** Asks the language server about an app: an LSP client over stdio, no editor (architecture: by LSP only). */
import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { errors } from './errors.ts';
import { bundle, nodeForDevNode } from './node-runtime.ts';

const severities = ['error', 'warning', 'information', 'hint'] as const;
export type Severity = (typeof severities)[number];

/** Lines and characters from 0, as in LSP. */
export interface Finding {
  /** Relative to the app, with `/`. */
  readonly file: string;
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: v.InferOutput<typeof range>;
  /** Titles of the quick fixes that are offered for it. */
  readonly fixes: readonly string[];
}

const position = v.object({ line: v.number(), character: v.number() });
const range = v.object({ start: position, end: position });
/** Loose: it is sent back as it came when fixes are asked for. */
const diagnostic = v.looseObject({
  range,
  message: v.string(),
  severity: v.optional(v.picklist([1, 2, 3, 4]), 1),
  code: v.optional(v.union([v.string(), v.number()])),
});
const report = v.object({
  items: v.array(v.object({ uri: v.string(), kind: v.string(), items: v.optional(v.array(diagnostic), []) })),
});
const actions = v.nullable(v.array(v.object({ title: v.string() })));

const answersWithinMs = 60_000;
const endsWithinMs = 2000;

/** In the order of files and places. Throws `CliError` when the server cannot be started or does not answer. */
export function diagnose(folder: string): Promise<Finding[]> {
  return withLanguageServer(folder, async (ask) => {
    const { items } = await ask('workspace/diagnostic', { previousResultIds: [] }, report);
    const findings: Finding[] = [];
    for (const document of items)
      for (const one of document.items) {
        const offered = await ask(
          'textDocument/codeAction',
          {
            textDocument: { uri: document.uri },
            range: one.range,
            context: { diagnostics: [one], only: ['quickfix'], triggerKind: 1 },
          },
          actions,
        );
        findings.push({
          file: relative(folder, document.uri),
          code: one.code === undefined ? '' : `${one.code}`,
          severity: severities[one.severity - 1]!,
          message: one.message,
          range: one.range,
          fixes: (offered ?? []).map(({ title }) => title),
        });
      }
    return findings.sort(
      (a, b) =>
        (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
        a.range.start.line - b.range.start.line ||
        a.range.start.character - b.range.start.character,
    );
  });
}

/** What keeps kit from the WIT, or what is odd about it. */
export interface WitFinding {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Relative to the app, with `/`; null where the app as a whole is meant. */
  readonly file: string | null;
  readonly range: v.InferOutput<typeof range> | null;
}

export interface GeneratedWit {
  /** Paths relative to the app: `api/chat.wit`. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly findings: readonly WitFinding[];
}

const located = v.array(v.object({ text: v.string(), at: v.nullable(v.object({ uri: v.string(), range })) }));
const wit = v.object({
  // A path that leaves `api/` is none of ours.
  files: v.array(v.object({ path: v.pipe(v.string(), v.regex(/^api\/[^/\\]+$/)), text: v.string() })),
  errors: located,
  warnings: located,
});

/** The WIT of an app, as its files are now. Throws `CliError` like `diagnose`. */
export function generatedWit(folder: string): Promise<GeneratedWit> {
  return withLanguageServer(folder, async (ask) => {
    const uri = pathToFileURL(path.join(folder, 'metadata.json')).href;
    const { files, errors: found, warnings } = await ask('hyperware/wit', { uri }, wit);
    const finding = (severity: WitFinding['severity']) => (one: v.InferOutput<typeof located>[number]) => ({
      severity,
      message: one.text,
      file: one.at && relative(folder, one.at.uri),
      range: one.at?.range ?? null,
    });
    return { files, findings: [...found.map(finding('error')), ...warnings.map(finding('warning'))] };
  });
}

function relative(folder: string, uri: string): string {
  return path.relative(folder, fileURLToPath(uri)).replaceAll(path.sep, '/');
}

type Ask = <S extends v.GenericSchema>(method: string, params: unknown, schema: S) => Promise<v.InferOutput<S>>;

/** Starts the server on a folder, lets `use` ask it, and ends it. Throws `CliError`. */
async function withLanguageServer<T>(folder: string, use: (ask: Ask) => Promise<T>): Promise<T> {
  const file = bundle('language-server.js');
  const child = spawn(nodeForServer(), [file, '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended (${signal ?? `exit code ${code}`}) ${said}`));
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  // What a server may ask of its client; nothing here depends on the answers.
  connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('window/workDoneProgress/create', () => null);
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.listen();

  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${answersWithinMs / 1000} s`)), answersWithinMs);
  });
  const failed = ended.then((how) => Promise.reject(new Error(how)));
  failed.catch(() => undefined);
  const ask: Ask = async (method, params, schema) =>
    v.parse(schema, await Promise.race([connection.sendRequest(method, params), failed, late]));
  try {
    const uri = pathToFileURL(folder).href;
    await ask('initialize', initializeParams(uri), v.unknown());
    await connection.sendNotification('initialized', {});
    const answer = await use(ask);
    await ask('shutdown', undefined, v.unknown());
    await connection.sendNotification('exit');
    return answer;
  } catch (error) {
    throw errors.serverFailed((error as Error).message.trim());
  } finally {
    clearTimeout(timer);
    const kill = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
    child.stdin.end();
    await ended;
    clearTimeout(kill);
    connection.dispose();
  }
}

/** The server is content with an older Node.js than a dev node is; a newer one is taken where there is one. */
function nodeForServer(): string {
  try {
    return nodeForDevNode();
  } catch {
    return process.execPath;
  }
}

function initializeParams(uri: string) {
  return {
    processId: process.pid,
    clientInfo: { name: 'hyperdev' },
    rootUri: uri,
    workspaceFolders: [{ uri, name: 'app' }],
    capabilities: {
      general: { positionEncodings: ['utf-16'] },
      workspace: { workspaceFolders: true, configuration: true, diagnostics: { refreshSupport: true } },
      textDocument: {
        diagnostic: { dynamicRegistration: false, relatedDocumentSupport: false },
        codeAction: {
          codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } },
          isPreferredSupport: true,
        },
      },
    },
  };
}
