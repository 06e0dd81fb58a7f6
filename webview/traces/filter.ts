/** The free-text filter: every word must occur somewhere in the span; "two words" in quotes are one. */
import type { Span } from './span.ts';

export type SpanFilter = (span: Span) => boolean;

/** Undefined for an empty filter: everything passes. */
export function spanFilter(text: string): SpanFilter | undefined {
  const words = filterWords(text);
  if (words.length === 0) return undefined;
  return (span) => words.every((word) => mentions(span, word));
}

export function filterWords(text: string): string[] {
  return [...text.toLowerCase().matchAll(/"([^"]*)"?|(\S+)/g)]
    .map((match) => match[1] ?? match[2] ?? '')
    .filter(Boolean);
}

function mentions(span: Span, word: string): boolean {
  const has = (text: string | undefined) => text?.toLowerCase().includes(word) ?? false;
  return (
    has(span.method.name) ||
    has(span.method.inner) ||
    has(span.from) ||
    has(span.to) ||
    has(span.status) ||
    has(span.answer) ||
    span.failures.some(({ cause, detail }) => has(cause) || has(detail)) ||
    span.trace === word ||
    span.events.some(({ body, blob, detail }) => has(body.text) || has(blob?.text) || has(detail))
  );
}
