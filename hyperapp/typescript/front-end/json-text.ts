import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import { ts } from 'ts-morph';
import type { PayloadSite, Value, ValueShape } from '../../model/payload.ts';
import type { Location } from '../../model/position.ts';
import { rangeBetween, type Source } from '../source.ts';

/** What stands for a part that is not constant, in a text of JSON. */
const hole = '\uE000';

/**
 * A payload that is written as JSON text: a string or template without escapes, `${..}` being any value or a part of a
 * string (diagnostics.md §0.3, flow 4).
 */
export function jsonTextSite(node: ts.Expression, url: string | undefined, source: Source): PayloadSite | undefined {
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node)) return undefined;
  const start = node.getStart(source.tree) + 1;
  const raw = source.tree.text.slice(start, node.end - 1);
  if (!/^\s*\{/.test(raw) || raw.includes('\\')) return undefined;
  const errors: ParseError[] = [];
  const tree = parseTree(withHoles(raw), errors);
  const [property] = tree?.children ?? [];
  const [key, value] = property?.children ?? [];
  if (errors.length > 0 || tree?.type !== 'object' || tree.children?.length !== 1 || !key || !value) return undefined;
  const place = ({ offset, length }: Node): Location => ({
    file: source.file,
    range: rangeBetween(source, start + offset, start + offset + length),
  });
  const read = (part: Node): Value => ({
    ...shapeOf(part, read),
    at: place(part),
    text: raw.slice(part.offset, part.offset + part.length),
  });
  return { key: key.value, keyAt: place(key), quote: '"', at: place(tree), value: read(value), flow: 'text', url };
}

/** Each `${..}` replaced by as many characters: within quotes as they are, elsewhere as a string of its own. */
function withHoles(raw: string): string {
  return raw.replace(/\$\{[^{}]*\}/g, (part, offset: number) => {
    const quotes = raw.slice(0, offset).split('"').length - 1;
    return quotes % 2 === 1 ? hole.repeat(part.length) : `"${hole.repeat(part.length - 2)}"`;
  });
}

function shapeOf(node: Node, read: (part: Node) => Value): ValueShape {
  const children = node.children ?? [];
  switch (node.type) {
    case 'object':
      return {
        kind: 'object',
        hasSpread: false,
        properties: children.flatMap(({ children: pair }) => {
          const [key, value] = pair ?? [];
          return key && value ? [{ name: key.value, at: read(key).at.range, value: read(value) }] : [];
        }),
      };
    case 'array':
      return { kind: 'array', elements: children.map(read), hasSpread: false };
    case 'string':
      if (node.value.includes(hole)) return { kind: 'other', ...(isWhole(node.value) ? {} : { type: 'string' }) };
      return { kind: 'string', value: node.value };
    case 'number':
      return { kind: 'number', value: node.value };
    case 'boolean':
      return { kind: 'boolean' };
    default:
      return { kind: 'null' };
  }
}

function isWhole(text: string): boolean {
  return [...text].every((character) => character === hole);
}
