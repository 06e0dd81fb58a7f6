/** Positions as LSP has them: lines and UTF-16 characters from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A range in a file; `file` is an absolute path. */
export interface Location {
  readonly file: string;
  readonly range: Range;
}

/** Below zero if `a` stands before `b`. */
export function comparePositions(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}

/** True if the two ranges share a character, or touch where one of them is empty. */
export function overlaps(a: Range, b: Range): boolean {
  return comparePositions(a.start, b.end) <= 0 && comparePositions(b.start, a.end) <= 0;
}

/** True if `inner` lies within `outer`, borders included. */
export function contains(outer: Range, inner: Range): boolean {
  return comparePositions(outer.start, inner.start) <= 0 && comparePositions(inner.end, outer.end) <= 0;
}
