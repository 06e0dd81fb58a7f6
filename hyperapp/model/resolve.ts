import type { Field, Type, TypeDefinition } from './app.ts';

/** What a name of the source stands for: a type of the app, a generic one, any JSON, or nothing that is known. */
export type Lookup = (name: string) => 'named' | 'generic' | 'json' | undefined;

/**
 * The same type with every name settled. Readers take a file at a time and leave names `named`; which of them are the
 * app's own is known only when all its files were read.
 */
export function resolveType(type: Type, lookup: Lookup, typeParameters: readonly string[] = []): Type {
  const inner = (element: Type) => resolveType(element, lookup, typeParameters);
  switch (type.kind) {
    case 'named':
    case 'foreign': {
      const { at, text, name } = type;
      if (typeParameters.includes(name)) return { at, text, kind: 'generic', name };
      const known = lookup(name);
      if (known === 'json') return { at, text, kind: 'json' };
      if (known === 'generic') {
        const element = type.kind === 'foreign' && type.element ? inner(type.element) : undefined;
        return { at, text, kind: 'generic', name, ...(element && { element }) };
      }
      if (known) return { at, text, kind: known, name };
      if (type.kind === 'named') return { at, text, kind: 'foreign', name };
      return type.element ? { ...type, element: inner(type.element) } : type;
    }
    case 'list':
    case 'option':
    case 'array':
    case 'reference':
      return { ...type, element: inner(type.element) };
    case 'set':
      return type.element ? { ...type, element: inner(type.element) } : type;
    case 'map':
      return { ...type, ...(type.key && { key: inner(type.key) }), ...(type.value && { value: inner(type.value) }) };
    case 'tuple':
      return { ...type, elements: type.elements.map(inner) };
    case 'result':
      return { ...type, ok: inner(type.ok), err: inner(type.err) };
    default:
      return type;
  }
}

/** The definition with every type within it settled against the app's names. */
export function resolveDefinition(definition: TypeDefinition, lookup: Lookup): TypeDefinition {
  const resolve = (type: Type) => resolveType(type, lookup, definition.typeParameters);
  const resolveFields = (fields: readonly Field[]) => fields.map((field) => ({ ...field, type: resolve(field.type) }));
  switch (definition.kind) {
    case 'struct':
      return { ...definition, fields: resolveFields(definition.fields) };
    case 'enum':
      return {
        ...definition,
        variants: definition.variants.map((variant) => ({
          ...variant,
          data: variant.data.map(resolve),
          fields: resolveFields(variant.fields),
        })),
      };
    case 'alias':
      return { ...definition, type: resolve(definition.type) };
  }
}
