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
  'async_block',
  'closure_expression',
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
  const nodes = root.descendantsOfType(wanted).filter((node): node is Node => node !== null);
  const found = new Map<string, Node[]>(wanted.map((type) => [type, []]));
  for (const node of nodes) found.get(node.type)?.push(node);
  const of = (type: string) => found.get(type) ?? [];
  const itemMacros = of('macro_invocation').filter(({ parent }) => isItemLevel(parent));
  return {
    imports: readImports(of('use_declaration'), file, lines),
    implementations: of('impl_item').flatMap((node) => {
      const trait = node.childForFieldName('trait')?.text;
      const type = node.childForFieldName('type')?.text;
      return trait && type ? [{ trait: lastSegment(trait), type: lastSegment(type) }] : [];
    }),
    functions: readFunctions(nodes, { file, lines }),
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

/** A function, an async block or a closure: what an `.await` belongs to, and what runs by itself. */
interface Scope {
  readonly end: number;
  readonly isAsync: boolean;
  /** Where its own awaits end; those of inner scopes say nothing of it. */
  readonly awaits: number[];
  /** What calls in it belong to; undefined in tests. */
  readonly owner: Owner | undefined;
  readonly isFunction: boolean;
}

interface Owner {
  readonly code: FunctionCode;
  readonly calls: Call[];
  readonly macros: MacroCall[];
}

/** Goes through the nodes in the order of the text, with the scopes that are open at each of them. */
function readFunctions(nodes: readonly Node[], place: Place): FunctionCode[] {
  const codes: FunctionCode[] = [];
  const open: Scope[] = [];
  const awaited = new Set<number>();
  const later: (() => void)[] = [];
  for (const node of nodes) {
    const start = node.startIndex;
    while (open.length > 0 && (open.at(-1) as Scope).end <= start) open.pop();
    const scope = open.at(-1);
    switch (node.type) {
      case 'function_item': {
        const owner = ownerOf(node, place);
        if (owner) codes.push(owner.code);
        const isAsync = isAsyncFunction(node);
        open.push({ end: node.endIndex, isAsync, awaits: [], owner, isFunction: true });
        break;
      }
      case 'async_block':
      case 'closure_expression':
        open.push({ end: node.endIndex, isAsync: isAsync(node), awaits: [], owner: scope?.owner, isFunction: false });
        break;
      case 'await_expression': {
        scope?.awaits.push(node.endIndex);
        const operand = node.firstChild;
        if (operand) awaited.add(operand.id);
        break;
      }
      case 'call_expression':
      case 'macro_invocation': {
        const owner = scope?.owner;
        if (!scope || !owner) break;
        const around = openWithin(open);
        // An await is met before its operand, and ends after it: what precedes a call is known only in the end.
        later.push(() => {
          const followsAwait = around.some(({ awaits }) => awaits.some((end) => end <= start));
          const where = { followsAwait, isInAsync: scope.isAsync };
          if (node.type === 'macro_invocation')
            owner.macros.push(...readMacros(node, place.file).map((call) => ({ ...call, ...where })));
          else {
            const call = readCall(node, place.file, awaited.has(node.id));
            if (call) owner.calls.push({ ...call, ...where });
          }
        });
      }
    }
  }
  for (const read of later) read();
  return codes;
}

/** From the innermost function inwards. */
function openWithin(open: readonly Scope[]): readonly Scope[] {
  const last = open.findLastIndex(({ isFunction }) => isFunction);
  return open.slice(Math.max(0, last));
}

function ownerOf(node: Node, { file, lines }: Place): Owner | undefined {
  const body = node.childForFieldName('body');
  const name = node.childForFieldName('name');
  if (!body || !name || isTest(node)) return undefined;
  const own = { calls: [] as Call[], macros: [] as MacroCall[] };
  const indent = /^\s*/.exec(lines[node.startPosition.row] ?? '')?.[0] ?? '';
  const at = locate(file, name);
  return {
    code: { name: name.text, at, isAsync: isAsyncFunction(node), body: locate(file, body), indent, ...own },
    ...own,
  };
}

function isAsync(scope: Node): boolean {
  if (scope.type === 'async_block') return true;
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

function readCall(node: Node, file: string, isAwaited: boolean): Omit<Call, 'followsAwait' | 'isInAsync'> | undefined {
  let callee = node.childForFieldName('function');
  if (callee?.type === 'generic_function') callee = callee.childForFieldName('function');
  const given = node.childForFieldName('arguments');
  if (!callee || !given || node.hasError) return undefined;
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
    isAwaited,
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
