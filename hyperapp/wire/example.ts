import type { AppProcess, Handler, Type, TypeDefinition } from '../model/app.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A request body that a handler decodes, with empty values (hyperapp.md §6): one key, the bare value for one parameter,
 * an array for more; without parameters `{}` in V1 and `null` later. The inject form and hovers begin with it.
 */
export function exampleBody(process: AppProcess, handler: Handler): { readonly [wireName: string]: Json } {
  const values = handler.parameters.map(({ type }) => exampleValue(type, process.types));
  return { [handler.wireName]: values.length > 1 ? values : (values[0] ?? emptyValue(process, handler)) };
}

function emptyValue(process: AppProcess, handler: Handler): Json {
  return handler.parameters.length === 0 && process.generation === 'v1' ? {} : null;
}

/** The smallest JSON of a type. A type that contains itself ends in `null`. */
export function exampleValue(
  type: Type,
  types: ReadonlyMap<string, TypeDefinition>,
  open: readonly string[] = [],
): Json {
  switch (type.kind) {
    case 'primitive':
      if (type.name === 'string' || type.name === 'char') return '';
      return type.name === 'bool' ? false : 0;
    case 'integer':
      return 0;
    case 'list':
    case 'set':
    case 'array':
      return [];
    case 'tuple':
      return type.elements.map((element) => exampleValue(element, types, open));
    case 'result':
      return { Ok: exampleValue(type.ok, types, open) };
    case 'map':
      return {};
    case 'reference':
      return exampleValue(type.element, types, open);
    case 'address':
      return { node: 'alice.os', process: 'process:package:publisher.os' };
    case 'foreign':
      return type.element ? exampleValue(type.element, types, open) : '';
    case 'named': {
      const definition = types.get(type.name);
      if (!definition || open.includes(type.name)) return null;
      return exampleOf(definition, types, [...open, type.name]);
    }
    default:
      return null;
  }
}

function exampleOf(
  definition: TypeDefinition,
  types: ReadonlyMap<string, TypeDefinition>,
  open: readonly string[],
): Json {
  switch (definition.kind) {
    case 'alias':
      return exampleValue(definition.type, types, open);
    case 'struct': {
      const values = definition.fields.map(({ type }) => exampleValue(type, types, open));
      if (definition.shape === 'unit') return null;
      if (definition.shape === 'tuple') return values.length === 1 ? (values[0] ?? null) : values;
      return Object.fromEntries(definition.fields.map(({ wireName }, index) => [wireName, values[index] ?? null]));
    }
    case 'enum': {
      const [variant] = definition.variants;
      if (!variant) return null;
      if (variant.fields.length > 0) {
        const fields = variant.fields.map(({ wireName, type }) => [wireName, exampleValue(type, types, open)]);
        return { [variant.wireName]: Object.fromEntries(fields) };
      }
      const values = variant.data.map((type) => exampleValue(type, types, open));
      if (values.length === 0) return variant.wireName;
      return { [variant.wireName]: values.length === 1 ? (values[0] ?? null) : values };
    }
  }
}
