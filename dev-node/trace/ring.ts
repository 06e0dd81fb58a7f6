/** The newest `capacity` items of an endless list, numbered from 1. */
export class Ring<T> {
  readonly #capacity: number;
  #items: (T | undefined)[];
  #lastSeq = 0;
  /** The seq of the oldest item kept; above `lastSeq` when none is. */
  #firstSeq = 1;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#items = new Array(Math.min(capacity, 1024));
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** The seq that the next item will have. */
  get nextSeq(): number {
    return this.#lastSeq + 1;
  }

  /** Appends, and gives the item that had to make room, if any. */
  push(item: T): T | undefined {
    this.#lastSeq += 1;
    if (this.#capacity === 0) {
      this.#firstSeq = this.#lastSeq + 1;
      return item;
    }
    const place = (this.#lastSeq - 1) % this.#capacity;
    let displaced: T | undefined;
    if (this.#lastSeq - this.#firstSeq >= this.#capacity) {
      displaced = this.#items[place];
      this.#firstSeq += 1;
    }
    this.#items[place] = item;
    return displaced;
  }

  /** Forgets the oldest item and gives it. */
  shift(): T | undefined {
    if (this.#firstSeq > this.#lastSeq) return undefined;
    const place = (this.#firstSeq - 1) % this.#capacity;
    const oldest = this.#items[place];
    this.#items[place] = undefined;
    this.#firstSeq += 1;
    return oldest;
  }

  /** Forgets all items; numbers go on. */
  clear(): void {
    this.#items = new Array(Math.min(this.#capacity, 1024));
    this.#firstSeq = this.#lastSeq + 1;
  }

  /** Items after `seq`, oldest first. */
  *after(seq: number): Generator<T> {
    for (let n = Math.max(seq + 1, this.#firstSeq); n <= this.#lastSeq; n += 1)
      yield this.#items[(n - 1) % this.#capacity] as T;
  }

  /** Items before the end, newest first. */
  *newest(): Generator<T> {
    for (let n = this.#lastSeq; n >= this.#firstSeq; n -= 1) yield this.#items[(n - 1) % this.#capacity] as T;
  }
}
