/** The node's console: the newest lines, with the process that printed them (kernel.md §14). */
import { Ring } from './ring.ts';

export interface ConsoleLine {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** 0 is always shown, 1 debug, 2 runtime information, 3 and 4 every message. */
  readonly level: number;
  readonly process: string | undefined;
  readonly text: string;
}

export class Console {
  readonly #lines: Ring<ConsoleLine>;
  readonly #listeners = new Set<(line: ConsoleLine) => void>();
  readonly #now: () => number;

  constructor(options: { readonly capacity: number; readonly now: () => number }) {
    this.#lines = new Ring(options.capacity);
    this.#now = options.now;
  }

  print(level: number, text: string, process?: string): void {
    const line: ConsoleLine = { seq: this.#lines.nextSeq, time: this.#now(), level, process, text };
    this.#lines.push(line);
    for (const listener of this.#listeners) listener(line);
  }

  /** Lines after seq `after` (0: all that are kept), at most the newest `last`, oldest first. */
  read(after = 0, last = Number.POSITIVE_INFINITY): ConsoleLine[] {
    const lines = [...this.#lines.after(after)];
    return lines.length > last ? lines.slice(lines.length - last) : lines;
  }

  onLine(listener: (line: ConsoleLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
