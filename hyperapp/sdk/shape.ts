/**
 * What a handler takes and gives, as the build reads it from the source, and the wire's rules for it (hyperapp.md §6,
 * §7). The description is plain JSON inside the bundle.
 */
import { formatAddress, parseAddress } from './address.ts';
import type { Address } from './types.ts';

export type Shape =
  | 'bool'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 's8'
  | 's16'
  | 's32'
  | 's64'
  | 'f32'
  | 'f64'
  | 'char'
  | 'string'
  | 'unit'
  /** A list of u8 that the source calls `Uint8Array`: an array of numbers on the wire. */
  | 'bytes'
  /** `node@process:package:publisher` on the wire. */
  | 'address'
  /** Anything that JSON can say; also what the build could not read. */
  | 'json'
  | { readonly list: Shape }
  | { readonly option: Shape }
  | { readonly tuple: readonly Shape[] }
  | { readonly result: readonly [ok: Shape, err: Shape] }
  | { readonly named: string };

export interface FieldShape {
  readonly name: string;
  readonly shape: Shape;
  /** May be left out of the JSON. */
  readonly optional: boolean;
}

export type Definition =
  | { readonly struct: readonly FieldShape[] }
  /** Variant name to its data; null for a unit variant. */
  | { readonly enum: Readonly<Record<string, Shape | null>> }
  | { readonly alias: Shape };

export interface HandlerShape {
  readonly parameters: readonly { readonly name: string; readonly shape: Shape }[];
  readonly result: Shape;
}

/** Method name to its shape, and the app's own types by name. */
export interface Description {
  readonly handlers: Readonly<Record<string, HandlerShape>>;
  readonly types: Readonly<Record<string, Definition>>;
}

export class ShapeMismatch extends Error {}

const ranges: Partial<Record<string, readonly [bigint, bigint]>> = {
  u8: [0n, 255n],
  u16: [0n, 65535n],
  u32: [0n, 4294967295n],
  u64: [0n, 18446744073709551615n],
  s8: [-128n, 127n],
  s16: [-32768n, 32767n],
  s32: [-2147483648n, 2147483647n],
  s64: [-9223372036854775808n, 9223372036854775807n],
};

/** A value of parsed JSON as the handler gets it: 64-bit integers are bigint, a missing option is null. Throws `ShapeMismatch`. */
export function decode(shape: Shape, value: unknown, types: Description['types']): unknown {
  if (typeof shape === 'string') return decodePrimitive(shape, value);
  if ('list' in shape) {
    if (!Array.isArray(value)) mismatch(value, 'a sequence');
    return value.map((item) => decode(shape.list, item, types));
  }
  if ('option' in shape) return value === null ? null : decode(shape.option, value, types);
  if ('tuple' in shape) {
    if (!Array.isArray(value) || value.length !== shape.tuple.length)
      mismatch(value, `a tuple of size ${shape.tuple.length}`);
    return shape.tuple.map((item, index) => decode(item, value[index], types));
  }
  if ('result' in shape) {
    const [key, data] = onlyEntry(value, 'enum Result');
    if (key !== 'Ok' && key !== 'Err') mismatch(value, '`Ok` or `Err`');
    return { [key]: decode(shape.result[key === 'Ok' ? 0 : 1], data, types) };
  }
  const definition = types[shape.named];
  if (!definition) return value;
  if ('alias' in definition) return decode(definition.alias, value, types);
  if ('struct' in definition) return decodeStruct(shape.named, definition.struct, value, types);
  const [name, data] = typeof value === 'string' ? [value, null] : onlyEntry(value, `enum ${shape.named}`);
  const variant = Object.hasOwn(definition.enum, name) ? definition.enum[name] : undefined;
  if (variant === undefined) mismatch(value, `a variant of ${shape.named}`);
  if (variant === null) {
    if (data !== null) mismatch(data, 'unit');
    return name;
  }
  if (typeof value === 'string') mismatch(value, `data for ${name}`);
  return { [name]: decode(variant, data, types) };
}

function decodeStruct(
  name: string,
  fields: readonly FieldShape[],
  value: unknown,
  types: Description['types'],
): Record<string, unknown> {
  // Serde takes a struct from an array too, field by field.
  if (Array.isArray(value)) {
    if (value.length !== fields.length) mismatch(value, `struct ${name} with ${fields.length} elements`);
    return Object.fromEntries(fields.map((field, index) => [field.name, decode(field.shape, value[index], types)]));
  }
  if (value === null || typeof value !== 'object') mismatch(value, `struct ${name}`);
  const given = value as Record<string, unknown>;
  const decoded: Record<string, unknown> = {};
  for (const field of fields) {
    if (Object.hasOwn(given, field.name)) decoded[field.name] = decode(field.shape, given[field.name], types);
    else if (isOption(field.shape, types)) decoded[field.name] = null;
    else if (!field.optional) throw new ShapeMismatch(`missing field \`${field.name}\``);
  }
  return decoded;
}

function isOption(shape: Shape, types: Description['types']): boolean {
  if (typeof shape === 'string') return false;
  if ('option' in shape) return true;
  const definition = 'named' in shape ? types[shape.named] : undefined;
  return definition !== undefined && 'alias' in definition && isOption(definition.alias, types);
}

function decodePrimitive(shape: Shape & string, value: unknown): unknown {
  const range = ranges[shape];
  if (range) {
    const isInteger = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
    if (!isInteger) mismatch(value, shape);
    const exact = BigInt(value as number | bigint);
    if (exact < range[0] || exact > range[1]) mismatch(value, shape);
    return shape === 'u64' || shape === 's64' ? exact : Number(exact);
  }
  switch (shape) {
    case 'bool':
      if (typeof value !== 'boolean') mismatch(value, 'a boolean');
      return value;
    case 'f32':
    case 'f64':
      if (typeof value !== 'number' && typeof value !== 'bigint') mismatch(value, shape);
      return Number(value);
    case 'string':
      if (typeof value !== 'string') mismatch(value, 'a string');
      return value;
    case 'char':
      if (typeof value !== 'string' || [...value].length !== 1) mismatch(value, 'a character');
      return value;
    case 'unit':
      if (value !== null) mismatch(value, 'unit');
      return undefined;
    case 'bytes':
      if (!Array.isArray(value)) mismatch(value, 'a sequence');
      return Uint8Array.from(value, (item) => decodePrimitive('u8', item) as number);
    case 'address': {
      const address = typeof value === 'string' ? parseAddress(value) : undefined;
      return address ?? mismatch(value, 'an address');
    }
    default:
      return value;
  }
}

/** A handler's value as JSON has it: what is missing in an option becomes null. Checks nothing else. */
export function encode(shape: Shape, value: unknown, types: Description['types']): unknown {
  if (value === undefined || value === null) return null;
  if (shape === 'address' && typeof value === 'object') return formatAddress(value as Address);
  if (typeof shape === 'string') return value;
  if ('option' in shape) return encode(shape.option, value, types);
  if ('list' in shape) return Array.isArray(value) ? value.map((item) => encode(shape.list, item, types)) : value;
  if ('tuple' in shape)
    return Array.isArray(value) ? shape.tuple.map((item, index) => encode(item, value[index], types)) : value;
  if (typeof value !== 'object') return value;
  const given = value as Record<string, unknown>;
  if ('result' in shape)
    return 'Ok' in given
      ? { Ok: encode(shape.result[0], given['Ok'], types) }
      : { Err: encode(shape.result[1], given['Err'], types) };
  const definition = types[shape.named];
  if (!definition) return value;
  if ('alias' in definition) return encode(definition.alias, value, types);
  if ('struct' in definition)
    return Object.fromEntries(
      definition.struct
        .filter((field) => given[field.name] !== undefined || !field.optional || isOption(field.shape, types))
        .map((field) => [field.name, encode(field.shape, given[field.name], types)]),
    );
  return Object.fromEntries(
    Object.entries(given).map(([name, data]) => [name, encode(definition.enum[name] ?? 'json', data, types)]),
  );
}

function onlyEntry(value: unknown, expected: string): [string, unknown] {
  const entries = value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];
  if (entries.length !== 1) mismatch(value, expected);
  return entries[0]!;
}

function mismatch(value: unknown, expected: string): never {
  const found = Array.isArray(value)
    ? 'sequence'
    : value === null
      ? 'null'
      : typeof value === 'object'
        ? 'map'
        : `${value}`;
  throw new ShapeMismatch(`invalid type: ${found}, expected ${expected}`);
}
