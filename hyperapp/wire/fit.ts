/** Where a value of a front end cannot be the JSON of a type (hyperapp.md §6, diagnostics.md HW007 and HW033). */
import type { Field, Type, TypeDefinition } from '../model/app.ts';
import type { Property, Value, ValueType } from '../model/payload.ts';
import { camelCase } from './name.ts';

export type Misfit =
  /** Another kind of JSON; `certain`: a literal says so, not a type. */
  | {
      readonly kind: 'type';
      readonly value: Value;
      readonly wanted: Type;
      readonly sent: string;
      readonly isLiteral: boolean;
    }
  /** A number that the integer cannot hold. */
  | { readonly kind: 'range'; readonly value: Value; readonly wanted: Type; readonly why: string }
  /** A text that is no variant of the enum. */
  | { readonly kind: 'variant'; readonly value: Value; readonly name: string; readonly variants: readonly string[] }
  /** JSON makes something else of it: `Uint8Array`, `Map`, `bigint`. */
  | { readonly kind: 'made'; readonly value: Value; readonly wanted: Type; readonly made: string }
  | {
      readonly kind: 'missing-key';
      readonly value: Value & { kind: 'object' };
      readonly struct: string;
      readonly fields: readonly Field[];
    }
  | {
      readonly kind: 'unknown-key';
      readonly value: Value;
      readonly struct: string;
      readonly property: Property;
      readonly meant: Field | undefined;
    };

type Types = ReadonlyMap<string, TypeDefinition>;

/**
 * Every place within a value that does not fit. What is not certain (unknown types, spreads, values that may be one thing
 * or another) fits.
 */
export function misfits(value: Value, type: Type, types: Types, depth = 0): Misfit[] {
  if (depth > 12) return [];
  const inner = (part: Value, wanted: Type) => misfits(part, wanted, types, depth + 1);
  if (value.kind === 'either') {
    const each = value.values.map((arm) => inner(arm, type));
    // One arm that fits may be the one that is sent; a literal arm is reported wherever it stands.
    return each.some((found) => found.length === 0) ? each.flat().filter(isCertain) : each.flat();
  }
  if (value.kind === 'undefined') return [];
  if (value.kind === 'other' && value.made) return madeMisfit(value, value.made, type, types);
  switch (type.kind) {
    case 'primitive':
    case 'integer':
      return scalarMisfits(value, type);
    case 'option':
      return value.kind === 'null' ? [] : inner(value, type.element);
    case 'reference':
      return inner(value, type.element);
    case 'list':
    case 'set':
    case 'array': {
      if (value.kind === 'array')
        return type.element ? value.elements.flatMap((part) => inner(part, type.element as Type)) : [];
      const wrong = kindMisfit(value, type, ['array']);
      return wrong.length > 0 || !type.element ? wrong : elementMisfit(value, type.element, type);
    }
    case 'tuple': {
      if (value.kind !== 'array') return kindMisfit(value, type, ['array']);
      if (value.hasSpread) return [];
      if (value.elements.length !== type.elements.length) {
        return [{ kind: 'type', value, wanted: type, sent: `a list of ${value.elements.length}`, isLiteral: true }];
      }
      return value.elements.flatMap((part, index) => inner(part, type.elements[index] as Type));
    }
    case 'map': {
      if (value.kind !== 'object') return kindMisfit(value, type, ['object']);
      return type.value ? value.properties.flatMap((property) => inner(property.value, type.value as Type)) : [];
    }
    case 'result': {
      if (value.kind !== 'object') return kindMisfit(value, type, ['object']);
      const [only] = value.properties;
      if (only?.name === 'Ok') return inner(only.value, type.ok);
      return only?.name === 'Err' ? inner(only.value, type.err) : [];
    }
    case 'unit':
      return value.kind === 'null' ? [] : kindMisfit(value, type, []);
    case 'named': {
      const definition = types.get(type.name);
      return definition && !definition.stale ? namedMisfits(value, type, definition, types, depth) : [];
    }
    default:
      return [];
  }
}

function isCertain(misfit: Misfit): boolean {
  return misfit.kind !== 'type' || misfit.isLiteral;
}

const article: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

/** The value's kind of JSON where it is certain, and whether a literal says so. */
function sentKind(value: Value): { readonly type: ValueType | 'null'; readonly isLiteral: boolean } | undefined {
  switch (value.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'array':
    case 'object':
    case 'null':
      return { type: value.kind, isLiteral: true };
    case 'other':
      return value.type && { type: value.type, isLiteral: false };
    default:
      return undefined;
  }
}

function kindMisfit(value: Value, wanted: Type, allowed: readonly (ValueType | 'null')[]): Misfit[] {
  const sent = sentKind(value);
  if (!sent || allowed.includes(sent.type)) return [];
  return [{ kind: 'type', value, wanted, sent: article[sent.type] as string, isLiteral: sent.isLiteral }];
}

const scalarKinds: Readonly<Record<string, ValueType>> = { bool: 'boolean', string: 'string', char: 'string' };

function scalarMisfits(value: Value, type: Type & { kind: 'primitive' | 'integer' }): Misfit[] {
  const wrong = kindMisfit(value, type, [scalarKinds[type.name] ?? 'number']);
  if (wrong.length > 0) return wrong;
  if (type.name === 'char' && value.kind === 'string' && [...value.value].length !== 1)
    return [{ kind: 'range', value, wanted: type, why: 'one character' }];
  if (value.kind !== 'number' || type.name === 'f32' || type.name === 'f64') return [];
  const why = rangeProblem(value.value, type.name);
  return why ? [{ kind: 'range', value, wanted: type, why }] : [];
}

function rangeProblem(value: number, name: string): string | undefined {
  if (!Number.isInteger(value)) return 'a whole number';
  const signed = /^[si](\d+|size)$/.exec(name);
  const unsigned = /^u(\d+|size)$/.exec(name);
  const bits = Number((signed ?? unsigned)?.[1]) || 64;
  if (unsigned && value < 0) return 'no negative number';
  const top = 2 ** (unsigned ? bits : bits - 1);
  if (value >= top || value < (unsigned ? 0 : -top))
    return `at ${value < 0 ? 'least' : 'most'} ${value < 0 ? `-${top}` : top - 1}`;
  return undefined;
}

function elementMisfit(value: Value, element: Type, wanted: Type): Misfit[] {
  if (value.kind !== 'other' || !value.element) return [];
  const kind =
    element.kind === 'primitive'
      ? (scalarKinds[element.name] ?? 'number')
      : element.kind === 'integer'
        ? 'number'
        : undefined;
  if (!kind || kind === value.element) return [];
  return [{ kind: 'type', value, wanted, sent: `a list of ${value.element}s`, isLiteral: false }];
}

function madeMisfit(value: Value, made: string, type: Type, types: Types): Misfit[] {
  const misfit: Misfit = { kind: 'made', value, wanted: type, made };
  if (made === 'bigint') return [misfit];
  const plain = behind(type, types);
  if (made === 'Date') return plain.kind === 'primitive' && plain.name !== 'string' ? [misfit] : [];
  return ['list', 'set', 'array', 'tuple', 'map'].includes(plain.kind) ? [misfit] : [];
}

/** Through options, aliases and newtypes. */
function behind(type: Type, types: Types, depth = 0): Type {
  if (depth > 8) return type;
  if (type.kind === 'option') return behind(type.element, types, depth + 1);
  if (type.kind !== 'named') return type;
  const definition = types.get(type.name);
  if (definition?.kind === 'alias') return behind(definition.type, types, depth + 1);
  if (definition?.kind === 'struct' && definition.shape === 'tuple' && definition.fields.length === 1)
    return behind((definition.fields[0] as Field).type, types, depth + 1);
  return type;
}

/** serde attributes under which the shape is another than the definition's own. */
const reshaping = new Set([
  'tag',
  'untagged',
  'content',
  'transparent',
  'from',
  'try_from',
  'remote',
  'deserialize_with',
  'with',
  'flatten',
]);

function isReshaped({ serde, attributes }: TypeDefinition): boolean {
  return (
    (serde?.some(({ key }) => reshaping.has(key)) ?? false) ||
    (attributes?.some((name) => name.startsWith('serde')) ?? false)
  );
}

function namedMisfits(value: Value, type: Type, definition: TypeDefinition, types: Types, depth: number): Misfit[] {
  const inner = (part: Value, wanted: Type) => misfits(part, wanted, types, depth + 1);
  if (definition.kind === 'alias') return inner(value, definition.type);
  if (definition.typeParameters.length > 0 || isReshaped(definition)) return [];
  // A hand-written Deserialize may take anything.
  if (!definition.derives.includes('Deserialize') && definition.derives.length > 0) return [];
  if (definition.kind === 'enum') return enumMisfits(value, type, definition, inner);
  if (definition.shape === 'unit') return [];
  if (definition.shape === 'tuple') {
    const [only] = definition.fields;
    if (definition.fields.length === 1 && only) return inner(value, only.type);
    return kindMisfit(value, type, ['array']);
  }
  // serde takes a struct from a list of its fields too.
  if (value.kind !== 'object') return kindMisfit(value, type, ['object', 'array']);
  return structMisfits(value, definition, inner);
}

function enumMisfits(
  value: Value,
  type: Type,
  definition: TypeDefinition & { kind: 'enum' },
  inner: (part: Value, wanted: Type) => Misfit[],
): Misfit[] {
  const variants = definition.variants.map(({ wireName }) => wireName);
  if (definition.variants.some(({ serde }) => serde && serde.length > 0 && serde.some(({ key }) => key !== 'rename')))
    return [];
  if (value.kind === 'string') {
    return variants.includes(value.value) ? [] : [{ kind: 'variant', value, name: definition.name, variants }];
  }
  if (value.kind === 'object') {
    const [only] = value.properties;
    if (value.hasSpread || !only || value.properties.length !== 1) return [];
    const variant = definition.variants.find(({ wireName }) => wireName === only.name);
    if (!variant)
      return [
        {
          kind: 'variant',
          value: { ...only.value, at: { file: value.at.file, range: only.at } },
          name: definition.name,
          variants,
        },
      ];
    const [data] = variant.data;
    return variant.data.length === 1 && data ? inner(only.value, data) : [];
  }
  return kindMisfit(value, type, ['string', 'object']);
}

function structMisfits(
  value: Value & { kind: 'object' },
  definition: TypeDefinition & { kind: 'struct' },
  inner: (part: Value, wanted: Type) => Misfit[],
): Misfit[] {
  const { fields, name } = definition;
  if (fields.some(({ serde }) => serde?.some(({ key }) => reshaping.has(key)))) return [];
  const aliases = new Set(
    fields.flatMap(({ serde }) =>
      (serde ?? []).flatMap(({ key, value: text }) => (key === 'alias' && text ? [text] : [])),
    ),
  );
  const found: Misfit[] = [];
  const meantKeys = new Set<string>();
  for (const property of value.properties) {
    const field = fields.find(({ wireName }) => wireName === property.name);
    if (field) {
      found.push(...inner(property.value, field.type));
      continue;
    }
    if (aliases.has(property.name)) continue;
    const meant = fields.find(
      ({ wireName }) => camelCase(wireName) === property.name || wireName === camelCase(property.name),
    );
    if (meant) meantKeys.add(meant.wireName);
    found.push({ kind: 'unknown-key', value, struct: name, property, meant });
  }
  const missing = fields.filter(
    ({ wireName, optional, serde }) =>
      !optional &&
      !meantKeys.has(wireName) &&
      !value.properties.some((property) => property.name === wireName) &&
      !serde?.some(({ key }) => key === 'alias' || key === 'skip' || key === 'skip_deserializing' || key === 'default'),
  );
  const hasDefault = definition.serde?.some(({ key }) => key === 'default') ?? false;
  if (!value.hasSpread && !hasDefault && missing.length > 0)
    found.push({ kind: 'missing-key', value, struct: name, fields: missing });
  return found;
}
