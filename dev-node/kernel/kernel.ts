/**
 * The kernel: pure message logic (kernel.md). Clock, ids, process host, store, network and recorder are passed in, so it
 * runs in a test without a thread or a socket.
 */
import type { Network } from '../network/link.ts';
import type { Store } from '../store/store.ts';
import type { Recorder, Silence } from '../trace/recorder.ts';
import { unsafeProcessId } from './address.ts';
import { type Ask, type AskOptions, type AskResult, Asks } from './asks.ts';
import type { MailboxLimits } from './back-pressure.ts';
import { kernelId, messaging, network as networkCapability } from './capability.ts';
import type { Clock } from './clock.ts';
import { createCommands } from './commands.ts';
import { createHostCalls } from './host-calls.ts';
import type { Ids } from './ids.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Address, Capability, KernelMessage, OnExit, ProcessId, Recipient } from './message.ts';
import type { Module, ModuleContext, ModuleRequest } from './module.ts';
import { createModuleContext, ModuleMailbox } from './module-mailbox.ts';
import type { KernelView, ProcessSummary } from './module-set.ts';
import { Oracle } from './oracle.ts';
import { Persistence, type RestoredProcess, restoreProcesses } from './persistence.ts';
import type { ProcessHost } from './process.ts';
import type { ModuleProcess, ProcessEntry, ProcessState, ProcessTable, UserProcess } from './process-table.ts';
import { Router } from './router.ts';

export interface KernelOptions {
  readonly node: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly host: ProcessHost;
  readonly store: Store;
  readonly recorder: Recorder;
  readonly print: (level: number, text: string, process?: ProcessId) => void;
  /** Default: `defaultMailboxLimits`. */
  readonly mailboxLimits?: MailboxLimits | undefined;
  /** Somebody sent `Shutdown` to the kernel. */
  readonly shutdown: () => void;
}

/** One process as `process/list` shows it. */
export interface ProcessDetails extends ProcessSummary {
  readonly state: ProcessState;
  readonly onExit: OnExit['kind'];
  readonly mailbox: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly memoryBytes: number;
  readonly restarts: number;
  readonly capabilities: readonly Capability[];
  readonly lastError: string | undefined;
}

const restart: OnExit = { kind: 'restart' };

export class Kernel {
  readonly node: string;
  readonly recorder: Recorder;
  readonly #o: KernelOptions;
  readonly #table: ProcessTable = new Map();
  readonly #oracle: Oracle;
  readonly #persistence: Persistence;
  readonly #router: Router;
  readonly #lifecycle: Lifecycle;
  readonly #asks = new Asks();
  readonly #modules: { readonly module: Module; readonly context: ModuleContext }[] = [];
  readonly #restored = new Map<ProcessId, RestoredProcess>();
  readonly #shown = new Set<() => void>();
  #network: Network | undefined;

  constructor(options: KernelOptions) {
    const { node, store, recorder, print, ids, clock } = options;
    this.#o = options;
    this.node = node;
    this.recorder = recorder;
    this.#oracle = new Oracle(node, (holder) => {
      this.#persistence.changed(holder);
      this.#changed();
    });
    this.#persistence = new Persistence({
      store,
      table: this.#table,
      print,
      waiting: (id) => this.#lifecycle.restarting.has(id),
    });
    const commands = createCommands({
      table: this.#table,
      oracle: this.#oracle,
      recorder,
      print,
      lifecycle: () => this.#lifecycle,
      reply: (to, body) => this.#respond(kernelId, to, { body: new TextEncoder().encode(JSON.stringify(body)) }),
      shutdown: options.shutdown,
    });
    this.#router = new Router({
      node,
      table: this.#table,
      oracle: this.#oracle,
      recorder,
      now: () => clock.now(),
      print,
      command: (message) => {
        if (message.message.kind === 'request') commands(message);
        else this.#settle(kernelId, message);
      },
    });
    this.#lifecycle = new Lifecycle({
      node,
      table: this.#table,
      oracle: this.#oracle,
      recorder,
      clock,
      host: options.host,
      router: this.#router,
      newMessageId: () => ids.message(),
      print,
      changed: (id) => this.#persistence.changed(id),
      shown: () => this.#changed(),
      hostCall: createHostCalls({
        node,
        store,
        oracle: this.#oracle,
        print,
        newMessageId: () => ids.message(),
        lifecycle: () => this.#lifecycle,
        ask: (message, timeoutMs) =>
          this.#ask(kernelId, { ...message, rsvp: { node, process: kernelId } }, undefined, { timeoutMs }).result,
      }),
      mailboxLimits: options.mailboxLimits,
      explainSilence: (target, body) => this.#explainSilence(target, body),
    });
    for (const stored of restoreProcesses(store, print)) this.#restored.set(stored.id, stored);
    this.#addModule(kernelId, false, { deliver: () => undefined }, () => 0);
  }

  get view(): KernelView {
    return {
      process: (id) => {
        const entry = this.#find(id);
        return entry && summary(entry, this.#stateOf(entry));
      },
      processes: () => this.#all().map((entry) => summary(entry, this.#stateOf(entry))),
      onKilled: (listener) => this.#lifecycle.onKilled(listener),
    };
  }

  /** From now on messages to other nodes go to `network`. */
  connectNetwork(network: Network | undefined): void {
    this.#network = network;
    this.#router.connect(network);
  }

  get network(): Network | undefined {
    return this.#network;
  }

  /** Makes a module known and reachable; `startModules` starts it. It may message every module and the network (§10). */
  registerModule(module: Module): ModuleContext {
    const our = { node: this.node, process: module.id };
    const { ids } = this.#o;
    const context = createModuleContext({
      our,
      send: (request) => {
        this.#route(module.id, request);
      },
      ask: (request, options) => this.#ask(our.process, this.#fromModule(our.process, request), request.cause, options),
      respond: (to, answer) => this.#respond(module.id, to, answer),
      print: (level, text) => this.#o.print(level, text, module.id),
      grant: (holder, capabilities) => {
        this.#oracle.add(holder, capabilities);
      },
      holds: (holder, capability) => this.#oracle.has(holder, capability),
      lost: (request, cause, detail) => {
        const message = { id: ids.message(), ...this.#fromModule(module.id, request) };
        this.recorder.dropped(message as KernelMessage, this.recorder.newContext(request.cause), cause, detail);
        this.#o.print(1, `→ ${detail}`, module.id);
      },
    });
    const mailbox: ModuleMailbox = new ModuleMailbox({
      module,
      context,
      asks: this.#asks,
      print: this.#o.print,
      discarded: (id) => this.recorder.discarded(our, id),
      received: () => {
        entry.messagesIn += 1;
        this.#changed();
      },
      done: () => this.#lifecycle.moduleDone(module.id),
    });
    const entry = this.#addModule(module.id, module.public, mailbox, () => mailbox.length);
    this.#modules.push({ module, context });
    return context;
  }

  /** Starts the modules in the order of their registration. Rejects with the first error, naming the module. */
  async startModules(): Promise<void> {
    for (const { module, context } of this.#modules) {
      try {
        await module.start?.(context);
      } catch (error) {
        throw new Error(`${module.id} could not start: ${(error as Error).message}`, { cause: error });
      }
    }
  }

  /**
   * Starts the installed processes again (§11.6): their code is read from the vfs by their handle; what is missing is
   * dropped with a notice.
   */
  async boot(): Promise<void> {
    const { print } = this.#o;
    const found = [...this.#restored.values()].filter((stored) => stored.wasmHandle !== '');
    this.#restored.clear();
    const started: ProcessId[] = [];
    await Promise.all(
      found.map(async (stored) => {
        const bytes = await this.#readFile(stored.wasmHandle);
        const problem = bytes
          ? this.#lifecycle.restore({ ...stored, bytes })
          : `no file ${stored.wasmHandle} in the vfs; install its package again`;
        if (problem === undefined) {
          started.push(stored.id);
          return;
        }
        print(0, `kernel: could not start ${stored.id}: ${problem}`, stored.id);
        if (!this.#table.has(stored.id)) this.#persistence.changed(stored.id);
      }),
    );
    for (const id of started) this.#lifecycle.sendLastRequests(id);
    for (const id of started) this.#lifecycle.run(id);
    this.#changed();
  }

  /** A message from another node, whose name `from` the network has proved (§17). */
  receive(message: KernelMessage, from: string): void {
    const { print } = this.#o;
    const unsafe = unsafeProcessId(message.source.process);
    if (
      message.source.node !== from ||
      unsafe ||
      (message.target.node !== this.node && message.target.node !== 'our')
    ) {
      print(
        0,
        `net: dropped a message from ${from}: it says it goes from ${message.source.node}@${message.source.process} to ${message.target.node}@${message.target.process}`,
      );
      return;
    }
    const content = message.message;
    const kept = this.#oracle.vouched(from, content.capabilities);
    if (kept.length < content.capabilities.length)
      print(
        2,
        `net: took ${content.capabilities.length - kept.length} capabilities off a message from ${from}: they claim to be issued by ${this.node}, which has not given them to it since it started`,
      );
    const checked =
      kept.length === content.capabilities.length
        ? message
        : { ...message, message: { ...content, capabilities: kept } };
    this.#router.route(checked, undefined, 'network', message.trace);
  }

  /** The network could not hand a message to its node (§5, §8): its sender, process or module, gets `offline`. */
  undeliverable(message: KernelMessage, detail: string): void {
    const { recorder } = this;
    const context = message.trace ?? recorder.newContext();
    const expects = message.message.kind === 'request' && message.message.expectsResponse !== undefined;
    const sender = this.#table.get(message.source.process);
    this.#o.print(1, `→ ${detail}`, message.source.process);
    if (!expects || !sender) recorder.dropped(message, context, 'offline', detail);
    else if (sender.kind !== 'module') this.#router.bounce(message, 'offline', 'offline', detail);
    else {
      recorder.failed(message, context, 'offline', 'offline', detail);
      if (this.#asks.settle(message.id, sender.id, { outcome: 'offline', detail })) return;
      sender.inbox.deliver({
        kind: 'error',
        at: this.#o.clock.now(),
        id: message.id,
        error: { kind: 'offline', target: message.target, message: message.message, blob: message.blob },
      });
    }
  }

  /** A request in the name of a module of this node; the trace context is there at once, the outcome later. */
  ask(from: ProcessId, request: ModuleRequest, timeoutMs: number): Ask {
    return this.#ask(from, this.#fromModule(from, request), request.cause, { timeoutMs });
  }

  /** Sends in the name of a module of this node and forgets. Gives the trace context and why it was refused, if it was. */
  send(from: ProcessId, request: ModuleRequest): { context: Ask['context']; refused: string | undefined } {
    const { context, refusal } = this.#route(from, request);
    return { context, refused: refusal?.detail };
  }

  grant(holder: ProcessId, capabilities: readonly Capability[]): void {
    this.#oracle.add(holder, capabilities);
  }

  processes(): readonly ProcessDetails[] {
    return this.#all().map((entry) => {
      const state = this.#stateOf(entry);
      const hosted = entry.kind === 'module' ? undefined : entry.hosted;
      return {
        ...summary(entry, state),
        onExit: entry.onExit.kind,
        mailbox: entry.kind === 'module' ? entry.mailbox() : (hosted?.mailbox ?? entry.held.length),
        messagesIn: entry.messagesIn,
        messagesOut: entry.messagesOut,
        memoryBytes: hosted?.memoryBytes ?? 0,
        restarts: entry.kind === 'module' ? 0 : entry.restarts,
        capabilities: [...entry.holding.byKey.values()],
        lastError: entry.kind === 'module' ? undefined : entry.lastError,
      };
    });
  }

  /** False: no userspace process of that id. */
  kill(id: ProcessId): boolean {
    return this.#lifecycle.kill(id);
  }

  restart(id: ProcessId): boolean {
    return this.#lifecycle.restart(id);
  }

  /** Called whenever something that `processes()` shows may have changed. */
  onProcessesChanged(listener: () => void): () => void {
    this.#shown.add(listener);
    return () => this.#shown.delete(listener);
  }

  /** Ends waits and writes the process map. The modules are disposed in reverse order; the host is the caller's. */
  async stop(): Promise<void> {
    this.#lifecycle.stop();
    this.#asks.dispose();
    for (const { module } of this.#modules.toReversed()) await module.dispose?.();
    this.#persistence.flush();
  }

  #changed(): void {
    for (const listener of this.#shown) listener();
  }

  #all(): (ProcessEntry | UserProcess)[] {
    return [...this.#table.values(), ...[...this.#lifecycle.restarting.values()].map(({ entry }) => entry)];
  }

  #find(id: ProcessId): ProcessEntry | undefined {
    return this.#table.get(id) ?? this.#lifecycle.restarting.get(id)?.entry;
  }

  #stateOf(entry: ProcessEntry): ProcessState {
    if (entry.kind === 'module') return 'running';
    return this.#lifecycle.restarting.has(entry.id) ? 'restarting' : entry.state;
  }

  #addModule(id: ProcessId, isPublic: boolean, inbox: Recipient, mailbox: () => number): ModuleProcess {
    const stored = this.#restored.get(id);
    this.#restored.delete(id);
    const entry: ModuleProcess = {
      id,
      kind: 'module',
      public: isPublic,
      onExit: restart,
      holding: this.#oracle.open(id, stored?.capabilities),
      wasmHandle: '',
      witVersion: 1,
      messagesIn: 0,
      messagesOut: 0,
      inbox,
      mailbox,
    };
    const others = [...this.#table.values()].filter((other) => other.kind === 'module');
    this.#table.set(id, entry);
    this.#oracle.add(id, [
      networkCapability(this.node),
      messaging(this.node, id),
      ...others.map((other) => messaging(this.node, other.id)),
    ]);
    for (const other of others) this.#oracle.add(other.id, [messaging(this.node, id)]);
    return entry;
  }

  #fromModule(from: ProcessId, request: ModuleRequest): Omit<KernelMessage, 'trace' | 'id'> {
    const source: Address = { node: this.node, process: from };
    return {
      source,
      target: request.target,
      rsvp: request.rsvp === 'self' ? source : undefined,
      message: {
        kind: 'request',
        inherit: false,
        expectsResponse: request.expectsResponse,
        body: request.body,
        metadata: request.metadata,
        capabilities: request.capabilities ?? [],
      },
      blob: request.blob,
    };
  }

  #route(from: ProcessId, request: ModuleRequest) {
    this.#countOut(from);
    return this.#router.route({ id: this.#o.ids.message(), ...this.#fromModule(from, request) }, request.cause);
  }

  #countOut(from: ProcessId): void {
    const entry = this.#table.get(from);
    if (entry?.kind === 'module') entry.messagesOut += 1;
  }

  #ask(
    asker: ProcessId,
    message: Omit<KernelMessage, 'trace' | 'id'>,
    cause: KernelMessage['trace'],
    { timeoutMs, signal, onRefused }: AskOptions,
  ): Ask {
    const { clock, ids } = this.#o;
    let id = ids.message();
    while (this.#asks.has(id)) id = ids.message();
    const { promise, resolve } = Promise.withResolvers<AskResult>();
    const abort = () => {
      const detail = 'The one who asked does not wait any more.';
      this.recorder.note(waits, id, detail);
      this.#asks.settle(id, asker, { outcome: 'aborted', detail });
    };
    const waits: Address = { node: this.node, process: asker };
    const cancelTimer = clock.setTimer(timeoutMs, () => {
      const detail =
        this.recorder.timedOut(waits, id, (span, body) => this.#explainSilence(span.target, body)) ??
        `No response came within ${timeoutMs / 1000} s.`;
      this.#asks.settle(id, asker, { outcome: 'timeout', detail });
    });
    this.#asks.add(id, asker, (result) => {
      cancelTimer();
      signal?.removeEventListener('abort', abort);
      resolve(result);
    });
    signal?.addEventListener('abort', abort, { once: true });
    this.#countOut(asker);
    const { context, refusal } = this.#router.route({ id, ...message }, cause);
    if (refusal && onRefused) onRefused(refusal.detail);
    else if (refusal)
      this.#asks.settle(id, asker, {
        outcome: refusal.cause === 'offline' ? 'offline' : 'refused',
        detail: refusal.detail,
      });
    if (signal?.aborted) abort();
    return { context, result: promise };
  }

  #settle(asker: ProcessId, message: KernelMessage): void {
    if (message.message.kind !== 'response') return;
    const result: AskResult = { outcome: 'ok', message, response: message.message, blob: message.blob };
    if (!this.#asks.settle(message.id, asker, result))
      this.recorder.discarded({ node: this.node, process: asker }, message.id);
  }

  #respond(
    from: ProcessId,
    to: KernelMessage,
    answer: {
      readonly body: Uint8Array;
      readonly blob?: KernelMessage['blob'];
      readonly metadata?: string | undefined;
    },
  ): void {
    this.#countOut(from);
    this.#router.route(
      {
        id: to.id,
        source: { node: this.node, process: from },
        target: to.rsvp ?? to.source,
        rsvp: undefined,
        message: {
          kind: 'response',
          inherit: false,
          body: answer.body,
          metadata: answer.metadata,
          capabilities: [],
        },
        blob: answer.blob,
      },
      to.trace,
    );
  }

  /** The bytes of a vfs file, read in the kernel's own name, which needs no capability (§13.2). */
  async #readFile(path: string): Promise<Uint8Array | undefined> {
    const our = { node: this.node, process: kernelId };
    const answer = await this.#ask(
      kernelId,
      {
        source: our,
        target: { node: this.node, process: 'vfs:distro:sys' },
        rsvp: undefined,
        message: {
          kind: 'request',
          inherit: false,
          expectsResponse: 10n,
          body: new TextEncoder().encode(JSON.stringify({ path, action: 'Read' })),
          metadata: undefined,
          capabilities: [],
        },
        blob: undefined,
      },
      undefined,
      { timeoutMs: 10_000 },
    ).result;
    return answer.outcome === 'ok' ? answer.blob?.bytes : undefined;
  }

  /** What is to be said of a target that did not answer, beyond that it did not. */
  #explainSilence(target: Address, body: Uint8Array | undefined): Silence {
    const { process } = target;
    const silent = (text: string, cause: Silence['cause'] = 'timeout'): Silence => ({ cause, text });
    if (target.node !== this.node && target.node !== 'our')
      return silent(
        `${target.node} took the message: look in its trace whether ${process} runs there, is networked, and answers.`,
      );
    const entry = this.#find(process);
    if (!entry) return silent(`${process} was killed meanwhile.`, 'target-killed');
    const state = this.#stateOf(entry);
    if (state === 'initialised') return silent(`${process} is initialised but was never run.`);
    if (state === 'ended') return silent(`${process} has ended: see its last lines in the logs.`, 'process-ended');
    if (state === 'restarting')
      return silent(
        `${process} ended meanwhile and waits for its restart: see its last lines in the logs.`,
        'target-crashed',
      );
    const waiting = entry.kind === 'module' ? entry.mailbox() : (entry.hosted?.mailbox ?? 0);
    if (waiting > 0) return silent(`${process} is busy: ${waiting} messages wait in its mailbox.`);
    const problem = body && notJson(body);
    if (problem !== undefined)
      return silent(
        `${process} took the message but sent no response. The body is not JSON (${problem}), which handlers cannot read: mend the sender.`,
        'unreadable-body',
      );
    return silent(`${process} took the message but sent no response: does its handler answer this request?`);
  }
}

/** Why a body is not JSON, or undefined when it is. */
function notJson(body: Uint8Array): string | undefined {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function summary(entry: ProcessEntry, state: ProcessState): ProcessSummary {
  return { id: entry.id, kind: entry.kind, public: entry.public, state };
}
