/**
 * The process host (process-host.md §9): each process in a worker thread of its own, one thread started ahead of need,
 * components compiled once for each content.
 */
import type { ProcessCode, ProcessHost, ProcessStart } from '../kernel/process.ts';
import { createComponentCache } from './component/compile.ts';
import { type Hosting, hostProcess } from './hosted-process.ts';
import { defaultLimits, type ProcessLimits } from './limits.ts';
import type { Boot } from './packing.ts';
import { startWorkerThread, type WorkerThread } from './worker-thread.ts';

export interface ProcessHostOptions {
  /** The worker's file: `dist/process-worker.js` beside the bundle, `worker.ts` of this folder without one. */
  readonly workerEntry: URL | string;
  readonly limits?: Partial<ProcessLimits>;
  /** The kernel's clock, milliseconds: the one that stamps `InboxItem.at`. Default: milliseconds since 1970, with fraction. */
  readonly now?: () => number;
}

/** A new spare is started so long after the last was taken: the process that took it comes first. */
const spareDelayMs = 100;

/** Starts the spare thread at once. `dispose` ends everything that was started. */
export function createProcessHost(options: ProcessHostOptions): ProcessHost {
  const limits: ProcessLimits = { ...defaultLimits, ...options.limits };
  const now = options.now ?? (() => performance.timeOrigin + performance.now());
  const components = createComponentCache(limits.wasmMemoryBytes);
  const running = new Set<() => Promise<void>>();
  let disposed = false;
  let spare: WorkerThread | undefined = startThread();
  let refill: NodeJS.Timeout | undefined;

  function startThread(): WorkerThread {
    return startWorkerThread(options.workerEntry, limits.scriptHeapMb);
  }

  function takeThread(): WorkerThread {
    // A spare that died (no memory, say) must not take the process with it.
    const thread = spare === undefined || spare.failure !== undefined ? startThread() : spare;
    spare = undefined;
    refill ??= setTimeout(() => {
      refill = undefined;
      if (!disposed) spare ??= startThread();
    }, spareDelayMs).unref();
    return thread;
  }

  async function bootOf({ our, onExit, code }: ProcessStart): Promise<Boot> {
    const loaded = await load(code);
    // Both clocks are read together, as late as can be: what is posted is the difference.
    const clockOffset = now() - Number(process.hrtime.bigint()) / 1e6;
    return { our, onExit, clockOffset, memoryLimitBytes: limits.wasmMemoryBytes, code: loaded };
  }

  async function load(code: ProcessCode): Promise<Boot['code']> {
    if (code.kind === 'script') return code;
    return { kind: 'component', component: await components.compiled(code.bytes) };
  }

  return {
    start(start) {
      if (disposed) throw new Error('the process host is disposed');
      const hosting: Hosting = {
        thread: takeThread(),
        events: start.events,
        mailboxWarn: limits.mailboxWarn,
        scriptHeapMb: limits.scriptHeapMb,
        boot: bootOf(start),
        over: () => running.delete(kill),
      };
      const hosted = hostProcess(hosting);
      const kill = () => hosted.kill();
      running.add(kill);
      return hosted;
    },
    async dispose() {
      disposed = true;
      clearTimeout(refill);
      await Promise.all([...[...running].map((kill) => kill()), spare?.terminate()]);
      spare = undefined;
    },
  };
}
