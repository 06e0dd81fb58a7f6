/** The node's side of one running process: passes items in and what the process tells out. */
import type { InboxItem } from '../kernel/message.ts';
import type { HostAnswer, HostCall, HostedProcess, ProcessEvents, ProcessExit } from '../kernel/process.ts';
import { Fifo } from './fifo.ts';
import { type Boot, packItem, type ToNode, toNode, toWorker, unpackEmit } from './packing.ts';
import type { WorkerThread } from './worker-thread.ts';

export interface Hosting {
  readonly thread: WorkerThread;
  readonly events: ProcessEvents;
  readonly mailboxWarn: number;
  readonly scriptHeapMb: number;
  /** Everything the thread needs to begin. Rejects when the code can never run. */
  readonly boot: Promise<Boot>;
  /** Nothing of the process is left, whether it ended by itself or by `kill`. */
  readonly over: () => void;
}

/** Items wait here until the process has begun; `exited` is told once, and nothing after it or after `kill`. */
export function hostProcess({ thread, events, mailboxWarn, scriptHeapMb, boot, over }: Hosting): HostedProcess {
  let state: 'starting' | 'running' | 'over' = 'starting';
  let early: InboxItem[] = [];
  let mailbox = 0;
  let mailboxBytes = 0;
  /** Items are taken nearly in the order of their delivery, so the oldest size stands for the one taken. */
  const sizes = new Fifo<number>();
  let warned = false;
  let ending: Promise<void> | undefined;

  thread.listen(told, (error) => exited(threadExit(error, scriptHeapMb)));
  boot.then(begin, (error: unknown) => exited({ kind: 'invalid', reason: messageOf(error) }));

  function begin(boot: Boot): void {
    if (state !== 'starting') return;
    state = 'running';
    if (boot.code.kind === 'script') thread.limitScriptMemory(scriptHeapMb * 1024 * 1024);
    thread.post([toWorker.boot, boot]);
    for (const item of early) thread.post(packItem(item));
    early = [];
  }

  function told(message: ToNode): void {
    if (state === 'over') return;
    switch (message[0]) {
      case toNode.emit:
        events.emit(unpackEmit(message));
        break;
      case toNode.call:
        void answer(message[1]);
        break;
      case toNode.print:
        events.print(message[1], message[2], message[3]);
        break;
      case toNode.onExit:
        events.setOnExit(message[1]);
        break;
      case toNode.received:
        taken();
        events.received(message[1]);
        break;
      case toNode.timedOut:
        events.timedOut(message[1]);
        break;
      case toNode.discarded:
        taken();
        events.discarded(message[1]);
        break;
      case toNode.exited:
        exited(message[1]);
        break;
    }
  }

  async function answer(call: HostCall): Promise<void> {
    let answered: HostAnswer;
    try {
      answered = await events.call(call);
    } catch (error) {
      // A bug of the kernel's: the process must not hang for it, and the text must be seen.
      answered = { kind: 'trap', text: `the node failed at ${call.call}: ${messageOf(error)}` };
    }
    if (state === 'running') thread.post([toWorker.answer, answered]);
  }

  function taken(): void {
    mailbox--;
    mailboxBytes -= sizes.shift() ?? 0;
    if (mailbox * 2 < mailboxWarn) warned = false;
  }

  function exited(exit: ProcessExit): void {
    if (state === 'over') return;
    void end();
    events.exited(exit);
  }

  function end(): Promise<void> {
    state = 'over';
    early = [];
    mailbox = 0;
    mailboxBytes = 0;
    ending ??= thread.terminate().finally(over);
    return ending;
  }

  return {
    deliver(item) {
      if (state === 'over') return;
      mailbox++;
      const size = bytesOf(item);
      mailboxBytes += size;
      sizes.push(size);
      if (state === 'starting') early.push(item);
      else thread.post(packItem(item));
      if (mailbox >= mailboxWarn && !warned) {
        warned = true;
        events.print(
          0,
          `${mailbox} messages wait for this process; it takes them too slowly or not at all`,
          'terminal',
        );
      }
    },
    get mailbox() {
      return mailbox;
    },
    get mailboxBytes() {
      return mailboxBytes;
    },
    hold: () => thread.hold(),
    release: () => thread.release(),
    get memoryBytes() {
      return thread.memoryBytes;
    },
    kill: () => ending ?? end(),
  };
}

function bytesOf(item: InboxItem): number {
  const { message, blob } = item.kind === 'message' ? item.message : item.error;
  return message.body.byteLength + (blob?.bytes.byteLength ?? 0);
}

function threadExit(error: unknown, scriptHeapMb: number): ProcessExit {
  const code = (error as { code?: unknown } | undefined)?.code;
  const reason =
    code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? `it used more script heap than the limit for a process, ${scriptHeapMb} MB`
      : `its thread ended: ${messageOf(error)}`;
  return { kind: 'trapped', reason, stderr: '' };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
