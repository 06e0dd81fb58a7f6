/**
 * The worker's end of the way between node and process (process-host.md §9.3): a port for the messages, and one shared
 * number to sleep on. The node posts, raises the number and, at the end of its turn, wakes; the worker reads the number
 * before it tries the port, so a wake-up between the two is not lost.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { InboxItem, OnExit } from '../kernel/message.ts';
import type { HostAnswer, HostCall, OutgoingMessage, ProcessExit } from '../kernel/process.ts';
import { Fifo } from './fifo.ts';
import { type Boot, packEmit, type ToNode, type ToWorker, toNode, toWorker, unpackItem, weightOf } from './packing.ts';
import type { KernelPort } from './process-state.ts';

/** Shared memory of one process: the wake-up number, messages the node has not read yet, bytes the worker uses. */
export const controlBytes = 16;
export interface ControlViews {
  readonly wake: Int32Array;
  readonly unread: Int32Array;
  readonly memory: Float64Array;
}
export function controlViews(control: SharedArrayBuffer): ControlViews {
  return {
    wake: new Int32Array(control, 0, 1),
    unread: new Int32Array(control, 4, 1),
    memory: new Float64Array(control, 8, 1),
  };
}

/** A process that tells more than the node can read waits at this weight (`weightOf`): a flood stops the process, not the node. */
export const mostUnread = 1000;

/** Longest single wait; a longer one is waited for in turns. */
const longestWaitMs = 2 ** 30;
/** Memory is measured at most this often, and only when the process goes to sleep anyway. */
const measureEveryMs = 100;

export class WorkerChannel implements KernelPort {
  readonly #port: MessagePort;
  readonly #wake: Int32Array;
  readonly #unread: Int32Array;
  readonly #memory: Float64Array;
  /** Items that arrived while an answer was awaited. */
  readonly #waiting = new Fifo<InboxItem>();
  #clockOffset = 0;
  #measure: () => number = () => 0;
  #measured = 0;

  constructor(port: MessagePort, control: SharedArrayBuffer) {
    const { wake, unread, memory } = controlViews(control);
    this.#port = port;
    this.#wake = wake;
    this.#unread = unread;
    this.#memory = memory;
  }

  /** Blocks until the node has a process for this worker. */
  boot(): Boot {
    for (;;) {
      const packed = this.#next(undefined);
      if (packed?.[0] !== toWorker.boot) continue;
      this.#clockOffset = packed[1].clockOffset;
      return packed[1];
    }
  }

  /** The kernel's clock, milliseconds. */
  now(): number {
    return Number(process.hrtime.bigint()) / 1e6 + this.#clockOffset;
  }

  /** From now on `measure` gives the bytes that this process uses. */
  reportMemory(measure: () => number): void {
    this.#measure = measure;
    this.#memory[0] = measure();
  }

  take(until: number | undefined): InboxItem | undefined {
    const item = this.#waiting.shift();
    if (item !== undefined) return item;
    const packed = this.#next(until);
    return packed && unpackItem(packed);
  }

  call(call: HostCall): HostAnswer {
    this.#post([toNode.call, call]);
    for (;;) {
      const packed = this.#next(undefined);
      if (packed === undefined) continue;
      if (packed[0] === toWorker.answer) return packed[1];
      const item = unpackItem(packed);
      if (item) this.#waiting.push(item);
    }
  }

  emit(message: OutgoingMessage): void {
    this.#post(packEmit(message));
  }

  print(verbosity: number, text: string, stream: 'terminal' | 'stdout' | 'stderr' = 'terminal'): void {
    this.#post([toNode.print, verbosity, text, stream]);
  }

  setOnExit(onExit: OnExit): void {
    this.#post([toNode.onExit, onExit]);
  }

  received(id: bigint): void {
    this.#post([toNode.received, id]);
  }

  timedOut(id: bigint): void {
    this.#post([toNode.timedOut, id]);
  }

  discarded(id: bigint): void {
    this.#post([toNode.discarded, id]);
  }

  exited(exit: ProcessExit): void {
    this.#post([toNode.exited, exit]);
  }

  #post(message: ToNode): void {
    const weight = weightOf(message);
    this.#port.postMessage(message);
    let unread = Atomics.add(this.#unread, 0, weight) + weight;
    while (unread >= mostUnread) {
      Atomics.wait(this.#unread, 0, unread);
      unread = Atomics.load(this.#unread, 0);
    }
  }

  /** The next message of the node; sleeps until there is one, or until `until`. */
  #next(until: number | undefined): ToWorker | undefined {
    for (;;) {
      const seen = Atomics.load(this.#wake, 0);
      const received = receiveMessageOnPort(this.#port);
      if (received !== undefined) return received.message;
      const left = until === undefined ? longestWaitMs : until - this.now();
      if (left <= 0) return undefined;
      this.#report();
      Atomics.wait(this.#wake, 0, seen, Math.min(left, longestWaitMs));
    }
  }

  #report(): void {
    const now = performance.now();
    if (now - this.#measured < measureEveryMs) return;
    this.#measured = now;
    this.#memory[0] = this.#measure();
  }
}
