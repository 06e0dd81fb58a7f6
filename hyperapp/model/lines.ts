import type { Location, Position, Range } from './position.ts';

/** Offsets and positions of one text, both ways. */
export interface Lines {
  positionAt(offset: number): Position;
  /** A position behind the end of its line is the end of that line. */
  offsetAt(position: Position): number;
  rangeOf(start: number, end: number): Range;
}

/** Lines end with `\n` or `\r\n`, as LSP has them. */
export function linesOf(text: string): Lines {
  const starts = [0];
  for (let next = text.indexOf('\n'); next !== -1; next = text.indexOf('\n', next + 1)) starts.push(next + 1);
  const positionAt = (offset: number): Position => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - (starts[low] as number) };
  };
  return {
    positionAt,
    offsetAt({ line, character }) {
      const start = starts[line];
      if (start === undefined) return text.length;
      const next = starts[line + 1];
      return Math.min(start + character, next === undefined ? text.length : next - 1);
    },
    rangeOf: (start, end) => ({ start: positionAt(start), end: positionAt(end) }),
  };
}

/**
 * The first line of `text` that stands otherwise in `other`, without the white space around it; undefined if the two say
 * the same. Kinds of line breaks, and white space at the end of the text, are no difference.
 */
export function firstDifference(file: string, text: string, other: string): Location | undefined {
  const own = text.trimEnd().split(/\r?\n/);
  const others = other.trimEnd().split(/\r?\n/);
  const different = own.findIndex((line, index) => line !== others[index]);
  if (different === -1 && own.length === others.length) return undefined;
  const line = different === -1 ? own.length - 1 : different;
  const content = own[line] as string;
  const end = content.trimEnd().length;
  const start = Math.min(content.length - content.trimStart().length, end);
  return { file, range: { start: { line, character: start }, end: { line, character: end } } };
}
