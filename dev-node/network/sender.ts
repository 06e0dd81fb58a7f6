/** Sends payloads on one stream: in order, small ones together, waiting when the stream is full. */
import { encodeFrame } from './frame.ts';
import type { OutgoingStream } from './transport.ts';

/** Small frames that are waiting go out as one write, up to this many bytes. */
const batchBytes = 64 * 1024;

export class Sender {
  readonly #stream: OutgoingStream;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #flushing: Promise<void> | undefined;
  #closed = false;

  constructor(stream: OutgoingStream, onClosed: () => void) {
    this.#stream = stream;
    stream.onClosed(() => {
      if (this.#closed) return;
      this.#closed = true;
      this.#queue.length = 0;
      this.#queuedBytes = 0;
      onClosed();
    });
  }

  /** Bytes that the stream has not taken yet. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get closed(): boolean {
    return this.#closed;
  }

  push(payload: Uint8Array): void {
    if (this.#closed) return;
    const frame = encodeFrame(payload);
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
    // What else is sent in this turn of the event loop goes along.
    this.#flushing ??= Promise.resolve().then(() => this.#flush());
  }

  /** Sends what waits, then ends the stream. */
  async close(withinMs: number): Promise<void> {
    if (this.#closed) return;
    const until = Date.now() + withinMs;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([this.#flushing, late]);
    clearTimeout(timer);
    await this.#stream.close(Math.max(1, until - Date.now()));
  }

  async #flush(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const batch = this.#nextBatch();
        const goOn = this.#stream.send(batch);
        if (!goOn) await this.#stream.drained();
      }
    } catch {
      // The stream has ended while we sent: its onClosed tells, and what was queued is lost (kernel.md §8).
    } finally {
      this.#flushing = undefined;
    }
  }

  #nextBatch(): Uint8Array {
    let bytes = this.#queue[0]!.length;
    let count = 1;
    while (count < this.#queue.length && bytes + this.#queue[count]!.length <= batchBytes) {
      bytes += this.#queue[count]!.length;
      count += 1;
    }
    const frames = this.#queue.splice(0, count);
    this.#queuedBytes -= bytes;
    return count === 1 ? frames[0]! : Buffer.concat(frames, bytes);
  }
}
