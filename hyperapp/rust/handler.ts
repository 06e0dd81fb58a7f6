import type { Node } from 'web-tree-sitter';
import type { Handler, HandlerBody, HandlerKind, HttpArgument, Parameter } from '../model/app.ts';
import { wireNameOf } from '../wire/name.ts';
import {
  type Attribute,
  argumentParts,
  type Item,
  isComment,
  keyValueOf,
  keyValues,
  locate,
  namedChildren,
  rangeBetween,
  rangeOf,
  removalRange,
  stringLiteral,
} from './syntax.ts';
import { readType } from './type.ts';

const kinds: ReadonlySet<string> = new Set<HandlerKind>(['init', 'http', 'local', 'remote', 'ws', 'ws_client', 'eth']);

/** The handler kinds among an item's attributes, in order. */
export function handlerKinds(item: Item): HandlerKind[] {
  return item.attributes.map((attribute) => attribute.name).filter((name): name is HandlerKind => kinds.has(name));
}

/**
 * A method with handler attributes (diagnostics.md §0.3): parameters are all but the receiver, whatever their pattern.
 * `indent` is the white space before the method's line.
 */
export function readHandler(item: Item, file: string, indent: string): Handler | undefined {
  const { node } = item;
  const name = node.childForFieldName('name');
  const parameters = node.childForFieldName('parameters');
  if (node.type !== 'function_item' || !name || !parameters) return undefined;
  const given = namedChildren(parameters);
  const receiver = given.find(isReceiver);
  const http = item.attributes.find((attribute) => attribute.name === 'http');
  const route = new Map(http ? keyValues(http).map(({ key, valueText }) => [key, stringLiteral(valueText)]) : []);
  const result = node.childForFieldName('return_type');
  const modifiers = namedChildren(node).find((child) => child.type === 'function_modifiers');
  const body = node.childForFieldName('body');
  return {
    name: name.text,
    wireName: wireNameOf(name.text.replace(/^r#/, '')),
    kinds: handlerKinds(item),
    isAsync: /\basync\b/.test(modifiers?.text ?? ''),
    parameters: given.filter((child) => !isReceiver(child)).flatMap((child) => readParameter(child, file)),
    result: result ? readType(result, file) : undefined,
    method: route.get('method')?.toUpperCase(),
    path: route.get('path'),
    httpArguments: http?.argumentsNode && httpArguments(http, file),
    at: locate(file, name),
    whole: { file, range: rangeBetween(item.first, node) },
    parametersRange: rangeOf(parameters),
    receiverRange: receiver ? rangeOf(receiver) : undefined,
    receiver: receiver && receiverKind(receiver.text),
    asyncRange: modifiers && asyncRange(modifiers),
    attributesAt: item.attributes
      .filter(({ name }) => kinds.has(name))
      .map((attribute) => locate(file, attribute.node)),
    body: body ? readBody(body, indent) : undefined,
  };
}

/** `&self`, or written out: `self: &mut Self`. */
function isReceiver(node: Node): boolean {
  return node.type === 'self_parameter' || node.childForFieldName('pattern')?.type === 'self';
}

function asyncRange(modifiers: Node): Handler['asyncRange'] {
  const word = modifiers.children.find((child) => child?.type === 'async');
  const next = word?.nextSibling ?? modifiers.nextSibling;
  return word && next ? { start: rangeOf(word).start, end: rangeOf(next).start } : undefined;
}

function receiverKind(text: string): Handler['receiver'] {
  const written = text.replace(/^[^:]*:/, '');
  if (!written.includes('&')) return 'value';
  return /\bmut\b/.test(written) ? 'mutable' : 'shared';
}

function httpArguments(attribute: Attribute, file: string): HttpArgument[] {
  const parts = argumentParts(attribute);
  const list = attribute.argumentsNode as Node;
  return parts.map((part, index) => {
    const pair = keyValueOf(attribute, part);
    const [first] = part as [Node];
    const last = part.at(-1) as Node;
    const value = pair?.valueNodes;
    return {
      key: pair?.key ?? '',
      value: pair && stringLiteral(pair.valueText),
      at: { file, range: rangeBetween(first, last) },
      valueAt: value && { file, range: rangeBetween(value[0] as Node, value.at(-1) as Node) },
      valueText: pair?.valueText ?? '',
      removal: parts.length === 1 ? locate(file, list) : { file, range: removalRange(parts, index) },
    };
  });
}

function readParameter(node: Node, file: string): Parameter[] {
  const pattern = node.childForFieldName('pattern');
  const type = node.childForFieldName('type');
  if (node.type === 'parameter' && type) {
    // A pattern of `_` has no node of its own in this grammar.
    const name = pattern?.text ?? '_';
    return [{ name, type: readType(type, file), at: locate(file, pattern ?? node) }];
  }
  return [];
}

const statements = new Set([
  'let_declaration',
  'expression_statement',
  'empty_statement',
  'use_declaration',
  'macro_definition',
]);

function readBody(node: Node, indent: string): HandlerBody {
  const inside = namedChildren(node);
  const last = inside.filter((child) => !isComment(child)).at(-1);
  const isTail = last !== undefined && !statements.has(last.type) && !last.type.endsWith('_item');
  return { range: rangeOf(node), indent, isEmpty: inside.length === 0, tail: isTail ? rangeOf(last) : undefined };
}
