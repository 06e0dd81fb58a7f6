import * as fs from 'node:fs';
import { Edit, Language, Parser, type Tree } from 'web-tree-sitter';
import { changeBetween } from '../model/text-change.ts';

/** Where the two WebAssembly files of the Rust parser lie: beside a bundle, or in the packages they come from. */
export interface GrammarFiles {
  /** web-tree-sitter.wasm */
  readonly runtime: string;
  /** tree-sitter-rust.wasm */
  readonly grammar: string;
}

export interface RustParser {
  /** Parses a text; with the tree of an earlier text only what changed is parsed anew. The caller deletes the tree. */
  parse(text: string, earlier?: { readonly text: string; readonly tree: Tree }): Tree;
  dispose(): void;
}

/** Loads the grammar (some 15 ms) once; parsing afterwards is synchronous. Throws if a file is missing. */
export async function loadRustParser(files: GrammarFiles): Promise<RustParser> {
  await Parser.init({ locateFile: () => files.runtime });
  const language = await Language.load(fs.readFileSync(files.grammar));
  const parser = new Parser();
  parser.setLanguage(language);
  return {
    parse(text, earlier) {
      if (earlier) noteChange(earlier.tree, earlier.text, text);
      const tree = parser.parse(text, earlier?.tree);
      if (!tree) throw new Error('The Rust parser gave up without a tree; it was not asked to stop.');
      return tree;
    },
    dispose: () => parser.delete(),
  };
}

function noteChange(tree: Tree, before: string, after: string): void {
  const { start, oldEnd, newEnd } = changeBetween(before, after);
  const edit = new Edit({
    startIndex: start,
    oldEndIndex: oldEnd,
    newEndIndex: newEnd,
    startPosition: pointAt(before, start),
    oldEndPosition: pointAt(before, oldEnd),
    newEndPosition: pointAt(after, newEnd),
  });
  tree.edit(edit);
}

function pointAt(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', next + 1)) {
    row++;
    lineStart = next + 1;
  }
  return { row, column: offset - lineStart };
}
