import type { Node } from 'web-tree-sitter';
import type { Call, FunctionCode, HiddenType, Implementation, Import, MacroCall } from '../model/crate.ts';
import type { Location } from '../model/position.ts';
import { readImports } from './import.ts';
import {
  isComment,
  itemsOf,
  locate,
  namedChildren,
  rangeBetween,
  rangeOf,
  stringLiteral,
  textBetween,
} from './syntax.ts';

/** What one file's code says beside handlers and types (`RustCrate`). Plain data, so it can be kept. */
export interface RustCode {
  readonly imports: readonly Import[];
  readonly implementations: readonly Implementation[];
  readonly functions: readonly FunctionCode[];
  readonly hiddenTypes: readonly HiddenType[];
  readonly macroWords: readonly string[];
  readonly witBindings: readonly { readonly world: string; readonly at: Location }[];
}

const wanted = [
  'function_item',
  'call_expression',
  'await_expression',
  'macro_invocation',
  'use_declaration',
  'impl_item',
  'struct_item',
  'enum_item',
];

/** Reads the facts in one pass over the tree; what does not parse is left out. */
export function readCode(root: Node, file: string, lines: readonly string[]): RustCode {
  const found = new Map<string, Node[]>(wanted.map((type) => [type, []]));
  for (const node of root.descendantsOfType(wanted)) if (node) found.get(node.type)?.push(node);
  const of = (type: string) => found.get(type) ?? [];
  const itemMacros = of('macro_invocation').filter(({ parent }) => isItemLevel(parent));
  return {
    imports: readImports(of('use_declaration'), file, lines),
    implementations: of('impl_item').flatMap((node) => {
      const trait = node.childForFieldName('trait')?.text;
      const type = node.childForFieldName('type')?.text;
      return trait && type ? [{ trait: lastSegment(trait), type: lastSegment(type) }] : [];
    }),
    functions: readFunctions(
      of('function_item'),
      of('call_expression'),
      of('await_expression'),
      of('macro_invocation'),
      {
        file,
        lines,
      },
    ),
    hiddenTypes: [
      ...[...of('struct_item'), ...of('enum_item')].flatMap((node) => hiddenType(node, file, lines)),
      ...itemMacros.flatMap((node) => madeTypes(node, file)),
    ],
    macroWords: itemMacros.flatMap(({ text }) => text.match(/\w+/g) ?? []),
    witBindings: itemMacros.flatMap((node) => witBinding(node, file)),
  };
}

function isItemLevel(parent: Node | null): boolean {
  if (!parent) return false;
  if (parent.type === 'expression_statement') return isItemLevel(parent.parent);
  return parent.type === 'source_file' || parent.type === 'declaration_list';
}

export function lastSegment(path: string): string {
  const plain = path.replace(/<[\s\S]*$/, '');
  return plain.split('::').pop()?.trim() ?? path;
}

interface Place {
  readonly file: string;
  readonly lines: readonly string[];
}

/** What an `.await` belongs to, and what runs by itself. */
const scopes = new Set(['function_item', 'async_block', 'closure_expression']);

interface Scope {
  readonly node: Node;
  /** Ids of the scopes around, itself included. */
  readonly around: readonly number[];
  readonly isAsync: boolean;
}

function readFunctions(
  functions: readonly Node[],
  calls: readonly Node[],
  awaits: readonly Node[],
  macros: readonly Node[],
  place: Place,
): FunctionCode[] {
  const read = new Map<number, { code: FunctionCode; calls: Call[]; macros: MacroCall[] }>();
  for (const node of functions) {
    const body = node.childForFieldName('body');
    const name = node.childForFieldName('name');
    if (!body || !name || isTest(node)) continue;
    const own = { calls: [] as Call[], macros: [] as MacroCall[] };
    const indent = /^\s*/.exec(place.lines[node.startPosition.row] ?? '')?.[0] ?? '';
    const code: FunctionCode = {
      name: name.text,
      at: locate(place.file, name),
      isAsync: isAsyncFunction(node),
      body: locate(place.file, body),
      indent,
      ...own,
    };
    read.set(node.id, { code, ...own });
  }
  const known = new Map<number, readonly Scope[]>();
  const scopesOf = (node: Node): readonly Scope[] => scopesAround(node, known);
  // Where each function, block or closure awaits; an await inside an inner one says nothing of the outer.
  const awaitsIn = new Map<number, number[]>();
  for (const node of awaits) {
    const scope = scopesOf(node).at(-1);
    if (scope) awaitsIn.set(scope.node.id, [...(awaitsIn.get(scope.node.id) ?? []), node.endIndex]);
  }
  const placeOf = (node: Node, around: readonly Scope[]) => ({
    followsAwait: around.some(({ node: scope }) => awaitsIn.get(scope.id)?.some((end) => end <= node.startIndex)),
    isInAsync: around.at(-1)?.isAsync ?? false,
  });
  for (const node of calls) {
    const around = scopesOf(node);
    const owner = ownerOf(around, read);
    if (!owner) continue;
    const call = readCall(node, place.file);
    if (call) owner.calls.push({ ...call, ...flag(placeOf(node, around)) });
  }
  for (const node of macros) {
    const around = scopesOf(node);
    const owner = ownerOf(around, read);
    if (owner)
      owner.macros.push(...readMacros(node, place.file).map((call) => ({ ...call, ...flag(placeOf(node, around)) })));
  }
  return [...read.values()].map(({ code }) => code);
}

function flag({ followsAwait, isInAsync }: { followsAwait: boolean | undefined; isInAsync: boolean }) {
  return { followsAwait: followsAwait ?? false, isInAsync };
}

function ownerOf<T>(around: readonly Scope[], read: ReadonlyMap<number, T>): T | undefined {
  for (let index = around.length - 1; index >= 0; index--) {
    const scope = around[index] as Scope;
    if (scope.node.type === 'function_item') return read.get(scope.node.id);
  }
  return undefined;
}

/** The scopes around a node, outermost first; a function starts anew. Remembered by each scope's and block's id. */
function scopesAround(node: Node, known: Map<number, readonly Scope[]>): readonly Scope[] {
  const parent = node.parent;
  if (!parent) return [];
  const cached = known.get(parent.id);
  if (cached) return cached;
  const outer = parent.type === 'function_item' ? [] : scopesAround(parent, known);
  const own: readonly Scope[] = scopes.has(parent.type)
    ? [...outer, { node: parent, around: [], isAsync: isAsync(parent) }]
    : outer;
  known.set(parent.id, own);
  return own;
}

function isAsync(scope: Node): boolean {
  if (scope.type === 'async_block') return true;
  if (scope.type === 'function_item') return isAsyncFunction(scope);
  return /^\s*(move\s+)?async\b|^async\b/.test(scope.text.slice(0, 20));
}

function isAsyncFunction(node: Node): boolean {
  const modifiers = namedChildren(node).find(({ type }) => type === 'function_modifiers');
  return /\basync\b/.test(modifiers?.text ?? '');
}

/** `#[test]`, or somewhere in a `#[cfg(test)]` module. */
function isTest(node: Node): boolean {
  for (let item: Node | null = node; item; item = item.parent) {
    if (item.type !== 'function_item' && item.type !== 'mod_item') continue;
    for (let before = item.previousNamedSibling; before; before = before.previousNamedSibling) {
      if (before.type !== 'attribute_item' && !isComment(before)) break;
      if (before.type === 'attribute_item' && /^#\[\s*(test\b|cfg\s*\(\s*test\b)/.test(before.text)) return true;
    }
  }
  return false;
}

function readCall(node: Node, file: string): Omit<Call, 'followsAwait' | 'isInAsync'> | undefined {
  let callee = node.childForFieldName('function');
  if (callee?.type === 'generic_function') callee = callee.childForFieldName('function');
  const given = node.childForFieldName('arguments');
  if (!callee || !given) return undefined;
  const isMethod = callee.type === 'field_expression';
  const name = isMethod
    ? callee.childForFieldName('field')
    : callee.type === 'scoped_identifier'
      ? callee.childForFieldName('name')
      : callee.type === 'identifier'
        ? callee
        : null;
  if (!name) return undefined;
  return {
    name: name.text,
    path: isMethod ? '' : callee.text.replace(/\s/g, ''),
    isMethod,
    at: locate(file, name),
    whole: locate(file, node),
    receiver: isMethod ? callee.childForFieldName('value')?.text : undefined,
    argumentsText: given.text.slice(1, -1),
    isAwaited: node.parent?.type === 'await_expression',
  };
}

/** The macro, and those called in its arguments, which are bare tokens to the grammar. */
function readMacros(node: Node, file: string): Omit<MacroCall, 'followsAwait' | 'isInAsync'>[] {
  const macro = node.childForFieldName('macro');
  if (!macro) return [];
  const name = lastSegment(macro.text);
  const inner = (node.text.match(/\w+\s*!\s*[({[]/g)?.length ?? 0) > 1 ? innerMacros(node, macro, name, file) : [];
  return [{ name, at: locate(file, macro), within: [] }, ...inner];
}

function innerMacros(
  node: Node,
  macro: Node,
  outer: string,
  file: string,
): Omit<MacroCall, 'followsAwait' | 'isInAsync'>[] {
  return node.descendantsOfType('identifier').flatMap((word) => {
    const bang = word?.nextSibling;
    if (!word || word.startIndex < macro.endIndex || bang?.type !== '!' || bang.nextSibling?.type !== 'token_tree')
      return [];
    return [{ name: word.text, at: locate(file, word), within: [outer] }];
  });
}

function hiddenType(node: Node, file: string, lines: readonly string[]): HiddenType[] {
  const name = node.childForFieldName('name');
  const holder = holderOf(node);
  if (!name || !holder || !node.parent) return [];
  const item = itemsOf(node.parent).find((candidate) => candidate.node.id === node.id);
  const first = item?.first ?? node;
  const text = textBetween(lines, first, node);
  const isModule = holder.type === 'mod_item';
  return [
    {
      name: name.text,
      within: `${isModule ? 'mod' : 'fn'} ${holder.childForFieldName('name')?.text ?? ''}`,
      at: locate(file, name),
      whole: { file, range: rangeBetween(first, node) },
      text,
      module: isModule && holder.parent?.type === 'source_file' ? rangeOf(holder) : undefined,
    },
  ];
}

function holderOf(node: Node): Node | undefined {
  for (let holder = node.parent; holder; holder = holder.parent)
    if (holder.type === 'mod_item' || holder.type === 'function_item') return holder;
  return undefined;
}

/** Types that a macro between items seems to define: `rows! { Item }` may, `rows! { pub struct Item .. }` does. */
function madeTypes(node: Node, file: string): HiddenType[] {
  const macro = node.childForFieldName('macro')?.text ?? '';
  return [...node.text.matchAll(/\b(?:struct|enum)\s+([A-Z]\w*)/g)].map(([, name]) => ({
    name: name as string,
    within: `macro ${macro}!`,
    at: locate(file, node),
    whole: undefined,
    text: '',
    module: undefined,
  }));
}

function witBinding(node: Node, file: string): RustCode['witBindings'] {
  const macro = node.childForFieldName('macro')?.text.replace(/\s/g, '') ?? '';
  if (!/(^|::)generate$/.test(macro)) return [];
  const words = node.descendantsOfType(['identifier', 'string_literal']);
  const key = words.findIndex((word) => word?.text === 'world');
  const value = words[key + 1];
  const world = key === -1 || value?.type !== 'string_literal' ? undefined : stringLiteral(value.text);
  return world !== undefined && value ? [{ world, at: locate(file, value) }] : [];
}
