/** Requests that wait for their response, by id and asker: an id may be in use twice at once, by `inherit` (kernel.md §9.3). */

import type { Address, KernelMessage, TraceContext } from '../kernel/message.ts';
import type { Cause } from './event.ts';

export interface Span {
  readonly id: bigint;
  readonly context: TraceContext;
  readonly source: Address;
  readonly target: Address;
  /** Whom the response goes to. */
  readonly asker: Address;
  readonly expectsResponse: bigint | undefined;
  /** The kernel's clock when the request was accepted. */
  readonly startedAt: number;
  /** Why no response will come, when that is known before the time is up. */
  cause: Cause | undefined;
  /** What is known of why no response has come: told when the request times out. */
  note: string | undefined;
}

/** Requests from other nodes have no timer here, so the oldest open spans are given up at this number. */
const openLimit = 20_000;
/** Ended spans are remembered for late responses: at least so many, at most twice as many. */
const endedLimit = 2_000;

export class Spans {
  readonly #open = new Map<bigint, Span[]>();
  /** Two generations: forgetting the older one whole is much cheaper than one span at each end. */
  #ended = new Map<bigint, Span>();
  #endedBefore = new Map<bigint, Span>();

  begin(message: KernelMessage, context: TraceContext, at: number): void {
    const request = message.message;
    if (request.kind !== 'request' || request.expectsResponse === undefined) return;
    const span: Span = {
      id: message.id,
      context,
      source: message.source,
      target: message.target,
      asker: message.rsvp ?? message.source,
      expectsResponse: request.expectsResponse,
      startedAt: at,
      cause: undefined,
      note: undefined,
    };
    const same = this.#open.get(message.id);
    if (same) same.push(span);
    else this.#open.set(message.id, [span]);
    if (this.#open.size > openLimit) this.#open.delete(this.#open.keys().next().value as bigint);
  }

  /** The newest open span with that id that `asker` waits for. */
  find(id: bigint, asker: Address): Span | undefined {
    return this.#open.get(id)?.findLast((span) => isAsker(span, asker));
  }

  findEnded(id: bigint): Span | undefined {
    return this.#ended.get(id) ?? this.#endedBefore.get(id);
  }

  /** All open spans that `asker` waits for. */
  of(asker: Address): Span[] {
    const found: Span[] = [];
    for (const same of this.#open.values()) for (const span of same) if (isAsker(span, asker)) found.push(span);
    return found;
  }

  /** All open spans whose request went to `target`. */
  to(target: Address): Span[] {
    const found: Span[] = [];
    for (const same of this.#open.values())
      for (const span of same)
        if (span.target.process === target.process && span.target.node === target.node) found.push(span);
    return found;
  }

  end(span: Span): void {
    const same = this.#open.get(span.id);
    if (!same) return;
    if (same.length <= 1) this.#open.delete(span.id);
    else same.splice(same.indexOf(span), 1);
    this.#ended.set(span.id, span);
    if (this.#ended.size < endedLimit) return;
    this.#endedBefore = this.#ended;
    this.#ended = new Map();
  }
}

/** `our` in an rsvp is not rewritten by the kernel (§1.4). */
function isAsker(span: Span, asker: Address): boolean {
  const { node, process } = span.asker;
  return process === asker.process && (node === asker.node || node === 'our');
}
