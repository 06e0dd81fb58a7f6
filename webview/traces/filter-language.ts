/**
 * The filter's language, as text: words, `field:value` and `-` before either. Pure, and free of spans: what a term means
 * for a span is filter.ts's business.
 *
 * A value in quotes may hold blanks; within quotes `\"` is a quote and `\\` a backslash. What is in quotes from its
 * first character on is a word, whatever it looks like. A word before a colon that is no field is a word as well:
 * `samchat:samchat:template.os` needs no quotes.
 */
export const filterFields = ['from', 'to', 'node', 'method', 'status', 'slower'] as const;
export type FilterField = (typeof filterFields)[number];

/** What `status:` takes: each outcome of a span, and `failed` for all that a person should look at. */
export const filterStatuses = ['failed', 'pending', 'ok', 'sent', 'timeout', 'offline', 'dropped', 'exited'] as const;
export type FilterStatus = (typeof filterStatuses)[number];

/** `field` undefined: a word that may stand anywhere in the message. Never without a value. */
export interface FilterTerm {
  readonly field: FilterField | undefined;
  readonly value: string;
  readonly negated: boolean;
}

/** A piece of the text between blanks: a term, or the beginning of one. `from` and `to` are places in the text. */
export interface FilterToken extends FilterTerm {
  readonly from: number;
  readonly to: number;
}

/** One sentence on a term that says nothing; the filter goes on without it. */
export interface FilterError {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface ParsedFilter {
  readonly terms: readonly FilterTerm[];
  readonly errors: readonly FilterError[];
}

const tokenPattern = /(-?)(?:([a-z]+):(?!\/\/))?(?:"((?:[^"\\]|\\.)*)("?)|(\S*))/giy;

/** Takes the text apart; tokens whose value is still empty (`from:`, `-`) are among them. Never throws. */
export function filterTokens(text: string): FilterToken[] {
  const tokens: FilterToken[] = [];
  for (let at = 0; at < text.length; ) {
    const blank = /\s+/y;
    blank.lastIndex = at;
    at += blank.exec(text)?.[0].length ?? 0;
    if (at >= text.length) break;
    tokenPattern.lastIndex = at;
    const match = tokenPattern.exec(text)!;
    const [all, minus = '', named, quoted, , plain = ''] = match;
    const field = filterFields.find((known) => known === named?.toLowerCase());
    const value = quoted === undefined ? plain : quoted.replace(/\\(["\\])/g, '$1');
    const unknown = field === undefined && named !== undefined ? `${named}:` : '';
    tokens.push({ field, value: unknown + value, negated: minus === '-', from: at, to: at + all.length });
    at += all.length;
  }
  return tokens;
}

/** Terms that hold and errors for those that cannot; a term that is only begun is neither. */
export function parseFilter(text: string): ParsedFilter {
  const terms: FilterTerm[] = [];
  const errors: FilterError[] = [];
  for (const { from, to, ...term } of filterTokens(text)) {
    if (term.value === '') continue;
    const wrong = wrongValue(term);
    if (wrong) errors.push({ from, to, text: wrong });
    else terms.push(term);
  }
  return { terms, errors };
}

function wrongValue({ field, value }: FilterTerm): string | undefined {
  if (field === 'status' && statusIn(value) === undefined)
    return `“${value}” is no status. Take one of ${filterStatuses.join(', ')}.`;
  if (field === 'slower' && millisecondsIn(value) === undefined)
    return `“${value}” is no time. Write it as 50ms, 1.5s or 2min.`;
  return undefined;
}

/** The status of that name; `waiting`, as the table calls it, is `pending`. */
export function statusIn(value: string): FilterStatus | undefined {
  const word = value.toLowerCase();
  return word === 'waiting' ? 'pending' : filterStatuses.find((status) => status === word);
}

const unitUs = { us: 1, µs: 1, μs: 1, ms: 1000, s: 1e6, min: 6e7 } as const;

/** Milliseconds of `50ms`, `1.5s`, `2min`, `700us`; a bare number is milliseconds. */
export function millisecondsIn(value: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(us|µs|μs|ms|s|min)?$/i.exec(value);
  if (!match) return undefined;
  return (Number(match[1]) * unitUs[(match[2]?.toLowerCase() ?? 'ms') as keyof typeof unitUs]) / 1000;
}

/** A time as `slower:` takes it, rounded down, so that what took so long is found by it: `1.9ms`. */
export function writeMilliseconds(ms: number): string {
  const down = (value: number) => (value < 10 ? Math.floor(value * 10) / 10 : Math.floor(value));
  if (ms < 1) return `${Math.floor(ms * 1000)}us`;
  return ms < 1000 ? `${down(ms)}ms` : `${down(ms / 1000)}s`;
}

/** A term as text; reading it gives the same term. */
export function writeTerm({ field, value, negated }: FilterTerm): string {
  const bare =
    /^[^\s"]+$/.test(value) && (field !== undefined || !/^-|^(from|to|node|method|status|slower):/i.test(value));
  const written = bare ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
  return `${negated ? '-' : ''}${field ? `${field}:` : ''}${written}`;
}

/** The text with this term in it: once, and without its opposite. */
export function withTerm(text: string, term: FilterTerm): string {
  const same = (token: FilterToken) =>
    token.field === term.field && token.value.toLowerCase() === term.value.toLowerCase();
  const others = filterTokens(text).filter((token) => !same(token));
  return [...others.map(({ from, to }) => text.slice(from, to)), writeTerm(term)].join(' ');
}
