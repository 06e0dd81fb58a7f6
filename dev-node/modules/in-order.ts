/** Work that must not overtake other work under the same key: the requests of one process to a module (storage.md §1). */
export class InOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` after everything given before under that key. Errors of `work` go to its own caller only. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(work);
    const settled = mine.catch(() => undefined);
    this.#last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }
}
