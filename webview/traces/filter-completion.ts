/** What may be written at a place of the filter: fields, then the values that the spans have. Pure. */
import { address } from '../shared/words.ts';
import {
  type FilterField,
  type FilterToken,
  filterFields,
  filterStatuses,
  filterTokens,
  writeTerm,
} from './filter-language.ts';
import type { Span } from './span.ts';

export interface Completion {
  /** Replaces the text from `from` to `to`. */
  readonly insert: string;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly hint: string | undefined;
}

const fieldHints: Record<FilterField, string> = {
  from: 'process that sent it',
  to: 'process it went to',
  node: 'node that has to do with it',
  method: 'handler, or method and path',
  status: 'what became of it',
  slower: 'took at least so long: 50ms, 1.5s',
};
const statusHints: Record<(typeof filterStatuses)[number], string> = {
  failed: 'no answer, or one that says no',
  pending: 'still waits for its response',
  ok: 'answered',
  sent: 'expects no response',
  timeout: 'nobody answered in time',
  offline: 'the node could not be reached',
  dropped: 'went no further',
  exited: 'a process ended',
};

/** Spans whose values are proposed, the newest; and the most proposals at once. */
const spansRead = 5000;
const mostProposed = 12;

/** Proposals at `caret`, best first; none where only a word can stand. */
export function completionsAt(text: string, caret: number, spans: readonly Span[]): Completion[] {
  const nothing = { field: undefined, value: '', negated: false, from: caret, to: caret };
  const token = filterTokens(text).find(({ from, to }) => from < caret && caret <= to) ?? nothing;
  return (token.field ? values(token, token.field, spans) : fields(token)).slice(0, mostProposed);
}

function fields({ value, negated, from, to }: FilterToken): Completion[] {
  const begun = value.toLowerCase();
  return filterFields
    .filter((field) => field.startsWith(begun))
    .map((field) => ({
      ...{ from, to, label: `${negated ? '-' : ''}${field}:`, hint: fieldHints[field] },
      insert: `${negated ? '-' : ''}${field}:`,
    }));
}

function values({ value, negated, from, to }: FilterToken, field: FilterField, spans: readonly Span[]): Completion[] {
  const begun = value.toLowerCase();
  const known: readonly (readonly [string, string | undefined])[] =
    field === 'status'
      ? filterStatuses.map((status) => [status, statusHints[status]])
      : field === 'slower'
        ? ['10ms', '50ms', '200ms', '1s', '5s'].map((time) => [time, undefined])
        : seen(field, spans);
  const fitting = known.filter(([name]) => name.toLowerCase().includes(begun) && name.toLowerCase() !== begun);
  const first = fitting.filter(([name]) => name.toLowerCase().startsWith(begun));
  return [...first, ...fitting.filter((one) => !first.includes(one))].map(([name, hint]) => ({
    ...{ from, to, label: name, hint },
    insert: `${writeTerm({ field, value: name, negated })} `,
  }));
}

/** Values of a field in the newest spans, the most frequent first, each with its count. */
function seen(field: FilterField, spans: readonly Span[]): [string, string][] {
  const counts = new Map<string, number>();
  for (const span of spans.slice(-spansRead))
    for (const value of new Set(valuesOf(field, span))) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([value, count]) => [value, `× ${count}`]);
}

function valuesOf(field: FilterField, span: Span): (string | undefined)[] {
  if (field === 'node') return [address(span.from).node, address(span.to).node];
  if (field === 'from') return [address(span.from).process];
  if (field === 'to') return [address(span.to).process];
  return [span.method.name, span.method.inner];
}
