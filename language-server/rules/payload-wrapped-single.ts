import type { AppProcess, Handler, Type } from '../../hyperapp/model/app.ts';
import type { Value } from '../../hyperapp/model/payload.ts';
import { camelCase } from '../../hyperapp/wire/name.ts';
import { alternatives, checkPayloads, sameName } from './payload.ts';
import { always, type Fix, type Rule } from './rule.ts';
import { parametersText } from './words.ts';

/** HW005: one parameter is sent as itself, never wrapped (hyperapp.md §6). */
export const payloadWrappedSingle: Rule = {
  code: 'HW005',
  name: 'payload-wrapped-single',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    yield* checkPayloads(context, ({ site }, { process, handler }) => {
      for (const value of alternatives(site.value)) {
        const wrapped = wrapping(value, handler, process);
        if (!wrapped) continue;
        return {
          at: value.at,
          generation: process.generation,
          message: `'${handler.wireName}' takes ${parametersText(handler)}: send the value itself, { ${handler.wireName}: ${exampleOf(handler)} }, ${wrapped.not}.`,
          fixes: wrapped.fix ? [wrapped.fix] : [],
        };
      }
      return undefined;
    });
  },
};

function exampleOf({ parameters }: Handler): string {
  const name = parameters[0]?.name.replace(/^mut /, '') ?? '';
  return name.startsWith('_') ? '""' : camelCase(name);
}

/** The type behind aliases and newtypes, which leave no mark on the wire. */
export function underlying(type: Type, process: AppProcess, depth = 0): Type {
  if (type.kind !== 'named' || depth > 8) return type;
  const definition = process.types.get(type.name);
  if (definition?.kind === 'alias') return underlying(definition.type, process, depth + 1);
  const only = definition?.kind === 'struct' && definition.shape === 'tuple' && definition.fields.length === 1;
  return only ? underlying(definition.fields[0]?.type ?? type, process, depth + 1) : type;
}

export interface Wrapping {
  /** `not wrapped in an array`. */
  readonly not: string;
  readonly fix?: Fix;
}

/** How a value is wrapped, or left out, that should be the handler's one parameter itself; undefined if it is not. */
export function wrapping(value: Value, handler: Handler, process: AppProcess): Wrapping | undefined {
  const [parameter] = handler.parameters;
  if (!parameter || handler.parameters.length > 1) return undefined;
  const { name } = parameter;
  const type = underlying(parameter.type, process);
  const inner = type.kind === 'option' ? type.element : type;
  const replace = (title: string, newText: string): Fix => ({ title, edits: [{ at: value.at, newText }] });
  if (value.kind === 'array' && (inner.kind === 'primitive' || inner.kind === 'integer')) {
    const [only] = value.elements;
    const isOne = only !== undefined && value.elements.length === 1 && !value.hasSpread;
    return { not: 'not wrapped in an array', ...(isOne && { fix: replace('Send the value itself', only.text) }) };
  }
  if (value.kind === 'object' && !value.hasSpread) {
    if (value.properties.length === 0) return isScalar(inner) ? { not: 'not an empty object' } : undefined;
    const [only] = value.properties;
    if (value.properties.length === 1 && only && sameName(only.name, name) && isNoObject(inner)) {
      return { not: 'not wrapped in an object', fix: replace('Send the value itself', only.value.text) };
    }
    return undefined;
  }
  if (value.kind === 'null' && (isScalar(type) || type.kind === 'list' || type.kind === 'tuple')) {
    const isText = type.kind === 'primitive' && type.name === 'string';
    return { not: 'not null', ...(isText && { fix: replace('Send an empty string', '""') }) };
  }
  return undefined;
}

function isScalar(type: Type): boolean {
  return type.kind === 'primitive' || type.kind === 'integer';
}

function isNoObject(type: Type): boolean {
  return (
    isScalar(type) || type.kind === 'list' || type.kind === 'tuple' || type.kind === 'set' || type.kind === 'array'
  );
}
