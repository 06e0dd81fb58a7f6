/**
 * Promises for a process. `receive()` blocks the thread, so the engine's own promises would never move on: jobs go to
 * the queue below, which the process drains before each `receive()`. The build lowers async/await to generators over
 * `Promise` and puts this one under that name.
 *
 * Each callback of `then` runs in the scope in which it was given (the message being handled): `source()` stays right
 * after an `await`, other than in the Rust framework.
 */
import Polyfill from 'promise-polyfill';

/** What a piece of work belongs to: one message, or the start of the process. */
export interface Scope {
  readonly name: string;
}

let current: Scope | undefined;
let jobs: (() => void)[] = [];
let reportUnhandled: (reason: unknown, scope: Scope | undefined) => void = () => {};

export const ScriptPromise = Polyfill;

ScriptPromise._immediateFn = (job) => {
  const scope = current;
  jobs.push(() => inScope(scope, job));
};
ScriptPromise._unhandledRejectionFn = (reason) => reportUnhandled(reason, current);

const plainThen = ScriptPromise.prototype.then;
// biome-ignore lint/suspicious/noThenProperty: this is the promise itself
ScriptPromise.prototype.then = function scopedThen(this: Promise<unknown>, onFulfilled, onRejected) {
  return plainThen.call(this, bound(onFulfilled), bound(onRejected)) as never;
};

function bound<F>(callback: F): F {
  if (typeof callback !== 'function') return callback;
  const scope = current;
  return ((value: unknown) => inScope(scope, () => callback(value))) as F;
}

export function currentScope(): Scope | undefined {
  return current;
}

/** Runs `work` with `scope` as the current one; what it awaits goes on in the same scope. */
export function inScope<T>(scope: Scope | undefined, work: () => T): T {
  const before = current;
  current = scope;
  try {
    return work();
  } finally {
    current = before;
  }
}

/** Runs jobs, also those that jobs add, until none is left. */
export function drainJobs(): void {
  while (jobs.length > 0) {
    const batch = jobs;
    jobs = [];
    for (const job of batch) job();
  }
}

/** Who is told of a rejected promise that nobody handles. */
export function onUnhandledRejection(report: (reason: unknown, scope: Scope | undefined) => void): void {
  reportUnhandled = report;
}
