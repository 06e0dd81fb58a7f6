import type { Node } from 'web-tree-sitter';
import type { PrimitiveName, Type, TypeShape } from '../model/app.ts';
import { locate, namedChildren } from './syntax.ts';

const primitives: Readonly<Record<string, PrimitiveName>> = {
  bool: 'bool',
  char: 'char',
  String: 'string',
  u8: 'u8',
  u16: 'u16',
  u32: 'u32',
  u64: 'u64',
  i8: 's8',
  i16: 's16',
  i32: 's32',
  i64: 's64',
  f32: 'f32',
  f64: 'f64',
};

const integers = new Set(['usize', 'isize', 'u128', 'i128']);
const maps = new Set(['HashMap', 'BTreeMap']);
const sets = new Set(['HashSet', 'BTreeSet']);

/**
 * A type as the source writes it, before the crate's own names are known: every other name is `named`. The last path
 * segment decides, as in kit (wit-generation.md §5).
 */
export function readType(node: Node, file: string): Type {
  const shape = shapeOf(node, file);
  return { ...shape, at: locate(file, node), text: node.text };
}

function shapeOf(node: Node, file: string): TypeShape {
  switch (node.type) {
    case 'primitive_type':
    case 'type_identifier':
      return byName(node.text, [], file);
    case 'scoped_type_identifier':
      return byName(node.childForFieldName('name')?.text ?? node.text, [], file);
    case 'generic_type': {
      const type = node.childForFieldName('type');
      const name = (type?.childForFieldName('name') ?? type)?.text ?? node.text;
      const given = node.childForFieldName('type_arguments');
      return byName(name, given ? namedChildren(given).filter((argument) => argument.type !== 'lifetime') : [], file);
    }
    case 'unit_type':
      return { kind: 'unit' };
    case 'tuple_type': {
      const elements = namedChildren(node).map((element) => readType(element, file));
      // `(T)` in parentheses is no tuple; kit cannot parse it.
      if (elements.length === 1 && !node.text.includes(','))
        return { kind: 'foreign', name: node.text, element: elements[0]! };
      return { kind: 'tuple', elements };
    }
    case 'array_type': {
      const element = node.childForFieldName('element');
      return element ? { kind: 'array', element: readType(element, file) } : { kind: 'foreign', name: node.text };
    }
    case 'reference_type': {
      const element = node.childForFieldName('type');
      return element ? { kind: 'reference', element: readType(element, file) } : { kind: 'foreign', name: node.text };
    }
    case 'abstract_type':
    case 'dynamic_type':
      return { kind: 'generic', name: node.text };
    default:
      return { kind: 'foreign', name: node.text };
  }
}

function byName(name: string, given: readonly Node[], file: string): TypeShape {
  const primitive = primitives[name];
  if (primitive) return { kind: 'primitive', name: primitive };
  if (integers.has(name)) return { kind: 'integer', name };
  if (name === 'Address') return { kind: 'address' };
  const types = given.map((argument) => readType(argument, file));
  const [first, second] = types;
  if (name === 'Vec' && first) return { kind: 'list', element: first };
  if (name === 'Option' && first) return { kind: 'option', element: first };
  if (name === 'Result') return first && second ? { kind: 'result', ok: first, err: second } : foreign(name, first);
  if (maps.has(name)) return { kind: 'map', name, ...(first && { key: first }), ...(second && { value: second }) };
  if (sets.has(name)) return { kind: 'set', name, ...(first && { element: first }) };
  return first ? foreign(name, first) : { kind: 'named', name };
}

function foreign(name: string, element: Type | undefined): TypeShape {
  return { kind: 'foreign', name, ...(element && { element }) };
}
