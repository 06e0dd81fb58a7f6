/** Time as the kernel sees it; tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970, with fraction; never goes back. */
  now(): number;
  /** Calls `fire` once after `ms`; the returned function cancels it. */
  setTimer(ms: number, fire: () => void): () => void;
}

/** `setTimeout` counts in 32 bits: longer waits fire at its limit, about 24 days. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  setTimer(ms, fire) {
    const timer = setTimeout(fire, Math.min(Math.max(ms, 0), longestTimer));
    return () => clearTimeout(timer);
  },
};
