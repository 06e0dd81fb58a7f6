import type { Node } from 'web-tree-sitter';
import type { Field, TypeDefinition, Variant } from '../model/app.ts';
import { readSerde, renameAll, serdeArguments } from './serde.ts';
import { type Item, insertionInto, itemsOf, locate, namedChildren, rangeBetween } from './syntax.ts';
import { readType } from './type.ts';

/** A top-level struct, enum or alias; undefined for every other item (wit-generation.md §5, "Found"). */
export function readDefinition(item: Item, file: string, lines: readonly string[]): TypeDefinition | undefined {
  const { node } = item;
  const name = node.childForFieldName('name');
  if (!name) return undefined;
  const common = {
    name: name.text,
    at: locate(file, name),
    whole: { file, range: rangeBetween(item.first, node) },
    typeParameters: typeParametersOf(node),
    item: { at: locate(file, node), text: node.text },
    deriveInsertion: deriveInsertion(item, file),
    serde: serdeArguments(item.attributes, file, lines),
    attributes: item.attributes.map((attribute) => attribute.name),
  };
  const derives = derivesOf(item);
  const rule = readSerde(item.attributes).renameAll;
  switch (node.type) {
    case 'struct_item': {
      const body = node.childForFieldName('body');
      const shape = !body ? 'unit' : body.type === 'ordered_field_declaration_list' ? 'tuple' : 'record';
      return { ...common, kind: 'struct', shape, fields: body ? fieldsOf(body, file, lines, rule) : [], derives };
    }
    case 'enum_item': {
      const body = node.childForFieldName('body');
      const variants = body ? itemsOf(body).flatMap((variant) => readVariant(variant, file, lines, rule)) : [];
      return { ...common, kind: 'enum', variants, derives };
    }
    case 'type_item': {
      const type = node.childForFieldName('type');
      return type ? { ...common, kind: 'alias', type: readType(type, file) } : undefined;
    }
    default:
      return undefined;
  }
}

/** Last segments of what is derived, also under a condition (`cfg_attr`). */
function derivesOf(item: Item): string[] {
  return item.attributes
    .filter(({ name }) => name === 'derive' || name === 'cfg_attr')
    .flatMap(({ name, argumentsText }) =>
      name === 'derive'
        ? [argumentsText]
        : [...argumentsText.matchAll(/\bderive\s*\(([^)]*)\)/g)].map(([, text]) => text),
    )
    .flatMap((text) => text?.split(',') ?? [])
    .map((path) => path.split('::').pop()?.trim() ?? '')
    .filter((trait) => trait !== '');
}

function deriveInsertion(item: Item, file: string) {
  const list = item.attributes.findLast(({ name }) => name === 'derive')?.argumentsNode;
  return list && insertionInto(list, file);
}

/** Names of `<T, const N: usize>`; lifetimes are left out, HW014 sees them at the reference. */
export function typeParametersOf(node: Node): string[] {
  const list = node.childForFieldName('type_parameters');
  if (!list) return [];
  return namedChildren(list)
    .filter((parameter) => parameter.type === 'type_parameter' || parameter.type === 'const_parameter')
    .map((parameter) => parameter.childForFieldName('name')?.text ?? parameter.text);
}

function fieldsOf(body: Node, file: string, lines: readonly string[], rule: string | undefined): Field[] {
  if (body.type === 'ordered_field_declaration_list') {
    return body
      .childrenForFieldName('type')
      .filter((type): type is Node => type !== null)
      .map((type, index) => ({
        name: String(index),
        wireName: String(index),
        type: readType(type, file),
        optional: false,
        at: locate(file, type),
      }));
  }
  return itemsOf(body).flatMap(({ node, attributes }) => {
    const name = node.childForFieldName('name');
    const type = node.childForFieldName('type');
    if (node.type !== 'field_declaration' || !name || !type) return [];
    const serde = readSerde(attributes);
    const read = readType(type, file);
    const plain = name.text.replace(/^r#/, '');
    return [
      {
        name: name.text,
        wireName: serde.rename ?? renameAll(plain, rule),
        type: read,
        optional: read.kind === 'option' || serde.hasDefault || serde.skip,
        at: locate(file, name),
        visibility: namedChildren(node).find((child) => child.type === 'visibility_modifier')?.text,
        serde: serdeArguments(attributes, file, lines),
      },
    ];
  });
}

function readVariant(
  { node, attributes }: Item,
  file: string,
  lines: readonly string[],
  rule: string | undefined,
): Variant[] {
  const name = node.childForFieldName('name');
  if (node.type !== 'enum_variant' || !name) return [];
  const body = node.childForFieldName('body');
  const named = body?.type === 'field_declaration_list';
  const fields = body ? fieldsOf(body, file, lines, undefined) : [];
  return [
    {
      name: name.text,
      wireName: readSerde(attributes).rename ?? renameAll(name.text, rule),
      data: named ? [] : fields.map((field) => field.type),
      fields: named ? fields : [],
      at: locate(file, name),
      whole: locate(file, node),
      text: node.text,
      serde: serdeArguments(attributes, file, lines),
    },
  ];
}
