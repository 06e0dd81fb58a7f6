/** Frames on a stream: 4 bytes of length, big-endian, then the payload (kernel.md §17). */

const headerBytes = 4;

/** A frame longer than the stream allows: the peer breaks the rules and loses its connection. */
export class OversizedFrameError extends Error {
  constructor(length: number, limit: number) {
    super(`a frame of ${length} bytes came, ${limit} are allowed`);
    this.name = 'OversizedFrameError';
  }
}

/** Puts the length before a payload. */
export function encodeFrame(payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(headerBytes + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length);
  frame.set(payload, headerBytes);
  return frame;
}

/**
 * Cuts a byte stream into payloads. Memory grows with the bytes that came, never with the length that a peer announces.
 * `limit` may be changed between frames (a stream that has not yet said hello gets a small one).
 */
export class FrameReader {
  limit: number;
  #chunks: Uint8Array[] = [];
  #buffered = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Takes bytes and yields each payload that is whole. Throws `OversizedFrameError`. */
  *read(bytes: Uint8Array): Generator<Uint8Array> {
    this.#chunks.push(bytes);
    this.#buffered += bytes.length;
    while (this.#buffered >= headerBytes) {
      const length = this.#peekLength();
      if (length > this.limit) throw new OversizedFrameError(length, this.limit);
      if (this.#buffered < headerBytes + length) return;
      yield this.#take(headerBytes + length).subarray(headerBytes);
    }
  }

  #peekLength(): number {
    let first = this.#chunks[0]!;
    if (first.length < headerBytes) {
      first = this.#take(this.#buffered);
      this.#chunks.unshift(first);
      this.#buffered += first.length;
    }
    return new DataView(first.buffer, first.byteOffset, headerBytes).getUint32(0);
  }

  /** The next `count` buffered bytes as one array; no copy when they lie in one chunk. */
  #take(count: number): Uint8Array {
    this.#buffered -= count;
    const first = this.#chunks[0]!;
    if (first.length >= count) {
      if (first.length === count) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    const whole = new Uint8Array(count);
    let filled = 0;
    let used = 0;
    while (filled < count) {
      const chunk = this.#chunks[used]!;
      const wanted = Math.min(chunk.length, count - filled);
      whole.set(chunk.subarray(0, wanted), filled);
      filled += wanted;
      if (wanted < chunk.length) {
        this.#chunks[used] = chunk.subarray(wanted);
        break;
      }
      used += 1;
    }
    this.#chunks.splice(0, used);
    return whole;
  }
}
