/** What a cell of the table says, as terms of the filter: a click adds them. */
import { address } from '../shared/words.ts';
import { type FilterTerm, writeMilliseconds } from './filter-language.ts';
import type { Span } from './span.ts';

export interface Facet extends FilterTerm {
  /** Id of the column that shows it. */
  readonly column: string;
}

/** In the order of the columns. A process goes without its node: that has a facet of its own. */
export function facetsOf(span: Span): Facet[] {
  const facet = (column: string, field: FilterTerm['field'], value: string | undefined): Facet[] =>
    value ? [{ column, field, value, negated: false }] : [];
  const toNobody = span.request?.kind === 'process';
  return [
    ...facet('node', 'node', span.node),
    ...facet('from', 'from', address(span.from).process),
    ...(toNobody ? [] : facet('to', 'to', address(span.to).process)),
    ...facet('method', 'method', span.method.inner ?? span.method.name),
    ...facet('outcome', 'status', span.status),
    ...(span.durationMs === undefined ? [] : facet('duration', 'slower', writeMilliseconds(span.durationMs))),
  ];
}
