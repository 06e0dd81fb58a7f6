/** A kernel in memory for tests: clock by hand, ids that count, processes that are scripted by the test. Tests only. */
import type { Network } from '../network/link.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import type { TraceEvent } from '../trace/event.ts';
import { Recorder } from '../trace/recorder.ts';
import { kernelId, messaging } from './capability.ts';
import type { Clock } from './clock.ts';
import { Kernel } from './kernel.ts';
import type {
  Address,
  Blob,
  Capability,
  InboxItem,
  KernelMessage,
  OnExit,
  ProcessId,
  Request,
  Response,
  TraceContext,
} from './message.ts';
import type { Module } from './module.ts';
import type { HostAnswer, HostCall, HostedProcess, ProcessHost, ProcessStart } from './process.ts';

export const node = 'a.os';
export const none: OnExit = { kind: 'none' };
export const restart: OnExit = { kind: 'restart' };
export const bytes = (text: string) => new TextEncoder().encode(text);
export const text = (data: Uint8Array) => new TextDecoder().decode(data);

export class HandClock implements Clock {
  time = 1_000_000;
  readonly #timers = new Set<{ at: number; fire: () => void }>();

  now(): number {
    return this.time;
  }

  setTimer(ms: number, fire: () => void): () => void {
    const timer = { at: this.time + ms, fire };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass, firing what comes due, in order. */
  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.#timers].filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.time = Math.max(this.time, due.at);
      this.#timers.delete(due);
      due.fire();
    }
    this.time = end;
  }
}

/** One run of a process, as its test sees it: what it was given, and what it may do. */
export class TestProcess implements HostedProcess {
  readonly start: ProcessStart;
  readonly inbox: InboxItem[] = [];
  killed = false;
  memoryBytes = 0;
  mailboxBytes = 0;

  constructor(start: ProcessStart) {
    this.start = start;
  }

  get mailbox(): number {
    return this.inbox.length;
  }

  deliver(item: InboxItem): void {
    this.inbox.push(item);
  }

  async kill(): Promise<void> {
    this.killed = true;
  }

  held = false;
  hold(): void {
    this.held = true;
  }
  release(): void {
    this.held = false;
  }

  /** Bodies of requests and responses, and `error:kind` for errors, in order. */
  get got(): string[] {
    return this.inbox.map((item) =>
      item.kind === 'error' ? `error:${item.error.kind}` : text(item.message.message.body),
    );
  }

  message(at: number): KernelMessage {
    const item = this.inbox.at(at);
    if (item?.kind !== 'message') throw new Error(`no message at ${at}`);
    return item.message;
  }

  request(target: Address | ProcessId, body: string, options: SendOptions = {}): bigint {
    const id = options.id ?? BigInt(Math.floor(Math.random() * 2 ** 40));
    const { our } = this.start;
    const message: Request = {
      kind: 'request',
      inherit: false,
      expectsResponse: options.expects,
      body: bytes(body),
      metadata: undefined,
      capabilities: options.capabilities ?? [],
    };
    this.start.events.emit({
      id,
      source: our,
      target: typeof target === 'string' ? { node: 'our', process: target } : target,
      rsvp: options.rsvp ?? (options.expects === undefined ? undefined : our),
      message,
      blob: options.blob,
      cause: options.cause,
    });
    return id;
  }

  /** Answers the message at `at` of the inbox, as the process side does (§6.5). */
  respond(at: number, body: string): void {
    const to = this.message(at);
    const message: Response = {
      kind: 'response',
      inherit: false,
      body: bytes(body),
      metadata: undefined,
      capabilities: [],
    };
    this.start.events.emit({
      id: to.id,
      source: this.start.our,
      target: to.rsvp ?? to.source,
      rsvp: undefined,
      message,
      blob: undefined,
      cause: to.trace,
    });
  }

  call(call: HostCall): Promise<HostAnswer> {
    return this.start.events.call(call);
  }

  returns(): void {
    this.start.events.exited({ kind: 'returned' });
  }

  traps(stderr = ''): void {
    this.start.events.exited({ kind: 'trapped', reason: 'unreachable', stderr });
  }
}

export interface SendOptions {
  readonly id?: bigint;
  readonly expects?: bigint;
  readonly rsvp?: Address;
  readonly blob?: Blob;
  readonly capabilities?: readonly Capability[];
  readonly cause?: TraceContext;
}

export class TestNetwork implements Network {
  readonly addresses: readonly string[] = [];
  readonly sent: KernelMessage[] = [];
  peers() {
    return [];
  }
  async addPeer() {}
  async stop() {}
  deliver(item: InboxItem): void {
    if (item.kind === 'message') this.sent.push(item.message);
  }
}

/** A vfs that only reads, from a map. */
export function testVfs(files: Map<string, string>): Module {
  return {
    id: 'vfs:distro:sys',
    public: false,
    handle(message, context) {
      const { path } = JSON.parse(text(message.message.body)) as { path: string };
      const file = files.get(path);
      if (file === undefined) context.respond(message, { body: bytes('{"Err":"NotFound"}') });
      else context.respond(message, { body: bytes('"Read"'), blob: { mime: undefined, bytes: bytes(file) } });
    },
  };
}

export interface NewOptions {
  readonly public?: boolean;
  readonly onExit?: OnExit;
  readonly code?: string;
  readonly capabilities?: readonly Capability[];
  readonly run?: boolean;
}

export class TestKernel {
  readonly clock = new HandClock();
  readonly network = new TestNetwork();
  readonly store: Store;
  readonly recorder: Recorder;
  readonly kernel: Kernel;
  /** Printed lines as `level text`. */
  readonly lines: string[] = [];
  /** Lines that say what to do, which the real node does not print. */
  readonly mends: string[] = [];
  readonly runs: TestProcess[] = [];
  readonly files = new Map<string, string>();
  /** Code that the host finds at once to be unfit to run. */
  readonly invalid = new Set<string>();
  shutdowns = 0;
  #next = 1n;

  constructor(options: { readonly store?: Store; readonly modules?: readonly Module[] } = {}) {
    this.store = options.store ?? createMemoryStore();
    let trace = 0;
    const hex = (width: number) => (++trace).toString(16).padStart(width, '0');
    this.recorder = new Recorder({
      node,
      events: 1000,
      bytes: 1000,
      memoryBytes: 1_000_000,
      now: () => this.clock.now(),
      newTrace: () => hex(32),
      newSpan: () => hex(16),
    });
    const host: ProcessHost = {
      start: (start) => {
        const run = new TestProcess(start);
        this.runs.push(run);
        const source = start.code.kind === 'script' ? start.code.source : '';
        if (this.invalid.has(source)) start.events.exited({ kind: 'invalid', reason: 'not a component' });
        return run;
      },
      dispose: async () => undefined,
    };
    this.kernel = new Kernel({
      node,
      clock: this.clock,
      ids: { message: () => 1_000_000n + this.#next++, trace: () => hex(32), span: () => hex(16) },
      host,
      store: this.store,
      recorder: this.recorder,
      print: (level, line) => (line.startsWith('→ ') ? this.mends : this.lines).push(`${level} ${line}`),
      shutdown: () => {
        this.shutdowns += 1;
      },
    });
    this.kernel.connectNetwork(this.network);
    for (const module of [testVfs(this.files), caller, ...(options.modules ?? [])]) this.kernel.registerModule(module);
  }

  /** Initialises, and unless told otherwise runs, a process, by the kernel's own commands. */
  async process(id: ProcessId, options: NewOptions = {}): Promise<TestProcess> {
    const { code = 'code', onExit = none, run = true } = options;
    const handle = `/${id}.wasm`;
    this.files.set(handle, code);
    const initialised = await this.command(
      {
        InitializeProcess: {
          id,
          wasm_bytes_handle: handle,
          wit_version: 1,
          on_exit: onExit.kind === 'none' ? 'None' : 'Restart',
          initial_capabilities: [],
          public: options.public ?? false,
        },
      },
      code,
    );
    if (initialised !== 'InitializedProcess') throw new Error(`initialise ${id}: ${String(initialised)}`);
    this.kernel.grant(id, options.capabilities ?? []);
    if (run) await this.command({ RunProcess: id });
    return this.runs.at(-1) as TestProcess;
  }

  /** Sends a kernel command as a module that may message the kernel; the reply's JSON, undefined when there is none. */
  async command(body: unknown, blob?: string, expects = true): Promise<unknown> {
    const request = {
      target: { node: 'our', process: kernelId },
      body: bytes(typeof body === 'string' && body.startsWith('raw:') ? body.slice(4) : JSON.stringify(body)),
      blob: blob === undefined ? undefined : { mime: undefined, bytes: bytes(blob) },
      expectsResponse: expects ? 5n : undefined,
      rsvp: 'self' as const,
    };
    const { result } = this.kernel.ask(callerId, request, 5000);
    let settled = false;
    void result.then(() => {
      settled = true;
    });
    await turn();
    if (!settled) this.clock.pass(5000);
    const answer = await result;
    return answer.outcome === 'ok' ? JSON.parse(text(answer.response.body)) : undefined;
  }

  /** A message from another node. */
  remote(target: ProcessId, body: string, options: SendOptions & { readonly from?: Address } = {}): void {
    const source = options.from ?? { node: 'b.os', process: 'app:app:b.os' };
    this.kernel.receive(
      {
        id: options.id ?? 7n,
        source,
        target: { node, process: target },
        rsvp: options.rsvp,
        message: {
          kind: 'request',
          inherit: false,
          expectsResponse: options.expects,
          body: bytes(body),
          metadata: undefined,
          capabilities: options.capabilities ?? [],
        },
        blob: options.blob,
        trace: options.cause,
      },
      'b.os',
    );
  }

  state(id: ProcessId): string | undefined {
    return this.kernel.view.process(id)?.state;
  }

  capabilities(id: ProcessId): string[] {
    const found = this.kernel.processes().find((process) => process.id === id);
    return (found?.capabilities ?? []).map((c) => `${c.issuer.node}@${c.issuer.process} ${c.params}`);
  }

  /** The newest event of a kind. */
  event(kind: TraceEvent['kind']): TraceEvent {
    const found = this.recorder.read().findLast((event) => event.kind === kind);
    if (!found) throw new Error(`no ${kind} event`);
    return found;
  }
}

/** Lets promises and mailboxes of modules go on. */
export async function turn(): Promise<void> {
  for (let n = 0; n < 10; n += 1) await Promise.resolve();
}

export const callerId = 'tester:tester:sys';
export const silent = (id: ProcessId): Module => ({ id, public: false, handle: () => undefined });
const caller = silent(callerId);
export const mayMessage = (id: ProcessId) => messaging(node, id);
