/** How long a process that ended waits before it is started again (kernel.md §11.4). Pure: the caller tells the time. */
import type { ProcessId } from './message.ts';

const baseSeconds = 1;
const maximumSeconds = 600;
const healthyMaximumSeconds = 3000;

export class Backoff {
  readonly #attempts = new Map<ProcessId, { attempts: number; currentSeconds: number }>();

  /** After a run of `uptimeMs`: milliseconds to wait before the next. */
  ended(process: ProcessId, uptimeMs: number): number {
    const before = this.#attempts.get(process) ?? { attempts: 1, currentSeconds: baseSeconds };
    const healthy = uptimeMs >= Math.min(5 * before.currentSeconds, healthyMaximumSeconds) * 1000;
    const attempts = healthy ? 1 : before.attempts + 1;
    const currentSeconds = healthy ? baseSeconds : Math.min(2 ** (attempts - 1), maximumSeconds);
    this.#attempts.set(process, { attempts, currentSeconds });
    return attempts === 1 ? 0 : currentSeconds * 1000;
  }

  /** A newly installed process starts afresh (what §11.4 advises a dev node to do). */
  reset(process: ProcessId): void {
    this.#attempts.delete(process);
  }
}
