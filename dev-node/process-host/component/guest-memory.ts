/**
 * Reads and writes a guest's linear memory by the rules of the canonical ABI: every pointer and length is checked (typed
 * arrays would clamp silently), strings are strict UTF-8, and what breaks a rule is a trap.
 *
 * The views are made anew whenever the memory has grown: a grown memory's old buffer is detached, its length 0.
 */

/** Ends the process (kernel.md §7, §11.2). The message is the root cause a person reads. */
export class Trap extends Error {
  override readonly name = 'Trap';
}

export type Realloc = (old: number, oldSize: number, align: number, size: number) => number;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
/** Up to this length a loop over ASCII beats the decoder's call. */
const shortText = 24;

export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  readonly #realloc: Realloc | undefined;
  #u8: Uint8Array;
  #view: DataView;

  constructor(memory: WebAssembly.Memory, realloc: Realloc | undefined) {
    this.#memory = memory;
    this.#realloc = realloc;
    this.#u8 = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  get byteLength(): number {
    return this.#memory.buffer.byteLength;
  }

  /** The whole memory as it is now. */
  get u8(): Uint8Array {
    if (this.#u8.length === 0) this.#renew();
    return this.#u8;
  }

  get view(): DataView {
    if (this.#u8.length === 0) this.#renew();
    return this.#view;
  }

  #renew(): void {
    this.#u8 = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }

  /** Checks a region and gives its address as a positive number; wasm hands pointers over as signed ones. */
  region(pointer: number, size: number, align: number): number {
    const at = pointer >>> 0;
    if (at % align !== 0) throw new Trap(`pointer 0x${at.toString(16)} is not aligned to ${align}`);
    if (at + size > this.u8.length) {
      throw new Trap(`pointer 0x${at.toString(16)} with ${size} bytes reaches outside the memory`);
    }
    return at;
  }

  bool(at: number): boolean {
    return this.u8[at] !== 0;
  }

  /** The discriminant of a variant with `cases` cases. */
  tag(at: number, cases: number): number {
    return checkTag(this.u8[at]!, cases);
  }

  u32(at: number): number {
    return this.view.getUint32(at, true);
  }

  u64(at: number): bigint {
    return this.view.getBigUint64(at, true);
  }

  /** A copy of `length` bytes. */
  bytes(pointer: number, length: number): Uint8Array {
    const size = length >>> 0;
    const at = this.region(pointer, size, 1);
    return this.u8.slice(at, at + size);
  }

  text(pointer: number, length: number): string {
    const size = length >>> 0;
    const at = this.region(pointer, size, 1);
    const u8 = this.u8;
    if (size <= shortText) {
      let text = '';
      let i = at;
      for (; i < at + size; i++) {
        const byte = u8[i]!;
        if (byte >= 0x80) break;
        text += String.fromCharCode(byte);
      }
      if (i === at + size) return text;
    }
    try {
      return strict.decode(u8.subarray(at, at + size));
    } catch {
      throw new Trap(`a string at 0x${at.toString(16)} is not UTF-8`);
    }
  }

  /** The string whose pointer and length stand at `at`. */
  textAt(at: number): string {
    return this.text(this.u32(at), this.u32(at + 4));
  }

  bytesAt(at: number): Uint8Array {
    return this.bytes(this.u32(at), this.u32(at + 4));
  }

  /** A list of values of `size` bytes each; `read` gets each value's address. */
  list<T>(pointer: number, length: number, size: number, align: number, read: (at: number) => T): T[] {
    const count = length >>> 0;
    const start = this.region(pointer, count * size, align);
    const items: T[] = new Array(count);
    for (let i = 0; i < count; i++) items[i] = read(start + i * size);
    return items;
  }

  /** Asks the guest for memory. The views are fresh after it. */
  allocate(size: number, align: number): number {
    if (this.#realloc === undefined) throw new Trap('the component gives no realloc for a result that needs memory');
    return this.region(this.#realloc(0, 0, align, size), size, align);
  }

  setU8(at: number, value: number): void {
    this.u8[at] = value;
  }

  setU32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  setU64(at: number, value: bigint): void {
    this.view.setBigUint64(at, value, true);
  }

  /** Copies bytes into the guest and writes their pointer and length at `at`. */
  setBytes(at: number, bytes: Uint8Array): void {
    // An empty list needs no memory, only a pointer that is not null (Rust guests take it as dangling).
    const pointer = bytes.length === 0 ? 1 : this.allocate(bytes.length, 1);
    this.u8.set(bytes, pointer);
    this.setU32(at, pointer);
    this.setU32(at + 4, bytes.length);
  }

  setText(at: number, text: string): void {
    this.setBytes(at, encoder.encode(text));
  }

  /** Writes a list: pointer and length at `at`, each item by `write` at its own address. */
  setList<T>(at: number, items: readonly T[], size: number, align: number, write: (at: number, item: T) => void): void {
    const start = items.length === 0 ? align : this.allocate(items.length * size, align);
    for (let i = 0; i < items.length; i++) write(start + i * size, items[i]!);
    this.setU32(at, start);
    this.setU32(at + 4, items.length);
  }
}

export function checkTag(tag: number, cases: number): number {
  if (tag >>> 0 >= cases) throw new Trap(`discriminant ${tag >>> 0} where there are ${cases} cases`);
  return tag;
}
