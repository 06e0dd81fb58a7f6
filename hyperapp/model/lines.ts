import type { Position, Range } from './position.ts';

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
