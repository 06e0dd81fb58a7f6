/** Runs work soon, once for all that asked for it. */
export interface Schedule {
  request(): void;
  dispose(): void;
}

/** Up to this a run fits between two keystrokes of a quick hand, in milliseconds. */
const unnoticed = 50;
const longest = 300;

/**
 * As long as runs are quick they come at once, together for everything that has already arrived; where they are slow
 * they wait for a pause in the typing as long as the last run took, at most 300 ms.
 */
export function createSchedule(run: () => void, now: () => number = () => performance.now()): Schedule {
  let cost = 0;
  let cancel: (() => void) | undefined;
  const start = () => {
    cancel = undefined;
    const begin = now();
    run();
    cost = now() - begin;
  };
  return {
    request() {
      const isSlow = cost > unnoticed;
      if (cancel && !isSlow) return;
      cancel?.();
      if (isSlow) {
        const timer = setTimeout(start, Math.min(cost, longest));
        cancel = () => clearTimeout(timer);
      } else {
        const immediate = setImmediate(start);
        cancel = () => clearImmediate(immediate);
      }
    },
    dispose() {
      cancel?.();
      cancel = undefined;
    },
  };
}
