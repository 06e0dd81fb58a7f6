/** The control API's server: protocol.ts over the node's private socket. */
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as v from 'valibot';
import {
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import type { Kernel } from '../kernel/kernel.ts';
import type { InstalledPackage } from '../kernel/module-set.ts';
import type { Console } from '../trace/console.ts';
import { inject } from './inject.ts';
import { createNotice, type Notice } from './notices.ts';
import { createPackageCalls } from './packages.ts';
import { type CallName, calls, controlErrorCode, type NodeInfo, type NotificationName } from './protocol.ts';
import { badCall, badPeer, noNetwork, noSuchProcess, Refusal } from './refusal.ts';
import { logLine, processRow, traceFilter, traceRow } from './rows.ts';
import { prepareSocketFolder } from './socket-path.ts';

const noticeMs = 50;
/** The answer to `node/stop` goes out in a later turn, which the library does not tell of; then the node may stop. */
const answerMs = 25;
/** Rows in one answer or notification, so that one message stays readable. */
const mostRows = 5000;

export interface ControlServerOptions {
  readonly socketPath: string;
  readonly kernel: Kernel;
  readonly console: Console;
  readonly info: () => NodeInfo;
  readonly packages: () => Promise<readonly InstalledPackage[]> | readonly InstalledPackage[];
  readonly now: () => number;
  /** Called after `node/stop` has been answered. */
  readonly stop: () => void;
}

export interface ControlServer {
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
}

/** A call's parameters as they are after validation. */
type Output<K extends CallName> = v.InferOutput<(typeof calls)[K]['params']>;
type Handlers = {
  readonly [K in CallName]: (params: Output<K>, connection: Connection) => unknown | Promise<unknown>;
};

/** One client. */
interface Connection {
  subscribe(topics: readonly ('trace' | 'log' | 'processes')[]): void;
  dispose(): void;
}

/** Listens. Rejects with an Error that names the path. The caller holds the home's lock: a socket found there is stale. */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { socketPath } = options;
  prepareSocketFolder(socketPath);
  if (process.platform !== 'win32') fs.rmSync(socketPath, { force: true });
  const handlers = createHandlers(options);
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    open.add(socket);
    const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    const client = serve(options, handlers, connection);
    socket.once('close', () => {
      open.delete(socket);
      client.dispose();
      connection.dispose();
    });
    // A client that goes away in the middle is an ordinary event; 'close' follows.
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new Error(`The control socket ${socketPath} could not be opened: ${error.message}`)),
    );
    server.listen(socketPath, resolve);
  });
  if (process.platform !== 'win32') fs.chmodSync(socketPath, 0o600);
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.end();
      const hard = setTimeout(() => {
        for (const socket of open) socket.destroy();
      }, 200);
      await closed;
      clearTimeout(hard);
      if (process.platform !== 'win32') fs.rmSync(socketPath, { force: true });
    },
  };
}

function createHandlers(options: ControlServerOptions): Handlers {
  const { kernel, console, now } = options;
  const packages = createPackageCalls(kernel, options.packages);
  return {
    'node/info': () => options.info(),
    'node/stop': () => {
      setTimeout(options.stop, answerMs);
      return {};
    },
    'process/list': () => kernel.processes().map(processRow),
    'process/kill': ({ process }) => {
      if (!kernel.kill(process)) throw noSuchProcess(process, kernel.node);
      return {};
    },
    'process/restart': ({ process }) => {
      if (!kernel.restart(process)) throw noSuchProcess(process, kernel.node);
      return {};
    },
    'package/list': () => packages.list(),
    'package/install': ({ zip, metadata }) => packages.install(zip, metadata),
    'package/remove': async ({ id }) => {
      await packages.remove(id);
      return {};
    },
    'message/inject': (params) => inject(kernel, params, now),
    'terminal/run': ({ line }) => {
      const terminal = { node: kernel.node, process: 'terminal:terminal:sys' };
      const { context } = kernel.send(terminal.process, { target: terminal, body: new TextEncoder().encode(line) });
      return { trace: context.trace, span: context.span };
    },
    'trace/read': ({ after, last = mostRows, filter }) =>
      kernel.recorder.read({ after, last: Math.min(last, mostRows), matches: traceFilter(filter) }).map(traceRow),
    'trace/clear': () => {
      kernel.recorder.clear();
      return {};
    },
    'log/read': ({ after, last }) => console.read(after, last).map((line) => logLine(line, kernel.node)),
    'peer/list': () => kernel.network?.peers() ?? [],
    'peer/add': async ({ address }) => {
      if (!kernel.network) throw noNetwork(kernel.node);
      try {
        await kernel.network.addPeer(address);
      } catch (error) {
        throw badPeer(address, (error as Error).message);
      }
      return {};
    },
    subscribe: ({ topics }, connection) => {
      connection.subscribe(topics);
      return {};
    },
  };
}

function serve(options: ControlServerOptions, handlers: Handlers, connection: MessageConnection): Connection {
  const { kernel, console } = options;
  const disposals: (() => void)[] = [];
  const topics = new Set<string>();
  const notify = (name: NotificationName, params: unknown) => {
    // A client that has gone is noticed by its socket's close.
    connection.sendNotification(name, params).catch(() => undefined);
  };
  const watch = (notice: Notice, listen: (raise: () => void) => () => void) => {
    disposals.push(listen(notice.raise), notice.dispose);
  };
  const subscriptions = {
    trace() {
      let sent = kernel.recorder.lastSeq;
      const notice: Notice = createNotice(noticeMs, () => {
        const events = kernel.recorder.read({ after: sent, last: mostRows });
        sent = kernel.recorder.lastSeq;
        if (events.length > 0) notify('trace/events', events.map(traceRow));
      });
      watch(notice, (raise) => kernel.recorder.onEvent(raise));
    },
    log() {
      let sent = console.read(0, 1)[0]?.seq ?? 0;
      const notice = createNotice(noticeMs, () => {
        const lines = console.read(sent, mostRows);
        sent = lines.at(-1)?.seq ?? sent;
        if (lines.length > 0)
          notify(
            'log/lines',
            lines.map((line) => logLine(line, kernel.node)),
          );
      });
      watch(notice, (raise) => console.onLine(raise));
    },
    processes() {
      // The list is long and counts change with every message, so it goes out less often, and only when it is not the same.
      let sent = '';
      const notice = createNotice(noticeMs * 4, () => {
        const rows = kernel.processes().map(processRow);
        const text = JSON.stringify(rows);
        if (text !== sent) notify('processes/changed', rows);
        sent = text;
      });
      watch(notice, (raise) => kernel.onProcessesChanged(raise));
    },
  };
  const client: Connection = {
    subscribe(wanted) {
      for (const topic of wanted) {
        if (topics.has(topic)) continue;
        topics.add(topic);
        subscriptions[topic]();
      }
    },
    dispose() {
      for (const dispose of disposals.splice(0)) dispose();
    },
  };
  for (const name of Object.keys(calls) as CallName[])
    connection.onRequest(name, (params: unknown) => handle(handlers, name, params, client, options));
  connection.listen();
  return client;
}

async function handle(
  handlers: Handlers,
  name: CallName,
  params: unknown,
  client: Connection,
  { console }: ControlServerOptions,
): Promise<unknown> {
  try {
    const parsed = v.safeParse(calls[name].params as v.GenericSchema, params ?? undefined);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      throw badCall(name, `${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
    }
    const handler = handlers[name] as (params: unknown, connection: Connection) => unknown;
    return await handler(parsed.output, client);
  } catch (error) {
    if (error instanceof Refusal)
      return new ResponseError(controlErrorCode, error.message, { code: error.code, mend: error.mend });
    console.print(0, `control: bug in ${name}: ${error instanceof Error ? error.stack : String(error)}`);
    throw error;
  }
}
