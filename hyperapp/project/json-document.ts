import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { JsonDocument, JsonNode, JsonProperty, JsonShape } from '../model/document.ts';
import { linesOf } from '../model/lines.ts';
import type { Location } from '../model/position.ts';

/** A JSON file with the places of its parts; what does not parse is left out. */
export function readJsonDocument(file: string, text: string): JsonDocument {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: false, disallowComments: true });
  const lines = linesOf(text);
  const place = (start: number, end: number): Location => ({ file, range: lines.rangeOf(start, end) });
  return { file, root: tree && nodeOf(tree, place), isWhole: tree !== undefined && errors.length === 0 };
}

type Place = (start: number, end: number) => Location;

function nodeOf(node: Node, place: Place): JsonNode {
  return { ...shapeOf(node, place), at: placeOf(node, place) };
}

function placeOf({ offset, length }: Node, place: Place): Location {
  return place(offset, offset + length);
}

function shapeOf(node: Node, place: Place): JsonShape {
  const children = node.children ?? [];
  switch (node.type) {
    case 'object':
      return { kind: 'object', properties: children.flatMap((child) => propertyOf(child, place)) };
    case 'array':
      return { kind: 'array', elements: children.map((child) => nodeOf(child, place)) };
    case 'string':
      return { kind: 'string', value: node.value };
    case 'number':
      return { kind: 'number', value: node.value };
    case 'boolean':
      return { kind: 'boolean', value: node.value };
    default:
      return { kind: 'null' };
  }
}

function propertyOf({ children }: Node, place: Place): JsonProperty[] {
  const [name, value] = children ?? [];
  if (!name || !value) return [];
  return [{ name: name.value, nameAt: placeOf(name, place), value: nodeOf(value, place) }];
}
