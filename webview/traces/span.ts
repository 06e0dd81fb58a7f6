/** A span: a request with its response, put together from the events of every node that saw it. */
import type { TraceEvent } from '../shared/messages.ts';
import { address } from '../shared/words.ts';
import { httpStatus, type Method, methodOf } from './method.ts';

export type SpanStatus = 'pending' | 'ok' | 'sent' | 'timeout' | 'offline' | 'dropped' | 'exited';

export interface Span {
  /** Unique among all spans of all nodes; a process's event is a span of its own. */
  readonly key: string;
  readonly trace: string;
  readonly id: string;
  readonly parent: string | undefined;
  /** Sorted by time. */
  readonly events: readonly TraceEvent[];
  /** Milliseconds since 1970. */
  readonly start: number;
  /** The node on which it began. */
  readonly node: string;
  readonly from: string;
  readonly to: string;
  readonly method: Method;
  readonly status: SpanStatus;
  /** `200` of an HTTP response, `Err` of a handler's result: what the answer itself says. */
  readonly answer: string | undefined;
  /** Whether a person should look at it: no answer, or an answer that says no. */
  readonly failed: boolean;
  readonly durationMs: number | undefined;
  /** Bytes of bodies and blobs, there and back. */
  readonly size: number;
  readonly request: TraceEvent | undefined;
  readonly response: TraceEvent | undefined;
  /** Why it failed, most telling first. */
  readonly failures: readonly {
    readonly cause: string | undefined;
    readonly detail: string | undefined;
    readonly node: string;
    /** Of the message that went no further: a refused response comes from the request's target. */
    readonly source: string;
    readonly target: string;
  }[];
}

/** Events with the same key belong to one span. */
export function spanKey(event: TraceEvent): string {
  return event.kind === 'process'
    ? `${event.trace}/${event.span}/process/${event.node}/${event.seq}`
    : `${event.trace}/${event.span}`;
}

/** Whether two reports are of one and the same event. A restarted node counts from 1 again, so time counts too. */
export const sameEvent = (one: TraceEvent, other: TraceEvent): boolean =>
  one.node === other.node && one.seq === other.seq && one.time === other.time;

/** Puts a span together. `events` are of one span, at least one, in any order. */
export function mergeSpan(key: string, unsorted: readonly TraceEvent[]): Span {
  const events = [...unsorted].sort((a, b) => a.time - b.time || a.seq - b.seq);
  const first = events[0]!;
  const requests = events.filter((event) => event.kind === 'request');
  // The sender's record is the whole story: the receiver's node knows neither the wait nor a timeout.
  const request = requests.find((event) => event.node === address(event.source).node) ?? requests[0];
  const responses = events.filter((event) => event.kind === 'response');
  const dropped = events.filter((event) => event.kind === 'dropped');
  const errors = events.filter((event) => event.kind === 'error');
  const isRequest = request ?? (first.kind === 'response' ? undefined : first);
  // A response names the addresses the other way round.
  const [from, to] = isRequest ? [isRequest.source, isRequest.target] : [first.target, first.source];
  const home = address(from).node;
  const ofHome = <T extends TraceEvent>(list: readonly T[]) => list.find((event) => event.node === home) ?? list.at(-1);
  const response = ofHome(responses);
  const error = ofHome(errors);
  const refused = dropped.find((event) => event.cause !== 'late-response');
  const status = statusOf(request ?? first, response, error, refused);
  const answer = answerOf(from, response);
  const ended = error ?? response ?? refused;
  return {
    key,
    trace: first.trace,
    id: first.span,
    parent: (request ?? first).parent,
    events,
    start: (request ?? first).time,
    node: request?.node ?? home ?? first.node,
    from,
    to,
    method: methodOf(request ?? first),
    status,
    answer,
    failed: ['timeout', 'offline', 'dropped'].includes(status) || answer === 'Err' || Number(answer) >= 400,
    durationMs:
      status === 'pending' ? undefined : (ended?.durationMs ?? (ended && request && ended.time - request.time)),
    size: bytesOf(request) + bytesOf(response),
    request: request ?? (first.kind === 'process' ? first : undefined),
    response,
    failures: [...dropped, ...errors].map(({ cause, detail, node, source, target }) => ({
      ...{ cause, detail, node, source, target },
    })),
  };
}

function statusOf(
  first: TraceEvent,
  response: TraceEvent | undefined,
  error: TraceEvent | undefined,
  refused: TraceEvent | undefined,
): SpanStatus {
  if (first.kind === 'process') return first.outcome === 'pending' ? 'ok' : first.outcome;
  if (error) return error.outcome === 'offline' ? 'offline' : 'timeout';
  if (response) return 'ok';
  if (refused) return 'dropped';
  return first.kind === 'request' && first.expectsResponse === undefined ? 'sent' : 'pending';
}

function answerOf(from: string, response: TraceEvent | undefined): string | undefined {
  if (!response) return undefined;
  if (address(from).process === 'http-server:distro:sys') {
    const status = httpStatus(response.body.text);
    if (status !== undefined) return String(status);
  }
  return /^\s*\{\s*"Err"\s*:/.test(response.body.text ?? '') ? 'Err' : undefined;
}

const bytesOf = (event: TraceEvent | undefined): number => (event ? event.body.bytes + (event.blob?.bytes ?? 0) : 0);
