import type { Node } from 'web-tree-sitter';
import type { Endpoint } from '../model/app.ts';
import type { Insertion } from '../model/crate.ts';
import { type Attribute, insertionInto, keyValues, listParts, locate, removalRange, stringLiteral } from './syntax.ts';

export interface Endpoints {
  readonly bindings: readonly Endpoint[];
  /** Undefined if the list holds anything but literal bindings: then others may be bound too. */
  readonly insertion: Insertion | undefined;
}

/**
 * What the macro's `endpoints` bind (hyperapp.md §11): `Binding::Http { path: "/api", .. }` in a `vec![..]`. A path that
 * is no literal is left out, and the list then counts as not known.
 */
export function readEndpoints(attribute: Attribute, file: string): Endpoints {
  const value = keyValues(attribute).find(({ key }) => key === 'endpoints')?.valueNodes ?? [];
  const list = value.at(-1);
  if (value[0]?.text !== 'vec' || list?.type !== 'token_tree') return { bindings: [], insertion: undefined };
  const parts = listParts(list);
  const bindings = parts.flatMap((part, index) => readBinding(part, { file, range: removalRange(parts, index) }));
  const isKnown = bindings.length === parts.length;
  return { bindings, insertion: isKnown ? insertionInto(list, file) : undefined };
}

function readBinding(part: readonly Node[], removal: NonNullable<Endpoint['removal']>): Endpoint[] {
  const fields = part.find(({ type }) => type === 'token_tree');
  const kind = fields && part[part.indexOf(fields) - 1]?.text;
  if (kind !== 'Http' && kind !== 'Ws') return [];
  const path = listParts(fields).find(([key]) => key?.text === 'path');
  const literal = path?.find(({ type }) => type === 'string_literal' || type === 'raw_string_literal');
  const text = literal && stringLiteral(literal.text);
  if (!literal || text === undefined) return [];
  return [{ kind: kind === 'Ws' ? 'ws' : 'http', path: text, at: locate(removal.file, literal), removal }];
}
