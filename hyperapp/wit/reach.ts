import type { AppProcess, Handler, Type, TypeDefinition } from '../model/app.ts';

/** A type in a handler's signature, or behind it through fields, variants, aliases and containers. */
export interface ReachedType {
  readonly type: Type;
  /** The first handler that reaches it. */
  readonly handler: Handler;
  /** The definition whose field, variant or alias holds it; undefined in the signature itself. */
  readonly within: TypeDefinition | undefined;
}

export interface ReachedDefinition {
  readonly definition: TypeDefinition;
  readonly handler: Handler;
}

export interface Reached {
  readonly types: readonly ReachedType[];
  readonly definitions: readonly ReachedDefinition[];
}

const described = new Set(['http', 'local', 'remote']);

/** Handlers that kit describes, and that answer with JSON: `http`, `local` and `remote`. */
export function describedHandlers(process: AppProcess): Handler[] {
  return process.handlers.filter((handler) => !handler.stale && handler.kinds.some((kind) => described.has(kind)));
}

/**
 * Every type that the handlers of a process reach, each written place once (wit-generation.md §5, "Found"). What stands
 * inside a type without any form, such as `Box<T>`, is not looked at, as in kit. Stale definitions are passed through but
 * what is written in them is not given, since their places are out of date.
 */
export function reach(process: AppProcess): Reached {
  const types: ReachedType[] = [];
  const definitions = new Map<string, ReachedDefinition>();
  const visit = (type: Type, handler: Handler, within: TypeDefinition | undefined): void => {
    if (!within?.stale) types.push({ type, handler, within });
    for (const part of partsOf(type)) visit(part, handler, within);
    if (type.kind !== 'named' || definitions.has(type.name)) return;
    const definition = process.types.get(type.name);
    if (!definition) return;
    definitions.set(type.name, { definition, handler });
    for (const inner of typesWithin(definition)) visit(inner, handler, definition);
  };
  for (const handler of describedHandlers(process)) {
    for (const parameter of handler.parameters) visit(parameter.type, handler, undefined);
    if (handler.result) visit(handler.result, handler, undefined);
  }
  return { types, definitions: [...definitions.values()].filter(({ definition }) => !definition.stale) };
}

function partsOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case 'reference':
      // `&[T]` and `&str` are one thing to people: what is behind the `&` is not named again.
      return type.element.kind === 'array' || type.element.kind === 'foreign' ? [] : [type.element];
    case 'list':
    case 'option':
    case 'array':
      return [type.element];
    case 'set':
      return type.element ? [type.element] : [];
    case 'map':
      return [type.key, type.value].filter((part) => part !== undefined);
    case 'tuple':
      return type.elements;
    case 'result':
      return [type.ok, type.err];
    default:
      return [];
  }
}

/** A type and all that is written inside it. */
export function wholeTypes(type: Type): Type[] {
  return [type, ...partsOf(type).flatMap(wholeTypes)];
}

/** The types that a definition is made of. */
export function typesWithin(definition: TypeDefinition): readonly Type[] {
  switch (definition.kind) {
    case 'struct':
      return definition.fields.map(({ type }) => type);
    case 'enum':
      return definition.variants.flatMap(({ data, fields }) => [...data, ...fields.map(({ type }) => type)]);
    case 'alias':
      return [definition.type];
  }
}
