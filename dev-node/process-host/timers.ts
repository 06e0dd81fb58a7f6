/**
 * The timers of one process's outstanding requests (kernel.md §6.4), ordered by deadline. Nothing here waits: the process
 * asks for the nearest one when it takes its next item.
 */

export interface Timer<T> {
  /** Milliseconds of the kernel's clock. */
  readonly deadline: number;
  /** Undefined once cancelled: what it held is let go at once, its place is cleared later. */
  content: T | undefined;
}

export class Timers<T> {
  /** Ascending by deadline. Most processes use one timeout, so a new timer nearly always belongs at the end. */
  #timers: Timer<T>[] = [];
  #cancelled = 0;

  start(deadline: number, content: T): Timer<T> {
    const timer = { deadline, content };
    let at = this.#timers.length;
    while (at > 0 && this.#timers[at - 1]!.deadline > deadline) at--;
    this.#timers.splice(at, 0, timer);
    return timer;
  }

  cancel(timer: Timer<T>): void {
    if (timer.content === undefined) return;
    timer.content = undefined;
    this.#cancelled++;
    if (this.#cancelled > 32 && this.#cancelled * 2 > this.#timers.length) this.#sweep();
  }

  /** The running timer with the earliest deadline; of equal ones, the one that was started first. */
  nearest(): Timer<T> | undefined {
    if (this.#timers[0]?.content === undefined) this.#sweep();
    return this.#timers[0];
  }

  #sweep(): void {
    this.#timers = this.#timers.filter((timer) => timer.content !== undefined);
    this.#cancelled = 0;
  }
}
