import { ts } from 'ts-morph';
import type { Location, Range } from '../model/position.ts';
import { changeBetween } from '../model/text-change.ts';
import { scriptOnly } from './script-blocks.ts';

/** A parsed TypeScript or JavaScript file (or the script blocks of a page), with places as LSP counts them. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** Parses a text; with an earlier reading of the file only what changed is parsed anew. That reading is then used up. */
export function parseSource(file: string, text: string, earlier?: Source): Source {
  const script = scriptOnly(file, text);
  if (!earlier)
    return { file, text, tree: ts.createSourceFile(file, script, ts.ScriptTarget.Latest, true, kindOf(file)) };
  const { start, oldEnd, newEnd } = changeBetween(earlier.tree.text, script);
  if (start === oldEnd && start === newEnd) return { file, text, tree: earlier.tree };
  const change: ts.TextChangeRange = { span: { start, length: oldEnd - start }, newLength: newEnd - start };
  return { file, text, tree: ts.updateSourceFile(earlier.tree, script, change) };
}

function kindOf(file: string): ts.ScriptKind {
  if (/\.[cm]?ts$/.test(file)) return ts.ScriptKind.TS;
  if (/\.[cm]?jsx?$/.test(file)) return ts.ScriptKind.JSX;
  return /\.tsx$/.test(file) ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
}

export function rangeOf(source: Source, node: ts.Node): Range {
  return rangeBetween(source, node.getStart(source.tree), node.end);
}

/** Offsets to a range. */
export function rangeBetween(source: Source, start: number, end: number): Range {
  return {
    start: source.tree.getLineAndCharacterOfPosition(start),
    end: source.tree.getLineAndCharacterOfPosition(end),
  };
}

export function locate(source: Source, node: ts.Node): Location {
  return { file: source.file, range: rangeOf(source, node) };
}

export function textOf(source: Source, node: ts.Node): string {
  return node.getText(source.tree);
}

/** Offsets where the parser met something it did not expect. */
export function syntaxErrors(source: Source): readonly number[] {
  // The parser keeps them on the tree, though its types don't say so; the public way needs a whole program.
  const { parseDiagnostics } = source.tree as unknown as { parseDiagnostics: readonly { start: number }[] };
  return parseDiagnostics.map(({ start }) => start);
}
