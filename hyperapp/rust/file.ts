import type { Tree } from 'web-tree-sitter';
import type { Ignore, TypeDefinition } from '../model/app.ts';
import { readIgnores } from '../model/ignore.ts';
import type { Range } from '../model/position.ts';
import type { CrateTraffic } from '../model/traffic.ts';
import { type RustBlock, readBlock } from './block.ts';
import { type RustCode, readCode } from './code.ts';
import { readDefinition } from './definition.ts';
import { itemsOf, rangeOf } from './syntax.ts';
import { readTraffic } from './traffic/read.ts';

/** What one `.rs` file says, by itself: names of other files are not settled yet. Plain data, so it can be kept. */
export interface RustFile {
  readonly file: string;
  readonly definitions: readonly TypeDefinition[];
  readonly code: RustCode;
  readonly traffic: CrateTraffic;
  readonly block: RustBlock | undefined;
  readonly ignores: readonly Ignore[];
  /** `include!`, `wit_bindgen::generate!` and the like at the top level. */
  readonly hasItemMacro: boolean;
  /** Stretches outside of function bodies that do not parse; empty in a file that is whole. */
  readonly broken: readonly Range[];
  /** True if an earlier, whole reading stands in for what is broken. */
  readonly isFilled: boolean;
}

/** Reads the facts of a file from its tree; where the text does not parse, what stands around it is still read. */
export function readRustFile(file: string, text: string, tree: Tree): RustFile {
  const lines = text.split('\n');
  const items = itemsOf(tree.rootNode);
  const whole = items.filter(({ node, attributes }) => !isBroken(node) && !attributes.some((a) => a.node.hasError));
  const definitions = whole.flatMap((item) => readDefinition(item, file, lines) ?? []);
  const block = readBlock(items, file, lines);
  const broken = items
    .filter((item) => !whole.includes(item))
    .map(({ node }) => rangeOf(node))
    .concat(block?.broken ?? []);
  const code = readCode(tree.rootNode, file, lines);
  return {
    file,
    definitions,
    code,
    traffic: readTraffic(file, text, tree.rootNode, code),
    block,
    ignores: readIgnores(file, text),
    hasItemMacro: items.some(
      ({ node }) => /^[\w:]+!/.test(node.text) && !/^(thread_local|lazy_static|println)!/.test(node.text),
    ),
    broken,
    isFilled: false,
  };
}

/** An impl block and a function are judged by their parts, not by what stands in their bodies. */
function isBroken(node: { type: string; isMissing: boolean; hasError: boolean }): boolean {
  if (node.type === 'ERROR' || node.isMissing) return true;
  return node.hasError && ['struct_item', 'enum_item', 'type_item', 'attribute_item'].includes(node.type);
}

/** True if everything in a file was read as it is meant, as far as one can tell. */
export function isWhole({ broken, block }: RustFile): boolean {
  return broken.length === 0 && !block?.isDoubtful;
}

/**
 * A file that does not parse, with what its last good reading knew in the place of what is missing now, marked stale
 * (diagnostics.md §0.2). A whole file is given back as it is.
 */
export function withLastGood(fresh: RustFile, lastGood: RustFile | undefined): RustFile {
  if (isWhole(fresh) || !lastGood) return fresh;
  const definitions = [...fresh.definitions];
  for (const definition of lastGood.definitions) {
    if (!fresh.definitions.some(({ name }) => name === definition.name))
      definitions.push({ ...definition, stale: true });
  }
  const { implementations, macroWords } = lastGood.code;
  return {
    ...fresh,
    definitions,
    // What a type implements is asked for what is missing, and an error may hide it.
    code: {
      ...fresh.code,
      implementations: [...fresh.code.implementations, ...implementations],
      macroWords: [...fresh.code.macroWords, ...macroWords],
    },
    block: blockWithLastGood(fresh.block, lastGood.block),
    isFilled: true,
  };
}

function blockWithLastGood(fresh: RustBlock | undefined, lastGood: RustBlock | undefined): RustBlock | undefined {
  if (!lastGood) return fresh;
  const base = fresh ?? {
    ...lastGood,
    handlers: [],
    block: { ...lastGood.block, plainMethods: [], stale: true as const },
  };
  const known = new Set(base.handlers.map(({ name }) => name));
  const kept = lastGood.handlers.filter(({ name }) => !known.has(name)).map((h) => ({ ...h, stale: true as const }));
  return { ...base, handlers: [...base.handlers, ...kept] };
}
