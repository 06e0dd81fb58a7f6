/** The baseline of all hops: a worker that sleeps on a shared number and posts back what it gets. No kernel, no wasm. */
import { MessageChannel, Worker } from 'node:worker_threads';

export interface Hop {
  /** There and back. */
  once(): Promise<void>;
  dispose(): Promise<void>;
}

const thread = `
  const { workerData: { port, wake }, receiveMessageOnPort } = require('node:worker_threads');
  for (;;) {
    const seen = Atomics.load(wake, 0);
    const got = receiveMessageOnPort(port);
    if (got === undefined) Atomics.wait(wake, 0, seen);
    else port.postMessage(got.message);
  }
`;

export function startHop(body: Uint8Array): Hop {
  const { port1, port2 } = new MessageChannel();
  const wake = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(thread, { eval: true, workerData: { port: port2, wake }, transferList: [port2] });
  const waiting: (() => void)[] = [];
  port1.on('message', () => waiting.shift()?.());
  return {
    once: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        port1.postMessage([1n, body]);
        Atomics.add(wake, 0, 1);
        Atomics.notify(wake, 0);
      }),
    async dispose() {
      await worker.terminate();
      port1.close();
    },
  };
}
