import type { Node } from 'web-tree-sitter';
import type { Property, Value, ValueShape } from '../../model/payload.ts';
import { rangeBetween, rangeOf, stringLiteral } from '../syntax.ts';
import { type CodeFile, splitTokens } from './scope.ts';

/** The value of `json!(..)`; a tuple is an array there. `tree` is what stands in the macro's parentheses, with them. */
export function readJsonMacro(tree: Node, code: CodeFile): Value | undefined {
  const tokens = tree.children.slice(1, -1).filter((token): token is Node => token !== null);
  return tokens.length > 0 ? jsonOf(tokens, code) : undefined;
}

function jsonOf(tokens: readonly Node[], code: CodeFile): Value {
  const first = tokens[0] as Node;
  const last = tokens.at(-1) as Node;
  return {
    ...shapeOf(tokens, code),
    at: { file: code.file, range: rangeBetween(first, last) },
    text: code.text.slice(first.startIndex, last.endIndex),
  };
}

function shapeOf(tokens: readonly Node[], code: CodeFile): ValueShape {
  const [first, second] = tokens;
  if (!first) return { kind: 'null' };
  if (tokens.length === 2 && first.text === '-' && second) {
    const value = numberOf(second);
    return value === undefined ? { kind: 'other' } : { kind: 'number', value: -value };
  }
  if (tokens.length > 1) return { kind: 'other' };
  const text = stringLiteral(first.text);
  if (text !== undefined) return { kind: 'string', value: text };
  const number = numberOf(first);
  if (number !== undefined) return { kind: 'number', value: number };
  if (first.text === 'true' || first.text === 'false') return { kind: 'boolean' };
  if (first.text === 'null') return { kind: 'null' };
  if (first.type !== 'token_tree') return { kind: 'other' };
  const parts = splitTokens(first.children.slice(1, -1));
  if (first.text.startsWith('{')) return objectOf(parts, code);
  // `()` is null, `(a)` is `a`, `(a, b)` and `(a,)` are lists.
  if (first.text.startsWith('(')) {
    if (parts.length === 0) return { kind: 'null' };
    if (parts.length === 1 && !first.children.some((token) => token?.type === ','))
      return shapeOf(parts[0] ?? [], code);
  }
  return { kind: 'array', elements: parts.map((part) => jsonOf(part, code)), hasSpread: false };
}

function numberOf(token: Node): number | undefined {
  if (token.type !== 'integer_literal' && token.type !== 'float_literal') return undefined;
  const value = Number(token.text.replaceAll('_', '').replace(/[iuf](8|16|32|64|128|size)$/, ''));
  return Number.isNaN(value) ? undefined : value;
}

function objectOf(parts: readonly Node[][], code: CodeFile): ValueShape {
  const properties: Property[] = [];
  let hasSpread = false;
  for (const [key, colon, ...value] of parts) {
    const name = key && stringLiteral(key.text);
    if (!key || name === undefined || colon?.text !== ':' || value.length === 0) hasSpread = true;
    else properties.push({ name, at: rangeOf(key), value: jsonOf(value, code) });
  }
  return { kind: 'object', properties, hasSpread };
}
