/** Which handler a body means (hyperapp.md §5, §6): one key, CamelCase; 0, 1 or n parameters. */
import type { RegisteredHandler } from './app.ts';
import { JsonSyntaxError, parseJson } from './json.ts';
import { type Description, decode, ShapeMismatch } from './shape.ts';
import { textOf } from './text.ts';

export type Variant =
  | { readonly kind: 'handler'; readonly handler: RegisteredHandler; readonly parameters: readonly unknown[] }
  /** No JSON; `error` is serde's text. */
  | { readonly kind: 'no-json'; readonly error: string }
  /** JSON, but no handler's form; `error` says why. */
  | { readonly kind: 'no-handler'; readonly value: unknown; readonly error: string };

/** Handlers of every kind but init and ws, whatever the sender may call: they share one enum. */
export function readVariant(
  body: Uint8Array,
  handlers: readonly RegisteredHandler[],
  types: Description['types'],
): Variant {
  let value: unknown;
  try {
    value = parseJson(textOf(body));
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { kind: 'no-json', error: error.message };
  }
  try {
    return { kind: 'handler', ...match(value, handlers, types) };
  } catch (error) {
    if (!(error instanceof ShapeMismatch)) throw error;
    return { kind: 'no-handler', value, error: error.message };
  }
}

function match(value: unknown, handlers: readonly RegisteredHandler[], types: Description['types']) {
  const isName = typeof value === 'string';
  const entries = value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];
  if (!isName && entries.length !== 1) throw new ShapeMismatch('expected an object with one key, the handler');
  const [name, data] = isName ? [value, null] : (entries[0] as [string, unknown]);
  const handler = handlers.find(({ wireName }) => wireName === name);
  if (!handler) throw new ShapeMismatch(`unknown variant \`${name}\``);
  const { parameters } = handler.shape;
  if (parameters.length === 0) {
    if (data !== null) throw new ShapeMismatch(`invalid type for ${name}, expected unit`);
    return { handler, parameters: [] };
  }
  if (isName) throw new ShapeMismatch(`invalid type: unit variant, expected the parameters of ${name}`);
  if (parameters.length === 1) return { handler, parameters: [decode(parameters[0]!.shape, data, types)] };
  if (!Array.isArray(data) || data.length !== parameters.length)
    throw new ShapeMismatch(`expected an array of the ${parameters.length} parameters of ${name}`);
  return { handler, parameters: parameters.map(({ shape }, index) => decode(shape, data[index], types)) };
}

/** As Rust's `{:?}` shows the variant: `Name("x", 1)`. Structs are shown as maps, whose type names are not known here. */
export function debugText(handler: RegisteredHandler, parameters: readonly unknown[]): string {
  if (parameters.length === 0) return handler.wireName;
  return `${handler.wireName}(${parameters.map(debug).join(', ')})`;
}

function debug(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(debug).join(', ')}]`;
  if (typeof value !== 'object') return String(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${debug(item)}`)
    .join(', ')}}`;
}
