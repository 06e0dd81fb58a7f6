/**
 * The platform's types as a TypeScript app writes them. Numbers carry their WIT name as an optional brand: a plain
 * number may be given where a `u32` is due, and the build, the language server and the wire know what was meant.
 */
declare const wit: unique symbol;
type Named<Base, Name extends string> = Base & { readonly [wit]?: Name };

export type u8 = Named<number, 'u8'>;
export type u16 = Named<number, 'u16'>;
export type u32 = Named<number, 'u32'>;
/** A bigint, since a JavaScript number is exact to 2^53 only; a bare number in JSON. */
export type u64 = Named<bigint, 'u64'>;
export type s8 = Named<number, 's8'>;
export type s16 = Named<number, 's16'>;
export type s32 = Named<number, 's32'>;
/** A bigint, as `u64`. */
export type s64 = Named<bigint, 's64'>;
export type i8 = s8;
export type i16 = s16;
export type i32 = s32;
export type i64 = s64;
export type f32 = Named<number, 'f32'>;
export type f64 = Named<number, 'f64'>;
/** One Unicode scalar value. */
export type char = Named<string, 'char'>;

/** `null` on the wire; never left out of a payload tuple. */
export type Option<T> = T | null;

/** As the wire has it: `{"Ok":t}` or `{"Err":e}`. The HTTP status stays 200 for `Err` (hyperapp.md §7). */
export type Result<T, E> = { readonly Ok: T } | { readonly Err: E };

export function Ok<T>(value: T): { readonly Ok: T } {
  return { Ok: value };
}

export function Err<E>(error: E): { readonly Err: E } {
  return { Err: error };
}

export function isOk<T, E>(result: Result<T, E>): result is { readonly Ok: T } {
  return 'Ok' in result;
}

/** A process on a node; `process` is `process-name:package-name:publisher`. */
export interface Address {
  readonly node: string;
  readonly process: string;
}

export interface Blob {
  readonly mime?: string | undefined;
  readonly bytes: Uint8Array;
}

export type WsMessageType = 'Text' | 'Binary' | 'Ping' | 'Pong' | 'Close';

/** Any value that JSON can say. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };
