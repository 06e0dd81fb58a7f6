import type { Node } from 'web-tree-sitter';
import type { Import } from '../model/crate.ts';
import type { Location } from '../model/position.ts';
import { isComment, locate, namedChildren, removalRange } from './syntax.ts';

/** The names that a file's `use` items bring in, each with what to delete to be rid of it alone. */
export function readImports(uses: readonly Node[], file: string, lines: readonly string[]): Import[] {
  return uses.flatMap((use) => {
    const tree = use.childForFieldName('argument');
    if (!tree) return [];
    const isNested = use.parent?.type !== 'source_file';
    return leavesOf(tree, '', file, wholeLine(use, file, lines)).map((leaf) => ({ ...leaf, isNested }));
  });
}

type Leaf = Omit<Import, 'isNested'>;

function leavesOf(node: Node, prefix: string, file: string, removal: Location): Leaf[] {
  const pathOf = (part: Node | null) => prefix + (part?.text.replace(/\s/g, '') ?? '');
  switch (node.type) {
    case 'scoped_use_list': {
      const list = node.childForFieldName('list');
      return list ? leavesOf(list, `${pathOf(node.childForFieldName('path'))}::`, file, removal) : [];
    }
    case 'use_list': {
      const parts = namedChildren(node).filter((part) => !isComment(part));
      return parts.flatMap((part, index) => {
        const only = parts.length === 1;
        return leavesOf(
          part,
          prefix,
          file,
          only
            ? removal
            : {
                file,
                range: removalRange(
                  parts.map((one) => [one]),
                  index,
                ),
              },
        );
      });
    }
    case 'use_as_clause': {
      const path = pathOf(node.childForFieldName('path'));
      const name = node.childForFieldName('alias')?.text ?? '_';
      return [{ path, name, isRenamed: true, at: locate(file, node), removal }];
    }
    case 'use_wildcard':
      return [
        { path: pathOf(namedChildren(node)[0] ?? null), name: '*', isRenamed: false, at: locate(file, node), removal },
      ];
    default: {
      const path = pathOf(node).replace(/::self$/, '');
      const last = node.childForFieldName('name') ?? node;
      return [{ path, name: path.split('::').pop() ?? path, isRenamed: false, at: locate(file, last), removal }];
    }
  }
}

/** The node's lines, if nothing else stands on them; else the node. */
export function wholeLine(node: Node, file: string, lines: readonly string[]): Location {
  const { startPosition: start, endPosition: end } = node;
  const before = lines[start.row]?.slice(0, start.column) ?? '';
  const after = lines[end.row]?.slice(end.column) ?? '';
  if (before.trim() !== '' || after.trim() !== '') return locate(file, node);
  return { file, range: { start: { line: start.row, character: 0 }, end: { line: end.row + 1, character: 0 } } };
}
