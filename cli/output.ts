/**
 * Where words go. People's text goes to stdout, unless `--json` is given: then stdout has one JSON value a line and nothing
 * else, and people's text goes to stderr. Colours only on a terminal.
 */
import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

export interface Output {
  readonly json: boolean;
  /** A value for programs; prints nothing without `--json`. */
  value(value: unknown): void;
  /** What the command is asked for. */
  line(text: string): void;
  /** Progress and the like: on stderr, so that stdout can be piped. */
  note(text: string): void;
  style(style: Style, text: string): string;
  /** Text that an app may have coloured: as it is on a terminal, else without control sequences. */
  foreign(text: string): string;
}

export function createOutput(json: boolean): Output {
  const stream = json ? process.stderr : process.stdout;
  return {
    json,
    value(value) {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    line: (text) => void stream.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    foreign: (text) => (stream.isTTY ? text : stripVTControlCharacters(text)),
    style: (style, text) => (stream.isTTY && !process.env['NO_COLOR'] ? styleText(style, text) : text),
  };
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** Text that ends up in one row: no line breaks, no control characters that steer a terminal. */
export function oneLine(text: string, limit = 200): string {
  const flat = text.replace(/\s*\n\s*/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '·');
  return flat.length > limit ? `${flat.slice(0, limit - 1)}…` : flat;
}
