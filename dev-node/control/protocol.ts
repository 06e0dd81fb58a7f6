/**
 * The control API: how the extension and the command line steer a node. JSON-RPC 2.0 over the node's private socket
 * (architecture.md). This file is the single definition: server, extension and CLI import their types from here, and the
 * server validates every call with the schema.
 *
 * Bytes travel as standard base64. Addresses are text, `node@process:package:publisher`.
 */
import * as v from 'valibot';

const text = v.string();
const optionalText = v.optional(v.string());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const nodeInfo = v.object({
  name: text,
  version: text,
  pid: count,
  /** `http://localhost:8080`; the address to show to people (http-server.md §7.6). */
  http: text,
  home: text,
  network: text,
  /** Multiaddrs that other nodes can dial. */
  peer: v.array(text),
  startedAt: v.number(),
});
export type NodeInfo = v.InferOutput<typeof nodeInfo>;

export const processInfo = v.object({
  id: text,
  kind: v.picklist(['component', 'script', 'module']),
  state: v.picklist(['initialised', 'running', 'restarting', 'ended']),
  public: v.boolean(),
  onExit: v.picklist(['none', 'restart', 'requests']),
  mailbox: count,
  messagesIn: count,
  messagesOut: count,
  memoryBytes: count,
  restarts: count,
  capabilities: v.array(v.object({ issuer: text, params: text })),
  lastError: optionalText,
});
export type ProcessInfo = v.InferOutput<typeof processInfo>;

export const packageInfo = v.object({
  /** `package-name:publisher`. */
  id: text,
  versionHash: text,
  processes: v.array(text),
  /** Path of the UI on the node's http-server, if the package has one. */
  ui: optionalText,
});
export type PackageInfo = v.InferOutput<typeof packageInfo>;

export const peerInfo = v.object({
  name: text,
  peerId: text,
  state: v.picklist(['connected', 'connecting', 'offline']),
  addresses: v.array(text),
});
export type PeerInfo = v.InferOutput<typeof peerInfo>;

/** One event as clients see it; the order of keys is that of cli.md. */
export const traceEvent = v.object({
  seq: count,
  time: v.number(),
  node: text,
  id: text,
  trace: text,
  span: text,
  parent: optionalText,
  kind: v.picklist(['request', 'response', 'dropped', 'error', 'process']),
  source: text,
  target: text,
  expectsResponse: v.optional(v.number()),
  outcome: v.picklist(['pending', 'sent', 'ok', 'timeout', 'offline', 'dropped', 'exited']),
  cause: optionalText,
  detail: optionalText,
  durationMs: v.optional(v.number()),
  bodyBytes: count,
  /** UTF-8 text where the body is text; otherwise absent and `bodyBase64` is there. */
  body: optionalText,
  bodyBase64: optionalText,
  blobBytes: v.optional(count),
  blobMime: optionalText,
  blob: optionalText,
  blobBase64: optionalText,
});
export type TraceRow = v.InferOutput<typeof traceEvent>;

export const logLine = v.object({
  seq: count,
  time: v.number(),
  node: text,
  /** The kernel's print level: 0 is always shown (kernel.md §14.1). */
  level: count,
  process: optionalText,
  text,
});
export type LogLine = v.InferOutput<typeof logLine>;

const nothing = v.optional(v.object({}));
const done = v.object({});

/** Requests: method name -> schema of params and of result. */
export const calls = {
  'node/info': { params: nothing, result: nodeInfo },
  /** Graceful stop (kernel.md §11.6). */
  'node/stop': { params: nothing, result: done },
  'process/list': { params: nothing, result: v.array(processInfo) },
  'process/kill': { params: v.object({ process: text }), result: done },
  /** Kills and starts again from the same bytes. */
  'process/restart': { params: v.object({ process: text }), result: done },
  'package/list': { params: nothing, result: v.array(packageInfo) },
  /** Uploads a package zip and installs it, as kit's start-package does (packages.md §7). `metadata` is metadata.json as it is. */
  'package/install': { params: v.object({ zip: text, metadata: v.unknown() }), result: packageInfo },
  'package/remove': { params: v.object({ id: text }), result: done },
  /** Sends a request from outside. `source` may name any process of this node; default is the control API's own. */
  'message/inject': {
    params: v.object({
      target: text,
      body: text,
      blob: optionalText,
      mime: optionalText,
      /** Seconds; absent: fire and forget. */
      expectsResponse: v.optional(v.pipe(count, v.maxValue(86400))),
    }),
    result: v.object({
      outcome: v.picklist(['ok', 'sent', 'timeout', 'offline', 'refused']),
      /** One sentence when the outcome is neither `ok` nor `sent`. */
      detail: optionalText,
      body: optionalText,
      bodyBase64: optionalText,
      blobBase64: optionalText,
      blobMime: optionalText,
      durationMs: v.number(),
      trace: text,
      span: text,
    }),
  },
  /**
   * Runs a line of the terminal, as if typed at a real node (kernel.md §14.3). What it prints comes as log lines, of the
   * processes of `terminal:sys` or of the script's package.
   */
  'terminal/run': { params: v.object({ line: text }), result: v.object({ trace: text, span: text }) },
  /** Newest last. `filter` is free text over source, target and body; `after` is a seq. */
  'trace/read': {
    params: v.object({ after: v.optional(count), last: v.optional(count), filter: optionalText }),
    result: v.array(traceEvent),
  },
  'trace/clear': { params: nothing, result: done },
  'log/read': { params: v.object({ after: v.optional(count), last: v.optional(count) }), result: v.array(logLine) },
  'peer/list': { params: nothing, result: v.array(peerInfo) },
  'peer/add': { params: v.object({ address: text }), result: done },
  /** From now on this connection gets the notifications named. */
  subscribe: { params: v.object({ topics: v.array(v.picklist(['trace', 'log', 'processes'])) }), result: done },
} as const;

/** Notifications from the node to a client that subscribed; batched, at most one of a kind each 50 ms. */
export const notifications = {
  'trace/events': v.array(traceEvent),
  'log/lines': v.array(logLine),
  'processes/changed': v.array(processInfo),
} as const;

export type CallName = keyof typeof calls;
export type CallParams<K extends CallName> = v.InferInput<(typeof calls)[K]['params']>;
export type CallResult<K extends CallName> = v.InferOutput<(typeof calls)[K]['result']>;
export type NotificationName = keyof typeof notifications;
export type NotificationParams<K extends NotificationName> = v.InferOutput<(typeof notifications)[K]>;

/** JSON-RPC error codes of our own; `data` is `{ code, mend }` from docs/errors.md. */
export const controlErrorCode = -32001;

/** The first line that `dev-node` prints on stdout with `--json` (cli.md), and what `node.json` in the home folder holds. */
export const readyLine = v.object({
  event: v.literal('ready'),
  node: text,
  http: text,
  home: text,
  peer: v.array(text),
  control: text,
  pid: count,
  version: text,
  network: text,
});
export type ReadyLine = v.InferOutput<typeof readyLine>;
