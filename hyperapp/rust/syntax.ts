/** Reading a Rust syntax tree: places, items with the attributes before them. No rule of the framework lives here. */
import type { Node } from 'web-tree-sitter';
import type { Insertion } from '../model/crate.ts';
import type { Location, Range } from '../model/position.ts';

export function rangeOf(node: Node): Range {
  return rangeBetween(node, node);
}

/** From the start of `first` to the end of `last`. */
export function rangeBetween(first: Node, last: Node): Range {
  const start = first.startPosition;
  const end = last.endPosition;
  return { start: { line: start.row, character: start.column }, end: { line: end.row, character: end.column } };
}

/** The text from the start of `first` to the end of `last`. */
export function textBetween(lines: readonly string[], first: Node, last: Node): string {
  const { startPosition: start } = first;
  const { endPosition: end } = last;
  if (start.row === end.row) return lines[start.row]?.slice(start.column, end.column) ?? '';
  const inner = lines.slice(start.row + 1, end.row);
  return [lines[start.row]?.slice(start.column), ...inner, lines[end.row]?.slice(0, end.column)].join('\n');
}

/** Where a further part is inserted between the parentheses or brackets of a list. */
export function insertionInto(list: Node, file: string): Insertion {
  const inside = list.children.slice(1, -1).filter((token): token is Node => token !== null && !isComment(token));
  const last = inside.at(-1);
  const { row, column } = last ? last.endPosition : (list.children[0] as Node).endPosition;
  return { file, at: { line: row, character: column }, needsComma: last !== undefined && last.type !== ',' };
}

export function locate(file: string, node: Node): Location {
  return { file, range: rangeOf(node) };
}

/** The named children that are there; the grammar's own list may hold gaps. */
export function namedChildren(node: Node): Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null);
}

export function isComment(node: Node): boolean {
  return node.type === 'line_comment' || node.type === 'block_comment';
}

export interface Attribute {
  /** Last path segment: `http`, `derive`, `hyperapp`. */
  readonly name: string;
  /** The whole path, without white space: `hyperapp_macro::hyperapp`. */
  readonly path: string;
  readonly pathNode: Node | undefined;
  /** `#[..]` as a whole. */
  readonly node: Node;
  /** What stands between the parentheses, without them; empty if there are none. */
  readonly argumentsText: string;
  readonly argumentsNode: Node | undefined;
}

export interface Item {
  readonly node: Node;
  readonly attributes: readonly Attribute[];
  /** The first attribute or comment that belongs to it, else the item. */
  readonly first: Node;
}

/** The items of a file, an impl block or an enum, each with the attributes and comments that stand before it. */
export function itemsOf(container: Node): Item[] {
  const items: Item[] = [];
  let attributes: Attribute[] = [];
  let first: Node | undefined;
  let previous: Node | undefined;
  for (const node of namedChildren(container)) {
    if (isComment(node)) {
      // A comment behind code on the same line speaks of that line; one followed by an empty line stands for itself.
      const trails = previous !== undefined && previous.endPosition.row === node.startPosition.row;
      if (!trails) first ??= node;
    } else if (node.type === 'attribute_item') {
      attributes.push(attributeOf(node));
      first ??= node;
    } else if (node.type !== 'inner_attribute_item') {
      items.push({ node, attributes, first: startOf(first, attributes, node) });
      attributes = [];
      first = undefined;
    }
    previous = node;
  }
  return items;
}

function startOf(first: Node | undefined, attributes: readonly Attribute[], node: Node): Node {
  if (!first) return node;
  // Comments parted from the item by an empty line belong to what came before.
  let start: Node = attributes[0]?.node ?? node;
  for (let before = start.previousNamedSibling; before && isComment(before); before = before.previousNamedSibling) {
    const lineAfter = before.text.endsWith('\n') ? before.endPosition.row : before.endPosition.row + 1;
    if (lineAfter < start.startPosition.row || before.startIndex < first.startIndex) break;
    start = before;
  }
  return start;
}

function attributeOf(node: Node): Attribute {
  const attribute = namedChildren(node)[0];
  const argumentsNode = attribute?.childForFieldName('arguments') ?? undefined;
  const path = attribute ? namedChildren(attribute)[0] : undefined;
  const written = path?.text.replace(/\s/g, '') ?? '';
  return {
    name: written.split('::').pop() ?? '',
    path: written,
    pathNode: path,
    node,
    argumentsNode,
    argumentsText: argumentsNode ? argumentsNode.text.slice(1, -1) : '',
  };
}

export interface KeyValue {
  readonly key: string;
  readonly keyNode: Node;
  readonly valueNodes: readonly Node[];
  readonly valueText: string;
}

/** The tokens between the commas of an attribute's arguments, without comments; a trailing comma opens no part. */
export function argumentParts(attribute: Attribute): Node[][] {
  return listParts(attribute.argumentsNode);
}

/** As `argumentParts`, for any token tree. */
export function listParts(list: Node | undefined): Node[][] {
  const tokens = list?.children.slice(1, -1) ?? [];
  const parts: Node[][] = [[]];
  for (const token of tokens) {
    if (!token || isComment(token)) continue;
    if (token.type === ',') parts.push([]);
    else parts[parts.length - 1]?.push(token);
  }
  return parts.at(-1)?.length === 0 ? parts.slice(0, -1) : parts;
}

/** A part with the comma between it and the next one, or the one before if it is the last. */
export function removalRange(parts: readonly (readonly Node[])[], index: number): Range {
  const first = parts[index]?.[0] as Node;
  const last = parts[index]?.at(-1) as Node;
  const next = parts[index + 1]?.[0];
  if (next) return { start: rangeOf(first).start, end: rangeOf(next).start };
  const before = parts[index - 1]?.at(-1);
  return { start: before ? rangeOf(before).end : rangeOf(first).start, end: rangeOf(last).end };
}

/** A part as `key = value`, or undefined if it is none. */
export function keyValueOf(attribute: Attribute, part: readonly Node[]): KeyValue | undefined {
  const [key, equals, ...value] = part;
  if (key?.type !== 'identifier' || equals?.type !== '=' || !value[0]) return undefined;
  const last = value[value.length - 1] as Node;
  const base = attribute.argumentsNode as Node;
  const text = base.text.slice(value[0].startIndex - base.startIndex, last.endIndex - base.startIndex);
  return { key: key.text, keyNode: key, valueNodes: value, valueText: text };
}

/** `key = value, key = value` of an attribute's arguments; what is no such pair is left out. */
export function keyValues(attribute: Attribute): KeyValue[] {
  return argumentParts(attribute).flatMap((part) => keyValueOf(attribute, part) ?? []);
}

/** The text of a plain string literal (`"x"` or a raw one), or undefined for anything else. */
export function stringLiteral(text: string): string | undefined {
  if (/^"(?:[^"\\]|\\.)*"$/s.test(text)) {
    return text.slice(1, -1).replace(/\\(?:\n\s*|(.))/gs, (_, escaped: string | undefined) => unescaped(escaped));
  }
  return /^r(#*)"([\s\S]*)"\1$/.exec(text)?.[2];
}

function unescaped(character: string | undefined): string {
  if (character === undefined) return '';
  return { n: '\n', t: '\t', r: '\r', '0': '\0' }[character] ?? character;
}
