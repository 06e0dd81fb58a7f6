/** Edits that several rules make. */
import type { Handler, Location, Position, TypeDefinition } from '../../hyperapp/model/app.ts';
import type { Insertion } from '../../hyperapp/model/crate.ts';
import type { Edit } from './rule.ts';

/** Text put in at a position. */
export function insertAt(file: string, position: Position, newText: string): Edit {
  return { at: { file, range: { start: position, end: position } }, newText };
}

/** A further part of a list: `, part`, or the part alone where nothing stands before it. */
export function insertPart({ file, at, needsComma }: Insertion, part: string, separator = ' '): Edit {
  return insertAt(file, at, needsComma ? `,${separator}${part}` : part);
}

/** The white space that a position stands behind, if it is the first of its line. */
export function indentAt({ character }: Position): string {
  return ' '.repeat(character);
}

/** `pub struct X` and what comes before it, one line each, at the indentation of the item. */
export function insertBeforeItem({ item, at }: TypeDefinition, line: string): Edit[] {
  if (!item) return [];
  const { start } = item.at.range;
  return [insertAt(at.file, start, `${line}\n${indentAt(start)}`)];
}

/** A method put in before the closing brace of a block, which starts its own line. */
export function insertMethod({ file, range }: Location, lines: readonly string[]): Edit {
  const { end } = range;
  const brace = { line: end.line, character: end.character - 1 };
  const text = lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n');
  return insertAt(file, brace, `${range.start.line === end.line ? '\n' : ''}\n${text}\n`);
}

/** The whole method by another text, whose first line stands where the method's did. */
export function replaceMethod({ whole, body }: Handler, lines: readonly string[]): Edit {
  const indent = body?.indent ?? indentAt(whole.range.start);
  return { at: whole, newText: lines.join(`\n${indent}`) };
}
