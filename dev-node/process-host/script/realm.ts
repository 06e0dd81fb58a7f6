/**
 * The context that a script runs in. Values that cross into it are made inside it, so that `instanceof Uint8Array` and
 * `instanceof Error` hold for the script; that is what the small program below is for. It is text because it has to be
 * compiled there.
 */
import * as vm from 'node:vm';

export interface Realm {
  readonly context: vm.Context;
  bytes(source: Uint8Array): unknown;
  record(fields: object): object;
  list(items: readonly unknown[]): unknown[];
  /** A function of the realm that calls `inner`. */
  callable(inner: (...args: unknown[]) => unknown): unknown;
  /** The error that a failed `result` becomes: an Error with the value as `payload` (jco's ComponentError). */
  failure(payload: unknown): Error;
  error(name: 'Error' | 'TypeError', message: string): Error;
}

const program = `'use strict';
delete globalThis.WebAssembly;
(({ encode, decode }) => {
  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  define('TextEncoder', class TextEncoder {
    get encoding() { return 'utf-8'; }
    encode(text = '') { return new Uint8Array(encode(String(text))); }
    encodeInto(text, target) {
      let read = 0, written = 0;
      for (const char of String(text)) {
        const bytes = encode(char);
        if (written + bytes.length > target.length) break;
        target.set(bytes, written);
        read += char.length;
        written += bytes.length;
      }
      return { read, written };
    }
  });
  define('TextDecoder', class TextDecoder {
    #label; #options;
    constructor(label = 'utf-8', options = {}) {
      this.#label = String(label);
      this.#options = { fatal: Boolean(options.fatal), ignoreBOM: Boolean(options.ignoreBOM) };
      decode(new Uint8Array(0), this.#label, this.#options);
    }
    get encoding() { return this.#label.toLowerCase(); }
    get fatal() { return this.#options.fatal; }
    get ignoreBOM() { return this.#options.ignoreBOM; }
    decode(bytes = new Uint8Array(0)) {
      const result = decode(bytes, this.#label, this.#options);
      if (typeof result === 'string') return result;
      throw new (result.range ? RangeError : TypeError)(result.message);
    }
  });
  return {
    define,
    bytes: (source) => new Uint8Array(source),
    record: (fields) => ({ ...fields }),
    list: (items) => [...items],
    callable: (inner) => (...args) => inner(...args),
    failure: (payload) => {
      const shown = typeof payload === 'string' ? payload : payload?.kind ?? payload?.[0]?.kind ?? String(payload);
      const error = new Error(shown + ' (see error.payload)');
      error.name = 'ComponentError';
      error.payload = payload;
      return error;
    },
    error: (name, message) => new { Error, TypeError }[name](message),
  };
})`;

/** A fresh context with the language itself, TextEncoder, TextDecoder and a console; nothing of Node or the web. */
export function createRealm(output: { log(args: unknown[]): void; error(args: unknown[]): void }): Realm {
  const context = vm.createContext(Object.create(null), { name: 'process' });
  const make = vm.runInContext(program, context, { filename: 'hyperware:realm' });
  const encoder = new TextEncoder();
  const inside = make({
    encode: (text: string) => encoder.encode(text),
    decode(bytes: Uint8Array, label: string, options: { fatal: boolean; ignoreBOM: boolean }) {
      try {
        return new TextDecoder(label, options).decode(bytes);
      } catch (error) {
        return { range: error instanceof RangeError, message: (error as Error).message };
      }
    },
  });
  const log = inside.callable((...args: unknown[]) => output.log(args));
  const error = inside.callable((...args: unknown[]) => output.error(args));
  inside.define('console', inside.record({ log, info: log, debug: log, warn: error, error }));
  return { context, ...inside };
}
