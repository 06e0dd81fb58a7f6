/** Tries again, ever more slowly, until it worked or nobody wants it any more. */

const firstDelayMs = 500;
const slowestDelayMs = 30_000;

export interface Reconnect {
  /** Plans the next try for `key`; does nothing if one is planned. */
  again(key: string, attempt: () => void): void;
  /** It worked, or is not wanted: the next failure starts with the short delay. */
  forget(key: string): void;
  stop(): void;
}

export function createReconnect(random: () => number = Math.random): Reconnect {
  const tries = new Map<string, { delay: number; timer: NodeJS.Timeout | undefined }>();
  let stopped = false;
  return {
    again(key, attempt) {
      const one = tries.get(key) ?? { delay: firstDelayMs, timer: undefined };
      if (stopped || one.timer) return;
      tries.set(key, one);
      // A little chance in it, so that two nodes that lost each other do not dial in step for ever.
      one.timer = setTimeout(
        () => {
          one.timer = undefined;
          attempt();
        },
        one.delay * (0.8 + 0.4 * random()),
      );
      one.delay = Math.min(one.delay * 2, slowestDelayMs);
    },
    forget(key) {
      clearTimeout(tries.get(key)?.timer);
      tries.delete(key);
    },
    stop() {
      stopped = true;
      for (const one of tries.values()) clearTimeout(one.timer);
      tries.clear();
    },
  };
}
