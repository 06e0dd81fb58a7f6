/**
 * Copies of bodies and blobs, one behind the other in large chunks: a buffer of its own for each costs ten times the copy
 * (measured, 100 bytes). A chunk is freed when the last event that points into it has been forgotten.
 */
const chunkBytes = 256 * 1024;

export class KeptBytes {
  #chunk = new ArrayBuffer(0);
  #used = 0;

  /** A copy of the first `limit` bytes. Not to be written to. */
  keep(bytes: Uint8Array, limit: number): Uint8Array {
    const wanted = bytes.byteLength > limit ? bytes.subarray(0, limit) : bytes;
    const length = wanted.byteLength;
    // One that takes a good part of a chunk is better on its own than the rest of the last chunk wasted.
    if (length * 4 > chunkBytes) return new Uint8Array(wanted);
    if (this.#used + length > this.#chunk.byteLength) {
      this.#chunk = new ArrayBuffer(chunkBytes);
      this.#used = 0;
    }
    const kept = new Uint8Array(this.#chunk, this.#used, length);
    kept.set(wanted);
    this.#used += length;
    return kept;
  }
}
