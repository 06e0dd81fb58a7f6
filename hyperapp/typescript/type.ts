import { ts } from 'ts-morph';
import type { Field, PrimitiveName, Type, TypeDefinition, TypeShape, Variant } from '../model/app.ts';
import { wireNameOf } from '../wire/name.ts';
import { type Imports, sdkName } from './imports.ts';
import { locate, type Source, textOf } from './source.ts';

/** What reading a type needs: its file, and where definitions go that the person did not name. */
export interface TypeReading {
  readonly source: Source;
  readonly imports: Imports;
  /** Inline literals become definitions here, called after the place they stand in. */
  readonly definitions: TypeDefinition[];
}

const sdkPrimitives: Readonly<Record<string, PrimitiveName>> = {
  u8: 'u8',
  u16: 'u16',
  u32: 'u32',
  u64: 'u64',
  s8: 's8',
  s16: 's16',
  s32: 's32',
  s64: 's64',
  i8: 's8',
  i16: 's16',
  i32: 's32',
  i64: 's64',
  f32: 'f32',
  f64: 'f64',
  char: 'char',
};

const maps = new Set(['Map', 'ReadonlyMap', 'WeakMap', 'Record']);
const sets = new Set(['Set', 'ReadonlySet', 'WeakSet']);

/**
 * A type as the source writes it (brief: SDK types are branded numbers, `number` is f64, `T | null | undefined` an
 * option, `{Ok} | {Err}` a result, string literals an enum). Names of the app are left `named`, to be settled when all
 * files were read. `place` names what an inline literal becomes: `AddNoteOptions`.
 */
export function readType(node: ts.TypeNode, reading: TypeReading, place: string): Type {
  const inner = unwrapped(node);
  const shape = shapeOf(inner, reading, place);
  return { ...shape, at: locate(reading.source, node), text: textOf(reading.source, node) };
}

function unwrapped(node: ts.TypeNode): ts.TypeNode {
  if (ts.isParenthesizedTypeNode(node)) return unwrapped(node.type);
  if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword) return unwrapped(node.type);
  return node;
}

function shapeOf(node: ts.TypeNode, reading: TypeReading, place: string): TypeShape {
  const foreign = (): TypeShape => ({ kind: 'foreign', name: textOf(reading.source, node) });
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword:
    case ts.SyntaxKind.TemplateLiteralType:
      return { kind: 'primitive', name: 'string' };
    case ts.SyntaxKind.NumberKeyword:
      return { kind: 'primitive', name: 'f64' };
    case ts.SyntaxKind.BooleanKeyword:
      return { kind: 'primitive', name: 'bool' };
    case ts.SyntaxKind.BigIntKeyword:
      return { kind: 'integer', name: 'bigint' };
    case ts.SyntaxKind.VoidKeyword:
    case ts.SyntaxKind.UndefinedKeyword:
      return { kind: 'unit' };
  }
  if (ts.isLiteralTypeNode(node)) return literal(node, reading, place) ?? foreign();
  if (ts.isArrayTypeNode(node)) return listOf(readType(node.elementType, reading, place));
  if (ts.isTupleTypeNode(node)) return tuple(node, reading, place) ?? foreign();
  if (ts.isTypeLiteralNode(node)) return literalType(node, reading, place);
  if (ts.isUnionTypeNode(node)) return union(node, reading, place) ?? foreign();
  if (ts.isTypeReferenceNode(node)) return reference(node, reading, place);
  return foreign();
}

function listOf(element: Type): TypeShape {
  return { kind: 'list', element };
}

function literal(node: ts.LiteralTypeNode, reading: TypeReading, place: string): TypeShape | undefined {
  switch (node.literal.kind) {
    case ts.SyntaxKind.NullKeyword:
      return { kind: 'unit' };
    case ts.SyntaxKind.TrueKeyword:
    case ts.SyntaxKind.FalseKeyword:
      return { kind: 'primitive', name: 'bool' };
    case ts.SyntaxKind.NumericLiteral:
      return { kind: 'primitive', name: 'f64' };
    case ts.SyntaxKind.StringLiteral:
      return define(reading, node, place, { kind: 'enum', variants: variantsOf([node], reading, place) ?? [] });
    default:
      return undefined;
  }
}

function tuple(node: ts.TupleTypeNode, reading: TypeReading, place: string): TypeShape | undefined {
  const elements: Type[] = [];
  for (const [index, element] of node.elements.entries()) {
    const type = ts.isNamedTupleMember(element) ? element.type : element;
    const isOpen = ts.isRestTypeNode(type) || (ts.isNamedTupleMember(element) && element.dotDotDotToken !== undefined);
    if (isOpen || ts.isOptionalTypeNode(type)) return undefined;
    // A letter, since kit takes no digit in a type's name.
    elements.push(readType(type, reading, `${place}${String.fromCharCode('A'.charCodeAt(0) + index)}`));
  }
  return elements.length === 0 ? { kind: 'unit' } : { kind: 'tuple', elements };
}

function literalType(node: ts.TypeLiteralNode, reading: TypeReading, place: string): TypeShape {
  const map = indexSignature(node.members, reading, place);
  if (map) return map;
  return define(reading, node, place, {
    kind: 'struct',
    shape: 'record',
    fields: fieldsOf(node.members, reading, place),
  });
}

/** `{ [key: string]: V }`: a map, as `Record` is. */
export function indexSignature(
  members: ts.NodeArray<ts.TypeElement>,
  reading: TypeReading,
  place: string,
): (TypeShape & { kind: 'map' }) | undefined {
  const signature = members.find(ts.isIndexSignatureDeclaration);
  if (!signature) return undefined;
  const keyType = signature.parameters[0]?.type;
  return {
    kind: 'map',
    name: 'index signature',
    ...(keyType && { key: readType(keyType, reading, place) }),
    value: readType(signature.type, reading, place),
  };
}

type Body =
  | { kind: 'struct'; shape: 'record'; fields: readonly Field[] }
  | { kind: 'enum'; variants: readonly Variant[] };

function define(reading: TypeReading, node: ts.Node, place: string, body: Body): TypeShape {
  const at = locate(reading.source, node);
  reading.definitions.push({ ...body, name: place, at, whole: at, typeParameters: [], derives: [] });
  return { kind: 'named', name: place };
}

/** The properties of an interface or type literal. Methods have no JSON; they are foreign types. */
export function fieldsOf(members: ts.NodeArray<ts.TypeElement>, reading: TypeReading, place: string): Field[] {
  return members.flatMap((member): Field[] => {
    if (!member.name || ts.isComputedPropertyName(member.name)) return [];
    const name =
      ts.isIdentifier(member.name) || ts.isStringLiteral(member.name)
        ? member.name.text
        : textOf(reading.source, member.name);
    const at = locate(reading.source, member.name);
    const inside = `${place}${wireNameOf(name)}`;
    const isOptional = member.questionToken !== undefined;
    const whole = { at: locate(reading.source, member), text: textOf(reading.source, member) };
    if (!ts.isPropertySignature(member)) {
      return [{ name, wireName: name, type: { kind: 'foreign', name: 'function', ...whole }, optional: false, at }];
    }
    const type: Type = member.type
      ? readType(member.type, reading, inside)
      : { kind: 'foreign', name: 'any', ...whole };
    const optional = isOptional || type.kind === 'option';
    return [{ name, wireName: name, type: isOptional ? asOption(type) : type, optional, at }];
  });
}

/** A type that may be missing (`name?: T`). */
export function asOption(type: Type): Type {
  return type.kind === 'option' ? type : { kind: 'option', element: type, at: type.at, text: type.text };
}

function union(node: ts.UnionTypeNode, reading: TypeReading, place: string): TypeShape | undefined {
  const members = node.types.map(unwrapped);
  const present = members.filter((member) => !isNothing(member));
  const shape = unionOf(node, present, reading, place);
  if (!shape || present.length === members.length) return shape;
  const first = present[0];
  if (!first) return { kind: 'unit' };
  const written =
    present.length === 1
      ? { at: locate(reading.source, first), text: textOf(reading.source, first) }
      : { at: locate(reading.source, node), text: present.map((member) => textOf(reading.source, member)).join(' | ') };
  return { kind: 'option', element: { ...shape, ...written } };
}

function isNothing(node: ts.TypeNode): boolean {
  if (node.kind === ts.SyntaxKind.UndefinedKeyword) return true;
  return ts.isLiteralTypeNode(node) && node.literal.kind === ts.SyntaxKind.NullKeyword;
}

function unionOf(
  node: ts.UnionTypeNode,
  present: readonly ts.TypeNode[],
  reading: TypeReading,
  place: string,
): TypeShape | undefined {
  const [first] = present;
  if (!first) return { kind: 'unit' };
  if (present.length === 1) return shapeOf(first, reading, place);
  const result = resultOf(present, reading, place);
  if (result) return result;
  const shapes = present.map((member) => (isPlainLiteral(member) ? shapeOf(member, reading, place) : undefined));
  if (shapes.every((shape) => shape?.kind === 'primitive' && shape.name === (shapes[0] as typeof shape).name))
    return shapes[0];
  const variants = variantsOf(present, reading, place);
  return variants && define(reading, node, place, { kind: 'enum', variants });
}

function isPlainLiteral(node: ts.TypeNode): boolean {
  return ts.isLiteralTypeNode(node) && !ts.isStringLiteral(node.literal);
}

/** `{ Ok: T } | { Err: E }`, in either order. */
function resultOf(present: readonly ts.TypeNode[], reading: TypeReading, place: string): TypeShape | undefined {
  if (present.length !== 2) return undefined;
  const arms = new Map(present.flatMap((member) => soleProperty(member) ?? []).map((arm) => [arm.name, arm.type]));
  const ok = arms.get('Ok');
  const err = arms.get('Err');
  if (!ok || !err) return undefined;
  return { kind: 'result', ok: readType(ok, reading, `${place}Ok`), err: readType(err, reading, `${place}Err`) };
}

function soleProperty(node: ts.TypeNode): { name: string; node: ts.PropertySignature; type: ts.TypeNode } | undefined {
  if (!ts.isTypeLiteralNode(node) || node.members.length !== 1) return undefined;
  const [member] = node.members;
  if (!member || !ts.isPropertySignature(member) || !member.type) return undefined;
  if (!ts.isIdentifier(member.name) && !ts.isStringLiteral(member.name)) return undefined;
  return { name: member.name.text, node: member, type: member.type };
}

/** String literals and one-key literals as serde tells enums: `'Opened' | { Renamed: string }`. */
export function variantsOf(
  members: readonly ts.TypeNode[],
  reading: TypeReading,
  place: string,
): Variant[] | undefined {
  const variants: Variant[] = [];
  for (const member of members) {
    const at = locate(reading.source, member);
    const written = { at, whole: at, text: textOf(reading.source, member) };
    if (ts.isLiteralTypeNode(member) && ts.isStringLiteral(member.literal)) {
      variants.push({ name: member.literal.text, wireName: member.literal.text, data: [], fields: [], ...written });
      continue;
    }
    const sole = soleProperty(member);
    if (!sole) return undefined;
    const data = [readType(sole.type, reading, `${place}${sole.name}`)];
    variants.push({ name: sole.name, wireName: sole.name, data, fields: [], ...written });
  }
  return variants;
}

function reference(node: ts.TypeReferenceNode, reading: TypeReading, place: string): TypeShape {
  const given = node.typeArguments ?? [];
  const argument = (index: number) => given[index] && readType(given[index], reading, place);
  const written = textOf(reading.source, node.typeName);
  const sdk = sdkName(node.typeName, reading.imports);
  if (sdk !== undefined) return sdkType(sdk, written, argument);
  const imported = ts.isIdentifier(node.typeName) ? reading.imports.get(node.typeName.text) : undefined;
  if (imported) {
    const own = imported.module.startsWith('.') || imported.module.startsWith('/');
    if (!own || imported.name === '*') return { kind: 'foreign', name: written };
    return { kind: 'named', name: imported.name === 'default' ? written : imported.name };
  }
  const first = argument(0);
  if ((written === 'Array' || written === 'ReadonlyArray') && first) return listOf(first);
  if (written === 'Readonly' && first) return first;
  if (written === 'Uint8Array') return listOf(byteOf(node, reading));
  if (maps.has(written)) {
    const second = argument(1);
    return { kind: 'map', name: written, ...(first && { key: first }), ...(second && { value: second }) };
  }
  if (sets.has(written)) return { kind: 'set', name: written, ...(first && { element: first }) };
  return { kind: 'named', name: written };
}

function byteOf(node: ts.Node, reading: TypeReading): Type {
  return { kind: 'primitive', name: 'u8', at: locate(reading.source, node), text: 'u8' };
}

function sdkType(name: string, written: string, argument: (index: number) => Type | undefined): TypeShape {
  const primitive = sdkPrimitives[name];
  if (primitive) return { kind: 'primitive', name: primitive };
  const first = argument(0);
  const second = argument(1);
  if (name === 'Option' && first) return { kind: 'option', element: first };
  if (name === 'Result' && first && second) return { kind: 'result', ok: first, err: second };
  if (name === 'Address') return { kind: 'address' };
  if (name === 'Json') return { kind: 'json' };
  return { kind: 'foreign', name: written };
}
