/** Rows as JSON text (storage.md §4.3): all 64 bits of an INTEGER, a REAL that shows it is one, a BLOB as base64. */
import type { SQLOutputValue } from 'node:sqlite';

function cell(value: SQLOutputValue): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'number') return JSON.stringify(Buffer.from(value).toString('base64'));
  if (!Number.isFinite(value)) return 'null';
  const text = String(value).replace('e+', 'e');
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** `[{"a":1,"b":"x"}]`. Integers must have been read as bigints. */
export function rowsJson(rows: readonly Record<string, SQLOutputValue>[]): string {
  const objects = rows.map(
    (row) =>
      `{${Object.entries(row)
        .map(([name, value]) => `${JSON.stringify(name)}:${cell(value)}`)
        .join(',')}}`,
  );
  return `[${objects.join(',')}]`;
}
