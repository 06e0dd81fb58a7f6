/**
 * The spans that the page holds, in order of time. Bounded: at most 50,000 events and 32 Mi characters of bodies
 * (UTF-16, so about 64 MiB, and some 50 MiB for the events themselves); the oldest go first.
 */
import type { TraceEvent } from '../shared/messages.ts';
import { mergeSpan, type Span, sameEvent, spanKey } from './span.ts';

export interface StoreLimits {
  readonly events: number;
  /** Characters of bodies and blobs as text. */
  readonly characters: number;
}

export const storeLimits: StoreLimits = { events: 50_000, characters: 32 * 1024 * 1024 };

export interface SpanStore {
  /** Ordered by start; the same array until it changes. */
  readonly spans: readonly Span[];
  readonly eventCount: number;
  /** Spans that were dropped because of the limits. */
  readonly droppedSpans: number;
  get(key: string): Span | undefined;
  /** All spans of a trace, by start. */
  ofTrace(trace: string): readonly Span[];
  /** Takes events in any order; those that are there already are passed over. Returns whether anything changed. */
  add(events: readonly TraceEvent[]): boolean;
  clear(): void;
}

export function createSpanStore(limits: StoreLimits = storeLimits): SpanStore {
  const byKey = new Map<string, Span>();
  const byTrace = new Map<string, Set<string>>();
  let spans: Span[] = [];
  let eventCount = 0;
  let characters = 0;
  let droppedSpans = 0;

  const forget = (span: Span) => {
    byKey.delete(span.key);
    const keys = byTrace.get(span.trace);
    keys?.delete(span.key);
    if (keys?.size === 0) byTrace.delete(span.trace);
    eventCount -= span.events.length;
    for (const event of span.events) characters -= charactersOf(event);
    droppedSpans++;
  };

  /** A tenth more than needed goes at once, so that a full store does not move its array for each event. */
  const trim = () => {
    if (eventCount <= limits.events && characters <= limits.characters) return;
    let count = 0;
    while (count < spans.length && (eventCount > limits.events * 0.9 || characters > limits.characters * 0.9))
      forget(spans[count++]!);
    spans = spans.slice(count);
  };

  return {
    get spans() {
      return spans;
    },
    get eventCount() {
      return eventCount;
    },
    get droppedSpans() {
      return droppedSpans;
    },
    get: (key) => byKey.get(key),
    ofTrace: (trace) => [...(byTrace.get(trace) ?? [])].map((key) => byKey.get(key)!).sort((a, b) => a.start - b.start),
    add(events) {
      const touched = new Map<string, TraceEvent[]>();
      for (const event of events) {
        const key = spanKey(event);
        const held = touched.get(key) ?? [...(byKey.get(key)?.events ?? [])];
        if (held.some((other) => sameEvent(event, other))) continue;
        held.push(event);
        eventCount++;
        characters += charactersOf(event);
        touched.set(key, held);
      }
      if (touched.size === 0) return false;
      const fresh: Span[] = [];
      let moved = false;
      for (const [key, held] of touched) {
        const before = byKey.get(key);
        const span = mergeSpan(key, held);
        byKey.set(key, span);
        if (!before) {
          fresh.push(span);
          const keys = byTrace.get(span.trace) ?? new Set();
          byTrace.set(span.trace, keys.add(key));
        } else if (before.start !== span.start) moved = true;
      }
      spans = spans.map((span) => byKey.get(span.key)!);
      spans.push(...fresh);
      if (moved || !inOrder(spans, spans.length - fresh.length)) spans.sort((a, b) => a.start - b.start);
      trim();
      return true;
    },
    clear() {
      byKey.clear();
      byTrace.clear();
      spans = [];
      eventCount = 0;
      characters = 0;
      droppedSpans = 0;
    },
  };
}

const charactersOf = ({ body, blob }: TraceEvent): number =>
  (body.text ?? body.base64 ?? '').length + (blob?.text ?? blob?.base64 ?? '').length;

function inOrder(spans: readonly Span[], from: number): boolean {
  for (let at = Math.max(1, from); at < spans.length; at++) if (spans[at]!.start < spans[at - 1]!.start) return false;
  return true;
}
