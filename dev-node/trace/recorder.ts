/**
 * The one place that every step of a message passes before it takes effect (architecture.md, "What a trace is"). Keeps
 * the newest events in memory, as compact entries; the text forms of `TraceEvent` are made only when somebody reads.
 */
import type { Address, KernelMessage, SendErrorKind, TraceContext } from '../kernel/message.ts';
import type { Cause, EventKind, TraceEvent } from './event.ts';
import { KeptBytes } from './kept-bytes.ts';
import { Ring } from './ring.ts';
import { type Span, Spans } from './spans.ts';

export interface RecorderOptions {
  readonly node: string;
  /** Events kept; 0 turns the trace off, though steps still pass here. */
  readonly events: number;
  /** Bytes of each body and blob that are kept. */
  readonly bytes: number;
  /** Bytes of bodies and blobs kept in all; the oldest events go when there are more. */
  readonly memoryBytes: number;
  /** Milliseconds since 1970, with fraction. */
  readonly now: () => number;
  /** New hex ids for the W3C trace context: 32 and 16 digits. */
  readonly newTrace: () => string;
  readonly newSpan: () => string;
}

interface Entry {
  readonly seq: number;
  readonly time: number;
  readonly kind: EventKind;
  readonly context: TraceContext;
  readonly id: bigint;
  readonly source: Address;
  readonly target: Address;
  readonly expectsResponse: bigint | undefined;
  readonly outcome: TraceEvent['outcome'];
  readonly cause: Cause | undefined;
  readonly detail: string | undefined;
  readonly durationMs: number | undefined;
  readonly message: Bytes | undefined;
}

/** Copies: a module may write to the body that it was given. */
interface Bytes {
  readonly bodyBytes: number;
  readonly body: Uint8Array;
  readonly blobBytes: number | undefined;
  readonly blobMime: string | undefined;
  readonly blob: Uint8Array | undefined;
}

const nothing = new Uint8Array(0);

/** Why nobody answered. */
export interface Silence {
  readonly cause: Cause;
  readonly text: string;
}

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #ring: Ring<Entry>;
  readonly #spans = new Spans();
  readonly #kept = new KeptBytes();
  readonly #listeners = new Set<() => void>();
  #keptBytes = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#ring = new Ring(options.events);
  }

  /**
   * The trace context of a message that the kernel has accepted. A request gets a span below `cause`; a response has the
   * span of its request. `carried` is what a message from another node brought along.
   */
  contextFor(message: KernelMessage, cause: TraceContext | undefined, carried: TraceContext | undefined): TraceContext {
    if (message.message.kind === 'response') {
      const span = this.#spans.find(message.id, message.target);
      const known = span?.context ?? carried ?? this.#spans.findEnded(message.id)?.context ?? cause;
      if (known) return known;
    } else if (carried) return carried;
    return this.newContext(cause);
  }

  newContext(cause?: TraceContext): TraceContext {
    return { trace: cause?.trace ?? this.#options.newTrace(), span: this.#options.newSpan(), parent: cause?.span };
  }

  /** The message goes to its target: a request begins a span, a response ends one. */
  accepted(message: KernelMessage, context: TraceContext): void {
    const at = this.#options.now();
    if (message.message.kind === 'request') {
      this.#spans.begin(message, context, at);
      const waits = message.message.expectsResponse !== undefined;
      this.#push('request', at, message, context, waits ? 'pending' : 'sent');
      return;
    }
    const span = this.#spans.find(message.id, message.target);
    if (span) this.#spans.end(span);
    this.#push('response', at, message, context, 'ok', undefined, undefined, span && at - span.startedAt);
  }

  /** The message goes no further. A refused response is remembered, to be told when its request times out. */
  dropped(message: KernelMessage, context: TraceContext, cause: Cause, detail: string): void {
    const at = this.#options.now();
    const span = message.message.kind === 'response' ? this.#spans.find(message.id, message.target) : undefined;
    if (span) span.note = `A response came, but it was dropped: ${detail}`;
    this.#push('dropped', at, message, context, 'dropped', cause, detail, span && at - span.startedAt);
  }

  /** The sender of a request is given a send error because of what became of the message. */
  failed(message: KernelMessage, context: TraceContext, kind: SendErrorKind, cause: Cause, detail: string): void {
    const at = this.#options.now();
    const span = this.#spans.find(message.id, message.rsvp ?? message.source);
    if (span) this.#spans.end(span);
    this.#push('error', at, message, context, kind, cause, detail, span ? at - span.startedAt : 0);
  }

  /** Nobody answered in time. `explain` adds what the kernel knows of the target. Gives the sentence that was recorded. */
  timedOut(asker: Address, id: bigint, explain: (span: Span, body?: Uint8Array) => Silence): string | undefined {
    const span = this.#spans.find(id, asker);
    if (!span) return undefined;
    this.#spans.end(span);
    const at = this.#options.now();
    const seconds = ((at - span.startedAt) / 1000).toFixed(1);
    const target = `${span.target.node}@${span.target.process}`;
    const { cause, text }: Silence =
      span.note === undefined ? explain(span, this.#bodyOf(span)) : { cause: span.cause ?? 'timeout', text: span.note };
    const detail = `${target} did not answer within ${seconds} s. ${text}`;
    this.#pushSpan('error', at, span, 'timeout', cause, detail, at - span.startedAt);
    return detail;
  }

  /** A response or error reached a process that does not wait for it any more (§6.2). */
  discarded(asker: Address, id: bigint): void {
    const span = this.#spans.findEnded(id);
    const at = this.#options.now();
    const detail = `${asker.process} does not wait for this response any more: its request was answered, has timed out, or was made before it restarted.`;
    if (span) this.#pushSpan('dropped', at, span, 'dropped', 'late-response', detail, at - span.startedAt);
  }

  /** The process has ended: its open requests have nobody left to answer to (§8). */
  abandoned(asker: Address): void {
    const at = this.#options.now();
    for (const span of this.#spans.of(asker)) {
      this.#spans.end(span);
      const detail = `${asker.process} ended before the response came; if one comes it is dropped.`;
      this.#pushSpan('error', at, span, 'exited', 'process-ended', detail, at - span.startedAt);
    }
  }

  /** The process has ended: requests that it was given and has not answered will not be answered. */
  targetEnded(target: Address, cause: 'target-crashed' | 'target-killed', note: string): void {
    for (const span of this.#spans.to(target)) {
      span.cause ??= cause;
      span.note ??= note;
    }
  }

  /** The whole body of a span's request, if it is still kept. */
  #bodyOf(span: Span): Uint8Array | undefined {
    for (const entry of this.#ring.newest()) {
      if (entry.time < span.startedAt) return undefined;
      if (entry.kind !== 'request' || entry.context.span !== span.context.span) continue;
      const { message } = entry;
      return message && message.body.byteLength === message.bodyBytes ? message.body : undefined;
    }
    return undefined;
  }

  /** Why an open request will not be answered, if it is not: told when it times out. */
  note(asker: Address, id: bigint, note: string): void {
    const span = this.#spans.find(id, asker);
    if (span) span.note = note;
  }

  /** Start, exit, kill or restart of a process. */
  process(address: Address, outcome: 'ok' | 'exited', detail: string): void {
    this.#append({
      seq: this.#ring.nextSeq,
      time: this.#options.now(),
      kind: 'process',
      context: this.newContext(),
      id: 0n,
      source: address,
      target: address,
      expectsResponse: undefined,
      outcome,
      cause: outcome === 'exited' ? 'process-ended' : undefined,
      detail,
      durationMs: undefined,
      message: undefined,
    });
  }

  get lastSeq(): number {
    return this.#ring.lastSeq;
  }

  /** Events after seq `after` (0: all that are kept) that `matches` lets through, at most the newest `last`; oldest first. */
  read(
    options: {
      readonly after?: number | undefined;
      readonly last?: number | undefined;
      readonly matches?: ((event: TraceEvent) => boolean) | undefined;
    } = {},
  ): TraceEvent[] {
    const { after = 0, last = Number.POSITIVE_INFINITY, matches } = options;
    const found: TraceEvent[] = [];
    for (const entry of this.#ring.newest()) {
      if (entry.seq <= after || found.length >= last) break;
      const event = this.#event(entry);
      if (!matches || matches(event)) found.push(event);
    }
    return found.reverse();
  }

  clear(): void {
    this.#ring.clear();
    this.#keptBytes = 0;
  }

  /** Called after each event. Keep it short: it runs between a message and its effect. */
  onEvent(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #push(
    kind: EventKind,
    time: number,
    message: KernelMessage,
    context: TraceContext,
    outcome: TraceEvent['outcome'],
    cause?: Cause,
    detail?: string,
    durationMs?: number,
  ): void {
    const content = message.message;
    this.#append({
      seq: this.#ring.nextSeq,
      time,
      kind,
      context,
      id: message.id,
      source: message.source,
      target: message.target,
      expectsResponse: content.kind === 'request' ? content.expectsResponse : undefined,
      outcome,
      cause,
      detail,
      durationMs,
      message: this.#options.events === 0 ? undefined : this.#bytes(message),
    });
  }

  #pushSpan(
    kind: EventKind,
    time: number,
    span: Span,
    outcome: TraceEvent['outcome'],
    cause: Cause,
    detail: string,
    durationMs: number,
  ): void {
    this.#append({
      seq: this.#ring.nextSeq,
      time,
      kind,
      context: span.context,
      id: span.id,
      source: span.source,
      target: span.target,
      expectsResponse: span.expectsResponse,
      outcome,
      cause,
      detail,
      durationMs,
      message: undefined,
    });
  }

  #append(entry: Entry): void {
    this.#keptBytes += keptBytes(entry);
    const displaced = this.#ring.push(entry);
    if (displaced) this.#keptBytes -= keptBytes(displaced);
    while (this.#keptBytes > this.#options.memoryBytes) {
      const oldest = this.#ring.shift();
      if (!oldest) break;
      this.#keptBytes -= keptBytes(oldest);
    }
    for (const listener of this.#listeners) listener();
  }

  #bytes(message: KernelMessage): Bytes {
    const { body } = message.message;
    const { blob } = message;
    const limit = this.#options.bytes;
    return {
      bodyBytes: body.byteLength,
      body: this.#kept.keep(body, limit),
      blobBytes: blob?.bytes.byteLength,
      blobMime: blob?.mime,
      blob: blob && this.#kept.keep(blob.bytes, limit),
    };
  }

  #event(entry: Entry): TraceEvent {
    const { message } = entry;
    return {
      seq: entry.seq,
      time: entry.time,
      node: this.#options.node,
      kind: entry.kind,
      context: entry.context,
      id: entry.id.toString(),
      source: `${entry.source.node}@${entry.source.process}`,
      target: `${entry.target.node}@${entry.target.process}`,
      expectsResponse: entry.expectsResponse === undefined ? undefined : Number(entry.expectsResponse),
      outcome: entry.outcome,
      cause: entry.cause,
      detail: entry.detail,
      durationMs: entry.durationMs,
      bodyBytes: message?.bodyBytes ?? 0,
      body: message?.body ?? nothing,
      blobBytes: message?.blobBytes,
      blobMime: message?.blobMime,
      blob: message?.blob,
    };
  }
}

function keptBytes(entry: Entry): number {
  return entry.message ? entry.message.body.byteLength + (entry.message.blob?.byteLength ?? 0) : 0;
}
