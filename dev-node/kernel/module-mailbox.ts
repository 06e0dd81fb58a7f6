/** A module's mailbox and what the kernel offers it (module.ts): a recipient like any other, run on the node's own thread. */
import type { AskOptions, AskResult, Asks } from './asks.ts';
import type { Address, InboxItem, KernelMessage, ProcessId, Recipient } from './message.ts';
import type { Module, ModuleContext, ModuleRequest } from './module.ts';

export interface ModuleMailboxOptions {
  readonly module: Module;
  readonly context: ModuleContext;
  readonly asks: Asks;
  readonly print: (level: number, text: string, process: ProcessId) => void;
  /** A response nobody waits for. */
  readonly discarded: (id: bigint) => void;
  /** A message was taken. */
  readonly received: () => void;
  /** A request was done. */
  readonly done: () => void;
}

/**
 * Messages are handed to the module in order, in a turn of their own, so that a module never runs inside the sender's
 * call. Responses go to the one who asked, send errors too.
 */
export class ModuleMailbox implements Recipient {
  readonly #o: ModuleMailboxOptions;
  readonly #queue: KernelMessage[] = [];
  #scheduled = false;
  /** Requests that the module is working on. */
  #underWay = 0;

  constructor(options: ModuleMailboxOptions) {
    this.#o = options;
  }

  get length(): number {
    return this.#queue.length + this.#underWay;
  }

  deliver(item: InboxItem): void {
    const { module, asks, discarded, received, context } = this.#o;
    if (item.kind === 'error') {
      const detail = `${item.error.target.node} could not be reached.`;
      const outcome = item.error.kind;
      if (!asks.settle(item.id, module.id, { outcome, detail }) && module.failed) {
        const failed = module.failed.bind(module);
        this.#guard(() => failed(item.id, item.error, context));
      }
      return;
    }
    const { message } = item;
    received();
    if (message.message.kind === 'response') {
      const result: AskResult = { outcome: 'ok', message, response: message.message, blob: message.blob };
      if (!asks.settle(message.id, module.id, result)) discarded(message.id);
      return;
    }
    this.#queue.push(message);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#drain());
  }

  #drain(): void {
    this.#scheduled = false;
    const { module, context, done } = this.#o;
    for (const message of this.#queue.splice(0)) {
      this.#underWay += 1;
      this.#guard(
        () => module.handle(message, context),
        () => {
          this.#underWay -= 1;
          done();
        },
      );
    }
  }

  #guard(run: () => Promise<void> | void, done: () => void = () => undefined): void {
    const { module, print } = this.#o;
    const bug = (error: unknown) =>
      print(
        0,
        `${module.id}: bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        module.id,
      );
    try {
      const running = run();
      if (running) running.catch(bug).finally(done);
      else done();
    } catch (error) {
      bug(error);
      done();
    }
  }
}

export interface ModuleContextOptions {
  readonly our: Address;
  readonly send: (request: ModuleRequest) => void;
  readonly ask: (request: ModuleRequest, options: AskOptions) => { readonly result: Promise<AskResult> };
  readonly respond: ModuleContext['respond'];
  readonly print: ModuleContext['print'];
  readonly grant: ModuleContext['grant'];
  readonly holds: ModuleContext['holds'];
  readonly lost: ModuleContext['lost'];
}

export function createModuleContext(options: ModuleContextOptions): ModuleContext {
  return {
    our: options.our,
    send: options.send,
    async request(request, { timeoutMs, signal, onRefused }) {
      const refused: NonNullable<typeof onRefused> = onRefused ?? (() => undefined);
      const result = await options.ask(request, { timeoutMs, signal, onRefused: refused }).result;
      if (result.outcome === 'ok') return { from: result.message.source, response: result.response, blob: result.blob };
      if (result.outcome === 'offline') refused(result.detail, 'offline');
      return undefined;
    },
    respond: options.respond,
    print: options.print,
    grant: options.grant,
    holds: options.holds,
    lost: options.lost,
  };
}
