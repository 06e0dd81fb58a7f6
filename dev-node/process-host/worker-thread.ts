/** One worker thread with its port and shared memory: started, spared, given a process, ended. The node's side. */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { controlBytes, controlViews, mostUnread } from './channel.ts';
import { Fifo } from './fifo.ts';
import { type ToNode, type ToWorker, weightOf } from './packing.ts';
import type { WorkerSetting } from './worker.ts';

const memoryCheckMs = 200;

export interface WorkerThread {
  post(message: ToWorker): void;
  /** From now on the thread keeps the node alive, and what it posts, and its end, are told. */
  listen(message: (message: ToNode) => void, ended: (error: unknown) => void): void;
  /** What the thread posts is kept until `release`; it is not counted as read, so the thread waits when it is much. */
  hold(): void;
  release(): void;
  /**
   * Ends the thread when its script's heap and the buffers beside it, which V8 does not count, exceed this. Looked at a few
   * times a second: it ends what grows, not what is big for a moment.
   */
  limitScriptMemory(bytes: number): void;
  /** Bytes in use, as the process last reported. */
  readonly memoryBytes: number;
  /** Undefined while the thread runs; else what ended it. */
  readonly failure: unknown;
  terminate(): Promise<void>;
}

/** Starts a thread that waits for a process. It does not keep the node alive until it has one. */
export function startWorkerThread(entry: URL | string, scriptHeapMb: number): WorkerThread {
  const { port1: port, port2 } = new MessageChannel();
  const control = new SharedArrayBuffer(controlBytes);
  const { wake, unread, memory } = controlViews(control);
  const setting: WorkerSetting = { port: port2, control };
  const worker = new Worker(entry, {
    workerData: setting,
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: scriptHeapMb },
    env: {},
    stdin: false,
    name: 'process',
  });
  let failure: unknown;
  let ended: ((error: unknown) => void) | undefined;
  worker.on('error', (error) => {
    failure ??= error;
  });
  worker.on('exit', () => {
    failure ??= new Error('the thread ended');
    clearInterval(watching);
    release();
    drain(port, listener);
    port.close();
    ended?.(failure);
  });
  worker.unref();
  port.unref();
  let listener: ((message: ToNode) => void) | undefined;
  let watching: NodeJS.Timeout | undefined;
  let holding = false;
  const held = new Fifo<ToNode>();
  const take = (told: ToNode) => {
    if (Atomics.sub(unread, 0, weightOf(told)) >= mostUnread) Atomics.notify(unread, 0);
    listener?.(told);
  };
  /** A message may make the thread be held again. */
  const release = () => {
    holding = false;
    while (!holding) {
      const told = held.shift();
      if (told === undefined) return;
      take(told);
    }
  };
  // A wake-up costs more than the rest of a message, so all that is posted in one turn shares one: a crowd of messages
  // passes up to twice as fast, a single one not measurably slower.
  let waking = false;
  const wakeUp = () => {
    waking = false;
    Atomics.notify(wake, 0);
  };

  return {
    post(message) {
      port.postMessage(message);
      Atomics.add(wake, 0, 1);
      if (waking) return;
      waking = true;
      setImmediate(wakeUp);
    },
    listen(message, end) {
      listener = message;
      ended = end;
      port.on('message', (told: ToNode) => {
        if (holding || held.length > 0) held.push(told);
        else take(told);
      });
      // Listening makes the port hold the node; the worker does that, as long as it runs.
      port.unref();
      worker.ref();
    },
    hold() {
      holding = true;
    },
    release,
    limitScriptMemory(bytes) {
      const look = async () => {
        // A thread that ends meanwhile gives no answer, and needs none.
        const heap = await worker.getHeapStatistics().catch(() => undefined);
        if (heap === undefined || heap.external_memory + heap.used_heap_size <= bytes) return;
        failure ??= Object.assign(new Error('out of memory'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
        void worker.terminate();
      };
      // Before Node 22.16 only V8's own limit is there.
      if (!('getHeapStatistics' in worker)) return;
      watching = setInterval(() => void look(), memoryCheckMs).unref();
    },
    get memoryBytes() {
      return memory[0]!;
    },
    get failure() {
      return failure;
    },
    async terminate() {
      clearInterval(watching);
      listener = undefined;
      ended = undefined;
      port.removeAllListeners('message');
      await worker.terminate();
      port.close();
    },
  };
}

/** The thread's end can be told before the last messages that it posted are. */
function drain(port: MessagePort, listener: ((message: ToNode) => void) | undefined): void {
  if (listener === undefined) return;
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    listener(next.message);
  }
}
