/** What a filter's terms mean for a span. */
import { address } from '../shared/words.ts';
import { type FilterField, type FilterTerm, millisecondsIn, statusIn } from './filter-language.ts';
import type { Span } from './span.ts';

export interface SpanFilter {
  /** `now`: milliseconds since 1970, for requests that still wait. */
  passes(span: Span, now: number): boolean;
  /** Whether what it says of a request that waits can change with the time alone. */
  readonly timed: boolean;
}

/**
 * Undefined where there are no terms: everything passes. Each word must occur; of several terms with the same field one
 * must hold (`status:timeout status:offline`); none that is negated may.
 */
export function spanFilter(terms: readonly FilterTerm[]): SpanFilter | undefined {
  if (terms.length === 0) return undefined;
  const forbidden = terms.filter(({ negated }) => negated).map(testOf);
  const wanted = terms.filter(({ negated }) => !negated);
  const words = wanted.filter(({ field }) => field === undefined).map(testOf);
  const byField = new Map<FilterField, Test[]>();
  for (const term of wanted) {
    if (term.field === undefined) continue;
    byField.set(term.field, [...(byField.get(term.field) ?? []), testOf(term)]);
  }
  const choices = [...byField.values()];
  return {
    timed: terms.some(({ field }) => field === 'slower'),
    passes: (span, now) =>
      choices.every((tests) => tests.some((test) => test(span, now))) &&
      words.every((test) => test(span, now)) &&
      !forbidden.some((test) => test(span, now)),
  };
}

type Test = (span: Span, now: number) => boolean;

function testOf({ field, value }: FilterTerm): Test {
  const word = value.toLowerCase();
  const has = (text: string | undefined) => text?.toLowerCase().includes(word) ?? false;
  if (field === 'from') return (span) => has(span.from);
  if (field === 'to') return (span) => has(span.to);
  if (field === 'node') return (span) => nodesOf(span).some(has);
  if (field === 'method') return (span) => has(span.method.name) || has(span.method.inner);
  if (field === 'status') {
    const status = statusIn(value);
    return (span) => (status === 'failed' ? span.failed : span.status === status);
  }
  if (field === 'slower') {
    const least = millisecondsIn(value) ?? Number.POSITIVE_INFINITY;
    return (span, now) => (span.durationMs ?? (span.status === 'pending' ? now - span.start : 0)) >= least;
  }
  return (span) => mentions(span, word, has);
}

/** Every node that has to do with it: that saw it, sent it, or was to get it. */
const nodesOf = (span: Span): string[] => [
  address(span.from).node,
  address(span.to).node,
  ...span.events.map((event) => event.node),
];

function mentions(span: Span, word: string, has: (text: string | undefined) => boolean): boolean {
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
