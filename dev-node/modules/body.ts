/**
 * JSON in message bodies, as the real node's modules read and write it (http-server.md §0): externally tagged enums,
 * 64-bit integers that a JavaScript number cannot hold, byte vectors as arrays of numbers.
 */
import * as v from 'valibot';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The third argument of a reviver, which TypeScript's library does not know yet. */
type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

const keepLargeIntegers: Reviver = (_key, value, context) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
    ? BigInt(context?.source ?? 0)
    : value;

/** Parses JSON text; integers beyond 2^53 become bigints. Undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, keepLargeIntegers);
  } catch {
    return undefined;
  }
}

/** Parses a message body; undefined if it is not UTF-8 JSON. */
export function parseBody(body: Uint8Array): unknown {
  try {
    return parseJson(utf8.decode(body));
  } catch {
    return undefined;
  }
}

/** JSON text of a value; bigints are written as plain digits. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? rawJson(String(part)) : part));
}

/** A message body that holds a value as JSON. */
export function jsonBody(value: unknown): Uint8Array {
  return encoder.encode(toJson(value));
}

export interface Action {
  readonly name: string;
  /** `null` for a unit variant, written `"Name"` or `{"Name":null}`. */
  readonly payload: unknown;
}

/** Reads an externally tagged enum value; undefined if it has no such shape. */
export function readAction(value: unknown): Action | undefined {
  if (typeof value === 'string') return { name: value, payload: null };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [entry, ...more] = Object.entries(value);
  return entry && more.length === 0 ? { name: entry[0], payload: entry[1] } : undefined;
}

const integer = (from: bigint, to: bigint) =>
  v.pipe(
    v.union([v.bigint(), v.pipe(v.number(), v.integer())]),
    v.transform((n) => BigInt(n)),
    v.minValue(from),
    v.maxValue(to),
  );
/** A u64 or i64 in JSON, as bigint. */
export const u64 = integer(0n, (1n << 64n) - 1n);
export const i64 = integer(-(1n << 63n), (1n << 63n) - 1n);
/** A u32 in JSON, as number. */
export const u32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));

/** Rust's `Option`: a missing field means null. */
export function option<const S extends v.GenericSchema>(schema: S) {
  return v.optional(v.nullable(schema), null);
}

/** `PackageId` travels as an object, not as text (http-server.md §0). */
export const packageIdObject = v.object({ package_name: v.string(), publisher_node: v.string() });
export type PackageIdObject = v.InferOutput<typeof packageIdObject>;
