/**
 * What the panels' pages and the extension say to each other: one schema for each message, in both directions. Both
 * sides check what they receive; what does not fit is dropped and logged. The pages know nothing else of ours.
 */
import * as v from 'valibot';

const text = v.string();
const optionalText = v.optional(v.string());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Bytes of a body or blob. `text` where they are UTF-8, else `base64`; both may be cut: `bytes` is the whole size. */
export const payload = v.object({ bytes: count, text: optionalText, base64: optionalText, mime: optionalText });
export type Payload = v.InferOutput<typeof payload>;

/** One step in the life of a message, as a node recorded it. Addresses are `node@process:package:publisher`. */
export const traceEvent = v.object({
  seq: count,
  /** Milliseconds since 1970, with fraction. */
  time: v.number(),
  node: text,
  id: text,
  trace: text,
  span: text,
  parent: optionalText,
  kind: v.picklist(['request', 'response', 'dropped', 'error', 'process']),
  source: text,
  target: text,
  /** Seconds; absent when no response is expected. */
  expectsResponse: v.optional(v.number()),
  outcome: v.picklist(['pending', 'sent', 'ok', 'timeout', 'offline', 'dropped', 'exited']),
  cause: optionalText,
  detail: optionalText,
  durationMs: v.optional(v.number()),
  body: payload,
  blob: v.optional(payload),
});
export type TraceEvent = v.InferOutput<typeof traceEvent>;

export const nodeState = v.picklist(['starting', 'running', 'stopped', 'crashed']);
export type NodeState = v.InferOutput<typeof nodeState>;

export const processRow = v.object({
  /** `process-name:package-name:publisher`. */
  id: text,
  kind: v.picklist(['component', 'script', 'module']),
  state: v.picklist(['initialised', 'running', 'restarting', 'ended']),
  mailbox: count,
  messagesIn: count,
  messagesOut: count,
  memoryBytes: count,
  restarts: count,
  capabilities: count,
  lastError: optionalText,
});
export type ProcessRow = v.InferOutput<typeof processRow>;

export const nodeRow = v.object({
  name: text,
  state: nodeState,
  /** Address of the node's HTTP server, while it runs. */
  http: optionalText,
  /** Why it is not running; one sentence. */
  problem: optionalText,
  processes: v.array(processRow),
});
export type NodeRow = v.InferOutput<typeof nodeRow>;

/** What a person filled into the inject form. */
export const injection = v.object({
  node: text,
  process: text,
  body: text,
  /** As text; the extension sends its UTF-8 bytes. */
  blob: optionalText,
  mime: optionalText,
  /** Seconds; absent: no response is expected. */
  expectsResponse: v.optional(v.pipe(count, v.maxValue(86400))),
});
export type Injection = v.InferOutput<typeof injection>;

export const injectionAnswer = v.object({
  outcome: v.picklist(['ok', 'sent', 'timeout', 'offline', 'refused']),
  /** What happened and what to do, when the outcome is neither `ok` nor `sent`. */
  detail: optionalText,
  body: v.optional(payload),
  blob: v.optional(payload),
  durationMs: v.number(),
  /** Absent when the node refused the call before there was a message. */
  trace: optionalText,
  span: optionalText,
});
export type InjectionAnswer = v.InferOutput<typeof injectionAnswer>;

/** One request of this session; `answer` is absent while it is on its way. */
export const historyEntry = v.object({
  id: count,
  time: v.number(),
  injection,
  answer: v.optional(injectionAnswer),
});
export type HistoryEntry = v.InferOutput<typeof historyEntry>;

const message = <T extends string, E extends v.ObjectEntries>(type: T, entries: E) =>
  v.object({ type: v.literal(type), ...entries });

/** The network as it is now; every page gets it first and again on each change. */
const network = message('network', { nodes: v.array(nodeRow) });

const ready = message('ready', {});
const startNetwork = message('start-network', {});
const problem = message('problem', { text });
const copy = message('copy', { text });

export const toTraces = v.variant('type', [
  network,
  /** In the order of `seq` for each node; the page merges nodes by time and drops what it has already. */
  message('events', { events: v.array(traceEvent) }),
  message('cleared', {}),
  message('reveal', { trace: text, span: text }),
]);
export type ToTraces = v.InferOutput<typeof toTraces>;

export const fromTraces = v.variant('type', [
  ready,
  startNetwork,
  problem,
  copy,
  message('clear', {}),
  message('open-inject', { node: text, process: text, body: text }),
  /** Opens a page of the documentation, beside the panel. */
  message('open-page', { page: v.picklist(['message-failures']) }),
]);
export type FromTraces = v.InferOutput<typeof fromTraces>;

export const toProcesses = v.variant('type', [
  network,
  message('action-failed', { node: text, process: text, text }),
  message('reveal', { node: text, process: text }),
]);
export type ToProcesses = v.InferOutput<typeof toProcesses>;

export const fromProcesses = v.variant('type', [
  ready,
  startNetwork,
  problem,
  copy,
  message('kill', { node: text, process: text }),
  message('restart', { node: text, process: text }),
  message('restart-node', { node: text }),
  message('open-inject', { node: text, process: text }),
]);
export type FromProcesses = v.InferOutput<typeof fromProcesses>;

export const toInject = v.variant('type', [
  network,
  /** The whole history of the session, newest first; sent after each change. */
  message('history', { entries: v.array(historyEntry) }),
  message('prefill', { node: text, process: text, body: optionalText }),
]);
export type ToInject = v.InferOutput<typeof toInject>;

export const fromInject = v.variant('type', [
  ready,
  startNetwork,
  problem,
  copy,
  message('send', { injection }),
  message('show-span', { trace: text, span: text }),
]);
export type FromInject = v.InferOutput<typeof fromInject>;
