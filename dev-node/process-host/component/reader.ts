/**
 * Reads the primitives of the wasm and component binary formats: LEB128 numbers, names, vectors. Every read is checked
 * against the end of the bytes, because a component is input from outside.
 */

/** The bytes are no component that this node can run. `message` is for people. */
export class InvalidComponent extends Error {
  override readonly name = 'InvalidComponent';
}

const names = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Reader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get at(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  byte(): number {
    if (this.#at >= this.#end) throw new InvalidComponent(`cut off at byte ${this.#at}`);
    return this.#bytes[this.#at++]!;
  }

  /** An unsigned LEB128 number of at most 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffffffff) break;
        return value;
      }
    }
    throw new InvalidComponent(`a number before byte ${this.#at} has more than 32 bits`);
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Uint8Array {
    if (length > this.#end - this.#at) throw new InvalidComponent(`cut off at byte ${this.#at}`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A reader of the next `length` bytes; this one goes on behind them. */
  part(length: number): Reader {
    const start = this.#at;
    this.take(length);
    return new Reader(this.#bytes, start, start + length);
  }

  name(): string {
    const start = this.#at;
    const bytes = this.take(this.u32());
    try {
      return names.decode(bytes);
    } catch {
      throw new InvalidComponent(`a name at byte ${start} is not UTF-8`);
    }
  }

  vector<T>(item: () => T): T[] {
    const items: T[] = [];
    for (let left = this.u32(); left > 0; left--) items.push(item());
    return items;
  }
}
