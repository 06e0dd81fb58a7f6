/**
 * What a trace is made of. An event is one step in the life of a message; a span is a request with its response.
 * Every event is recorded before the step takes effect (architecture.md, "What a trace is").
 */
import type { TraceContext } from '../kernel/message.ts';

/** Why a message did not get where it should, in the words that docs/message-failures.md lists. */
export const causes = [
  'unknown-process',
  'unknown-source',
  'missing-messaging-capability',
  'missing-network-capability',
  'target-not-networked',
  'target-crashed',
  'target-killed',
  'process-ended',
  'timeout',
  'unreadable-body',
  'unbound-path',
  'offline',
  'late-response',
  'bad-command',
] as const;
export type Cause = (typeof causes)[number];

export type EventKind =
  /** A request was accepted and put in the target's inbox (or handed to the network). */
  | 'request'
  /** A response likewise; it carries the span of its request. */
  | 'response'
  /** A request or response that goes no further here; `cause` and `detail` say why. */
  | 'dropped'
  /** The sender of a request was given a send error (`offline`, `timeout`). */
  | 'error'
  /** Start, exit, kill or restart of a process. */
  | 'process';

export interface TraceEvent {
  /** Counts from 1 in each node; gives the order. */
  readonly seq: number;
  /** Milliseconds since 1970, with fraction. */
  readonly time: number;
  readonly node: string;
  readonly kind: EventKind;
  readonly context: TraceContext;
  /** The message id, a u64 in decimal. */
  readonly id: string;
  /** `node@process:package:publisher`. */
  readonly source: string;
  readonly target: string;
  /** For requests: seconds, or undefined when no response is expected. */
  readonly expectsResponse: number | undefined;
  /** `ok`, or what became of the message. A request is `pending` until its response, error or drop is recorded as an event of its own. */
  readonly outcome: 'pending' | 'sent' | 'ok' | 'timeout' | 'offline' | 'dropped' | 'exited';
  readonly cause: Cause | undefined;
  /** One sentence for people: what happened, where, what to do. */
  readonly detail: string | undefined;
  /** On the event that ends a span: milliseconds since the request event on this node. */
  readonly durationMs: number | undefined;
  readonly bodyBytes: number;
  /** The body, cut at the recorder's limit. */
  readonly body: Uint8Array;
  readonly blobBytes: number | undefined;
  readonly blobMime: string | undefined;
  /** The blob, cut at the recorder's limit. */
  readonly blob: Uint8Array | undefined;
}
