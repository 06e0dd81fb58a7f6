import type { Node } from 'web-tree-sitter';
import type { Location } from '../../model/position.ts';
import { isComment, locate, namedChildren, stringLiteral } from '../syntax.ts';

/** One file's tree and text, for looking things up around a node. */
export interface CodeFile {
  readonly file: string;
  readonly text: string;
  readonly root: Node;
  /** Values of top-level constants, by name. */
  constant(name: string): Node | undefined;
}

export function codeFile(file: string, text: string, root: Node): CodeFile {
  const known = new Map<string, Node | undefined>();
  return {
    file,
    text,
    root,
    constant(name) {
      if (!known.has(name)) known.set(name, findConstant(name, text, root));
      return known.get(name);
    },
  };
}

/** Found by its words, since asking the tree for every constant costs more than all the rest. */
function findConstant(name: string, text: string, root: Node): Node | undefined {
  if (!/^\w+$/.test(name)) return undefined;
  for (const match of text.matchAll(new RegExp(`\\b(?:const|static)\\s+${name}\\b`, 'g'))) {
    const end = match.index + match[0].length;
    const item = root.descendantForIndex(end - name.length, end)?.parent;
    if (item?.type === 'const_item' || item?.type === 'static_item')
      return item.childForFieldName('value') ?? undefined;
  }
  return undefined;
}

/** The nodes of that type where a word of the text stands; words in comments, strings and macros are of other types. */
export function nodesAt(code: CodeFile, pattern: RegExp, type: string): Node[] {
  return [...code.text.matchAll(pattern)].flatMap((match) => {
    const word = match[1] ?? match[0];
    const start = match.index + match[0].indexOf(word);
    const node = code.root.descendantForIndex(start, start + word.length);
    return node?.type === type && !isInTest(node) && !isBroken(node) ? [node] : [];
  });
}

/** In a function that does not parse just now. */
function isBroken(node: Node): boolean {
  return functionAround(node)?.hasError ?? false;
}

/** In a function or module for tests. */
function isInTest(node: Node): boolean {
  for (let item: Node | null = node; item; item = item.parent) {
    if (item.type !== 'function_item' && item.type !== 'mod_item') continue;
    for (let before = item.previousNamedSibling; before; before = before.previousNamedSibling) {
      if (before.type !== 'attribute_item' && !isComment(before)) break;
      if (before.type === 'attribute_item' && /^#\[\s*(test\b|cfg\s*\(\s*test\b)/.test(before.text)) return true;
    }
  }
  return false;
}

export function functionAround(node: Node): Node | undefined {
  for (let around = node.parent; around; around = around.parent) if (around.type === 'function_item') return around;
  return undefined;
}

/** What was last put into a variable before a node of the same function: the value of its `let`. */
export function letValue(name: string, node: Node, code: CodeFile): Node | undefined {
  const around = functionAround(node);
  if (!around || !/^\w+$/.test(name)) return undefined;
  const start = around.startIndex;
  const before = code.text.slice(start, node.startIndex);
  let found: Node | undefined;
  for (const match of before.matchAll(new RegExp(`\\blet\\s+(?:mut\\s+)?${name}\\b`, 'g'))) {
    const end = start + match.index + match[0].length;
    let declaration = code.root.descendantForIndex(end - name.length, end)?.parent;
    if (declaration?.type === 'mut_pattern') declaration = declaration.parent;
    if (declaration?.type !== 'let_declaration' || declaration.endIndex > node.startIndex) continue;
    found = declaration.childForFieldName('value') ?? undefined;
  }
  return found;
}

/** The uses of a variable in the rest of the function. */
export function usesAfter(name: string, node: Node, code: CodeFile): Node[] {
  const around = functionAround(node);
  if (!around || !/^\w+$/.test(name)) return [];
  const rest = code.text.slice(node.endIndex, around.endIndex);
  return [...rest.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].flatMap(({ index }) => {
    const start = node.endIndex + index;
    const use = code.root.descendantForIndex(start, start + name.length);
    return use?.type === 'identifier' ? [use] : [];
  });
}

/** The value of an identifier: of its `let`, or of a constant of the file. */
export function valueBehind(identifier: Node, code: CodeFile): Node | undefined {
  return letValue(identifier.text, identifier, code) ?? code.constant(identifier.text);
}

const passing = new Set([
  'clone',
  'into',
  'unwrap',
  'expect',
  'to_owned',
  'to_string',
  'as_str',
  'as_ref',
  'unwrap_or_default',
]);

/** The expression without `&`, parentheses, `?` and methods that change nothing: `clone`, `unwrap`, `into` … */
export function bare(node: Node, methods: ReadonlySet<string> = passing): Node {
  for (let inner = node; ; ) {
    let next: Node | null | undefined;
    if (inner.type === 'reference_expression') next = inner.childForFieldName('value');
    else if (
      inner.type === 'parenthesized_expression' ||
      inner.type === 'try_expression' ||
      inner.type === 'await_expression'
    )
      next = namedChildren(inner)[0];
    else if (inner.type === 'call_expression') {
      const method = methodOf(inner);
      if (method && methods.has(method.name)) next = method.receiver;
    }
    if (!next) return inner;
    inner = next;
  }
}

export interface Method {
  readonly name: string;
  readonly nameNode: Node;
  readonly receiver: Node;
  readonly arguments: readonly Node[];
  /** `::<..>`, if it is there. */
  readonly typeArguments: string;
}

/** `receiver.name(..)`. */
export function methodOf(call: Node): Method | undefined {
  let callee = call.childForFieldName('function');
  let typeArguments = '';
  if (callee?.type === 'generic_function') {
    typeArguments = callee.childForFieldName('type_arguments')?.text ?? '';
    callee = callee.childForFieldName('function');
  }
  const nameNode = callee?.childForFieldName('field');
  const receiver = callee?.childForFieldName('value');
  if (callee?.type !== 'field_expression' || !nameNode || !receiver) return undefined;
  return { name: nameNode.text, nameNode, receiver, arguments: argumentsOf(call), typeArguments };
}

export function argumentsOf(call: Node): Node[] {
  const given = call.childForFieldName('arguments');
  return given ? namedChildren(given).filter((child) => !isComment(child) && child.type !== 'attribute_item') : [];
}

/** `a::b::c` of a call of a function, without type arguments. */
export function pathOf(call: Node): string | undefined {
  const callee = call.childForFieldName('function');
  if (callee?.type !== 'scoped_identifier' && callee?.type !== 'identifier') return undefined;
  return callee.text.replace(/\s/g, '');
}

/** A text as far as it is constant, `{expression}` for each other part; undefined if nothing is known. */
export function constantText(node: Node, code: CodeFile, depth = 0): string | undefined {
  const inner = bare(node);
  switch (inner.type) {
    case 'string_literal':
    case 'raw_string_literal':
      return stringLiteral(inner.text);
    case 'identifier': {
      const value = depth < 5 ? valueBehind(inner, code) : undefined;
      return value && constantText(value, code, depth + 1);
    }
    case 'macro_invocation':
      return inner.childForFieldName('macro')?.text.endsWith('format') ? formatText(inner, code, depth) : undefined;
    case 'call_expression': {
      const [only] = argumentsOf(inner);
      return pathOf(inner) === 'String::from' && only ? constantText(only, code, depth) : undefined;
    }
    default:
      return undefined;
  }
}

/** `format!("{}@{}", a, "b")`. */
function formatText(macro: Node, code: CodeFile, depth: number): string | undefined {
  const tree = namedChildren(macro).find(({ type }) => type === 'token_tree');
  const [form, ...given] = splitTokens((tree?.children ?? []).slice(1, -1));
  const text = form?.length === 1 ? stringLiteral(form[0]?.text ?? '') : undefined;
  if (text === undefined) return undefined;
  let next = 0;
  return text.replace(/\{([^}]*)\}/g, (_, inside: string) => {
    const name = inside.replace(/:.*$/, '');
    const tokens = name === '' ? given[next++] : undefined;
    const only = tokens?.length === 1 ? tokens[0] : undefined;
    const literal = only && stringLiteral(only.text);
    if (literal !== undefined) return literal;
    const identifier = name || (only?.type === 'identifier' ? only.text : '');
    const value =
      identifier && depth < 5 ? (letValue(identifier, macro, code) ?? code.constant(identifier)) : undefined;
    const known = value && constantText(value, code, depth + 1);
    return known ?? `{${name || tokens?.map((token) => token.text).join('') || ''}}`;
  });
}

/** Tokens between the commas. */
export function splitTokens(tokens: readonly (Node | null)[]): Node[][] {
  const parts: Node[][] = [[]];
  for (const token of tokens) {
    if (!token || isComment(token)) continue;
    if (token.type === ',') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.at(-1)?.length === 0 ? parts.slice(0, -1) : parts;
}

export function place(node: Node, code: CodeFile): Location {
  return locate(code.file, node);
}
