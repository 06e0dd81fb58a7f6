/** Parameters of a statement: how many it takes, and how JSON values are bound (storage.md §4.3). */
import type { SQLInputValue } from 'node:sqlite';

/** Strings, quoted names and comments, in which nothing is a parameter; then parameters; then the end of the statement. */
const tokens =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|(\?\d*|[:@$][A-Za-z_][\w$]*)|(;)|[A-Za-z_][\w$]*/g;

/** The names of the first statement's parameters by position; an empty name is a `?`. */
export function parameterNames(sql: string): readonly string[] {
  const names: string[] = [];
  for (const [, parameter, end] of sql.matchAll(tokens)) {
    if (end) break;
    if (parameter === undefined) continue;
    const number = /^\?(\d+)$/.exec(parameter)?.[1];
    if (number !== undefined) while (names.length < Number(number)) names.push('');
    else if (parameter === '?') names.push('');
    else if (!names.includes(parameter)) names.push(parameter);
  }
  return names;
}

type NumberReviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

const smallest = -(1n << 63n);
const largest = (1n << 63n) - 1n;

/** `1.0` is a REAL and `1` an INTEGER: only the text tells. */
const byText: NumberReviver = (_key, value, context) => {
  if (typeof value !== 'number' || !/^-?\d+$/.test(context?.source ?? '')) return value;
  const integer = BigInt(context?.source ?? 0);
  return integer >= smallest && integer <= largest ? integer : value;
};

/** A string that is canonical base64 is bound as the bytes that it stands for, as the real node does. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && Buffer.from(text, 'base64').toString('base64') === text;
}

function bindable(value: unknown): SQLInputValue | undefined {
  if (typeof value === 'string') return isBase64(value) ? Buffer.from(value, 'base64') : value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (value === null || typeof value === 'bigint' || typeof value === 'number') return value;
  return undefined;
}

/** The values of a parameter blob; no blob means none. Undefined: InvalidParameters. */
export function readParameters(blob: Uint8Array | undefined): readonly SQLInputValue[] | undefined {
  if (!blob) return [];
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(blob), byText);
  } catch {
    return undefined;
  }
  if (!Array.isArray(json)) return undefined;
  const values = json.map(bindable);
  return values.includes(undefined) ? undefined : (values as SQLInputValue[]);
}

/** Arguments for node:sqlite: named parameters are filled by position too. */
export function bindings(
  names: readonly string[],
  values: readonly SQLInputValue[],
): [Record<string, SQLInputValue>, ...SQLInputValue[]] {
  const named: Record<string, SQLInputValue> = {};
  const anonymous: SQLInputValue[] = [];
  for (const [i, value] of values.entries()) {
    const name = names[i];
    if (name) named[name] = value;
    else anonymous.push(value);
  }
  return [named, ...anonymous];
}
