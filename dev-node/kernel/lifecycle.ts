/** The life of userspace processes: initialise, run, exit, restart, kill (kernel.md §11). */
import type { Recorder, Silence } from '../trace/recorder.ts';
import { formatAddress, packageOf, unsafeProcessId } from './address.ts';
import { BackPressure, defaultMailboxLimits, type MailboxLimits } from './back-pressure.ts';
import { Backoff } from './backoff.ts';
import { capabilityKey, formatCapability, kernelId, messaging } from './capability.ts';
import type { Clock } from './clock.ts';
import type { Address, Capability, OnExit, ProcessId } from './message.ts';
import type { Oracle } from './oracle.ts';
import type {
  HostAnswer,
  HostCall,
  HostedProcess,
  ProcessCode,
  ProcessEvents,
  ProcessExit,
  ProcessHost,
} from './process.ts';
import { deliver, type ProcessTable, type UserProcess } from './process-table.ts';
import type { Router } from './router.ts';

export interface LifecycleOptions {
  readonly node: string;
  readonly table: ProcessTable;
  readonly oracle: Oracle;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly host: ProcessHost;
  readonly router: Router;
  readonly newMessageId: () => bigint;
  readonly print: (level: number, text: string, process?: ProcessId) => void;
  /** The entry must be written to disk, or taken from it. */
  readonly changed: (id: ProcessId) => void;
  /** Something that `process/list` shows has changed. */
  readonly shown: () => void;
  readonly hostCall: (caller: UserProcess, call: HostCall) => Promise<HostAnswer>;
  readonly mailboxLimits?: MailboxLimits | undefined;
  /** What to say of an unanswered request. */
  readonly explainSilence: (target: Address, body: Uint8Array | undefined) => Silence;
}

export interface NewProcess {
  readonly id: ProcessId;
  readonly wasmHandle: string;
  readonly witVersion: number | undefined;
  readonly onExit: OnExit;
  readonly public: boolean;
  /** Undefined: the command came without a blob. */
  readonly bytes: Uint8Array | undefined;
  readonly capabilities: readonly Capability[];
}

/** A process that has ended and will be started again. */
interface Waiting {
  readonly entry: UserProcess;
  readonly capabilities: readonly Capability[];
  readonly cancel: () => void;
}

export class Lifecycle {
  readonly #o: LifecycleOptions;
  readonly #backoff = new Backoff();
  readonly #waiting = new Map<ProcessId, Waiting>();
  readonly #killed = new Set<(id: ProcessId) => void>();
  readonly #pressure: BackPressure;
  #stopping = false;

  constructor(options: LifecycleOptions) {
    this.#o = options;
    const { table, clock, print, node, mailboxLimits: limits = defaultMailboxLimits } = options;
    this.#pressure = new BackPressure({ limits, node, table, clock, print });
  }

  /** A module has done a request: who was held back because of it may go on. */
  moduleDone(id: ProcessId): void {
    this.#pressure.taken(id);
  }

  get restarting(): ReadonlyMap<ProcessId, { readonly entry: UserProcess }> {
    return this.#waiting;
  }

  /** Told after a process was killed; not when it restarts by itself. */
  onKilled(listener: (id: ProcessId) => void): () => void {
    this.#killed.add(listener);
    return () => this.#killed.delete(listener);
  }

  /**
   * `InitializeProcess` (§15.1, §13.3). The caller gets messaging(id) even when the id is taken. Gives the reason why the
   * process could not be initialised, already printed, or undefined.
   */
  initialise(process: NewProcess, caller: ProcessId): string | undefined {
    const { node, oracle, table, print } = this.#o;
    const fail = (text: string) => {
      print(0, text);
      return text;
    };
    if (!process.bytes) return fail('kernel: process startup requires bytes');
    const unsafe = unsafeProcessId(process.id);
    if (unsafe) return fail(`kernel: error initializing process: ${unsafe}`);
    const code = readCode(process.bytes, process.wasmHandle);
    if (!code)
      return fail(
        `kernel: error initializing process: ${process.id}: the bytes of ${process.wasmHandle} are neither a wasm component nor text`,
      );
    const waiting = this.#waiting.get(process.id);
    if (waiting) this.#forgetWaiting(process.id, waiting);
    if (table.has(process.id)) {
      oracle.add(caller, [messaging(node, process.id)]);
      return fail(`kernel: error initializing process: ${process.id} already exists`);
    }
    const granted = caller === kernelId ? process.capabilities : this.#held(caller, process.capabilities);
    const holding = oracle.open(process.id);
    table.set(process.id, {
      id: process.id,
      kind: code.kind,
      code,
      public: process.public,
      onExit: process.onExit,
      holding,
      wasmHandle: process.wasmHandle,
      witVersion: process.witVersion,
      state: 'initialised',
      held: [],
      hosted: undefined,
      ranAt: 0,
      restarts: 0,
      lastError: undefined,
      messagesIn: 0,
      messagesOut: 0,
    });
    oracle.add(process.id, [messaging(node, process.id), ...granted]);
    oracle.add(caller, [messaging(node, process.id)]);
    this.#backoff.reset(process.id);
    this.#o.changed(process.id);
    this.#o.shown();
    return undefined;
  }

  /** Puts back what a restart or the disk knows of a process; its capabilities are not handed out anew (§13.6). */
  restore(process: NewProcess, restarts = 0, lastError?: string): string | undefined {
    const { oracle, table } = this.#o;
    const code = process.bytes && readCode(process.bytes, process.wasmHandle);
    if (!code) return `${process.wasmHandle} is neither a wasm component nor text`;
    if (table.has(process.id)) return `${process.id} already exists`;
    table.set(process.id, {
      id: process.id,
      kind: code.kind,
      code,
      public: process.public,
      onExit: process.onExit,
      holding: oracle.open(process.id, process.capabilities),
      wasmHandle: process.wasmHandle,
      witVersion: process.witVersion,
      state: 'initialised',
      held: [],
      hosted: undefined,
      ranAt: 0,
      restarts,
      lastError,
      messagesIn: 0,
      messagesOut: 0,
    });
    return undefined;
  }

  /** `RunProcess` (§15.1). False: not a userspace process, or a zombie. */
  run(id: ProcessId): boolean {
    const { table, print } = this.#o;
    const entry = table.get(id);
    if (!entry || entry.kind === 'module') {
      print(0, `kernel: no such process ${id} to run`);
      return false;
    }
    if (entry.state === 'ended' || this.#stopping) return false;
    if (entry.state === 'running') {
      this.#sendRun(id);
      return true;
    }
    this.#start(entry);
    return true;
  }

  /**
   * `KillProcess` (§11.1, §13.6): no on-exit. Also cancels a pending restart, which the real node does not (§11.4).
   * False when there is no such userspace process.
   */
  kill(id: ProcessId, revoke = true): boolean {
    const { table, oracle, recorder, node } = this.#o;
    const waiting = this.#waiting.get(id);
    if (waiting) this.#forgetWaiting(id, waiting);
    else {
      const entry = table.get(id);
      if (!entry || entry.kind === 'module') return false;
      table.delete(id);
      oracle.close(id);
      this.#end(entry);
    }
    recorder.targetEnded({ node, process: id }, 'target-killed', `${id} was killed before it answered.`);
    if (revoke) oracle.revokeAll(id);
    recorder.process({ node, process: id }, 'exited', `${id} was killed.`);
    this.#o.changed(id);
    this.#o.shown();
    for (const listener of this.#killed) listener(id);
    return true;
  }

  /** Kills and starts again at once, from the same bytes and with the same capabilities. False when there is none. */
  restart(id: ProcessId): boolean {
    const waiting = this.#waiting.get(id);
    const entry = waiting?.entry ?? this.#o.table.get(id);
    if (!entry || entry.kind === 'module') return false;
    const capabilities = waiting?.capabilities ?? this.#leave(entry);
    if (waiting) this.#forgetWaiting(id, waiting);
    this.#backoff.reset(id);
    this.#again(entry, capabilities);
    return true;
  }

  setOnExit(id: ProcessId, onExit: OnExit): void {
    const entry = this.#o.table.get(id);
    if (!entry) return;
    entry.onExit = onExit;
    this.#o.print(2, `${id} set new on-exit behavior`);
    this.#o.changed(id);
    this.#o.shown();
  }

  /** No process is started or restarted any more; the host is the caller's to dispose. */
  stop(): void {
    this.#stopping = true;
    for (const waiting of this.#waiting.values()) waiting.cancel();
  }

  #start(entry: UserProcess): void {
    const { clock, host, node, recorder } = this.#o;
    entry.state = 'running';
    entry.ranAt = clock.now();
    const kindName = entry.kind === 'component' ? 'component' : 'script';
    recorder.process({ node, process: entry.id }, 'ok', `${entry.id} (${kindName}) was started.`);
    const hosted = host.start({
      our: { node, process: entry.id },
      code: entry.code,
      onExit: entry.onExit,
      events: this.#events(entry),
    });
    // A host may find at once that the code cannot run.
    if ((entry.state as UserProcess['state']) === 'ended') {
      void hosted.kill();
      return;
    }
    entry.hosted = hosted;
    for (const item of entry.held.splice(0)) deliver(entry, item);
    this.#o.shown();
  }

  #events(entry: UserProcess): ProcessEvents {
    const { node, oracle, router, recorder, print } = this.#o;
    const our = { node, process: entry.id };
    // What a killed instance still says must not count for a new one of the same id.
    const alive = () => this.#o.table.get(entry.id) === entry && entry.state === 'running';
    return {
      emit: (message) => {
        if (!alive()) return;
        entry.messagesOut += 1;
        const content = message.message;
        const kept = oracle.filter(entry.id, content.capabilities);
        const filtered =
          kept.length === content.capabilities.length
            ? message
            : { ...message, message: { ...content, capabilities: kept } };
        const { refusal } = router.route(filtered, message.cause);
        // A refusal prints lines, and a flood of them would push everything else off the console.
        if (refusal) this.#pressure.printed(entry);
        else this.#pressure.sent(entry, message.target);
        this.#o.shown();
      },
      call: async (call) => {
        if (!alive()) return { kind: 'trap', text: `${entry.id} was killed` };
        return this.#o.hostCall(entry, call);
      },
      print: (level, text, stream) => {
        if (stream === 'terminal') print(level, `${packageOf(entry.id)}: ${text}`, entry.id);
        else print(level, text, entry.id);
        if (alive()) this.#pressure.printed(entry);
      },
      setOnExit: (onExit) => {
        if (alive()) this.setOnExit(entry.id, onExit);
      },
      received: () => {
        entry.messagesIn += 1;
        this.#pressure.taken(entry.id);
        this.#o.shown();
      },
      timedOut: (id) => {
        const detail = recorder.timedOut(our, id, (span, body) => this.#o.explainSilence(span.target, body));
        if (detail) print(1, `→ ${detail}`, entry.id);
      },
      discarded: (id) => {
        recorder.discarded(our, id);
        this.#pressure.taken(entry.id);
      },
      exited: (exit) => {
        if (alive()) this.#exited(entry, exit);
      },
    };
  }

  #exited(entry: UserProcess, exit: ProcessExit): void {
    const { node, print, recorder, clock } = this.#o;
    const { id } = entry;
    const our = { node, process: id };
    entry.lastError = lastErrorOf(exit);
    recorder.targetEnded(our, 'target-crashed', `It ended before it answered: ${describeExit(id, exit, entry.onExit)}`);
    recorder.process(our, 'exited', describeExit(id, exit, entry.onExit));
    this.#end(entry);
    this.#o.shown();
    if (exit.kind === 'invalid') {
      // The id stays taken until it is killed (§11.1), which the next install does.
      print(0, `kernel: process ${id} invalid wasm file: ${exit.reason}`, id);
      return;
    }
    const address = formatAddress(our);
    if (exit.kind === 'returned') print(1, `process ${address} returned without error`, id);
    else print(0, `\u001b[38;5;196mprocess ${address} ended with error:\u001b[0m\n${exit.stderr || exit.reason}`, id);
    print(1, `process ${id} has OnExit behavior ${onExitNames[entry.onExit.kind]}`, id);
    if (this.#stopping) return;
    switch (entry.onExit.kind) {
      case 'none':
        this.kill(id);
        return;
      case 'requests':
        this.#sendLastRequests(entry, entry.onExit);
        this.kill(id);
        return;
      case 'restart': {
        const wait = this.#backoff.ended(id, clock.now() - entry.ranAt);
        const capabilities = this.#leave(entry);
        if (wait === 0) this.#again(entry, capabilities);
        else {
          const cancel = clock.setTimer(wait, () => {
            this.#waiting.delete(id);
            this.#again(entry, capabilities);
          });
          this.#waiting.set(id, { entry, capabilities, cancel });
          recorder.process(
            our,
            'ok',
            `${id} will be started again in ${wait / 1000} s; until then requests to it fail at once.`,
          );
        }
        this.#o.shown();
        return;
      }
    }
  }

  #sendLastRequests(entry: UserProcess, onExit: OnExit & { kind: 'requests' }): void {
    const { node, oracle, router, newMessageId } = this.#o;
    for (const { target, request, blob } of onExit.requests) {
      router.route(
        {
          id: newMessageId(),
          source: { node, process: entry.id },
          target,
          rsvp: undefined,
          message: {
            ...request,
            expectsResponse: undefined,
            capabilities: oracle.filter(entry.id, request.capabilities),
          },
          blob,
        },
        undefined,
      );
    }
  }

  /** Fires the on-exit requests of a process that the last stop of the node ended (§11.6). */
  sendLastRequests(id: ProcessId): void {
    const entry = this.#o.table.get(id);
    if (entry && entry.kind !== 'module' && entry.onExit.kind === 'requests')
      this.#sendLastRequests(entry, entry.onExit);
  }

  /** Takes a process out of the map without revoking anything; gives what it held. */
  #leave(entry: UserProcess): readonly Capability[] {
    this.#o.table.delete(entry.id);
    this.#end(entry);
    return this.#o.oracle.close(entry.id);
  }

  #again(entry: UserProcess, capabilities: readonly Capability[]): void {
    const bytes = entry.code.kind === 'component' ? entry.code.bytes : new TextEncoder().encode(entry.code.source);
    const problem = this.restore({ ...entry, bytes, capabilities }, entry.restarts + 1, entry.lastError);
    if (problem) {
      this.#o.print(0, `kernel: could not restart ${entry.id}: ${problem}`);
      return;
    }
    this.run(entry.id);
  }

  #end(entry: UserProcess): void {
    if (entry.state === 'running') this.#o.recorder.abandoned({ node: this.#o.node, process: entry.id });
    entry.state = 'ended';
    this.#pressure.gone(entry.id);
    const hosted = entry.hosted;
    entry.hosted = undefined;
    if (hosted) this.#dispose(entry.id, hosted);
  }

  #dispose(id: ProcessId, hosted: HostedProcess): void {
    hosted.kill().catch((error: unknown) => {
      this.#o.print(0, `kernel: could not end the thread of ${id}: ${(error as Error).message}`);
    });
  }

  #forgetWaiting(id: ProcessId, waiting: Waiting): void {
    waiting.cancel();
    this.#waiting.delete(id);
  }

  /** A second `run` reaches a running process as an ordinary request (§11.1). */
  #sendRun(id: ProcessId): void {
    const { node, newMessageId, router } = this.#o;
    router.route(
      {
        id: newMessageId(),
        source: { node, process: kernelId },
        target: { node, process: id },
        rsvp: undefined,
        message: {
          kind: 'request',
          inherit: false,
          expectsResponse: undefined,
          body: new TextEncoder().encode('run'),
          metadata: undefined,
          capabilities: [],
        },
        blob: undefined,
      },
      undefined,
    );
  }

  /** §13.3: callers other than the kernel can give only what they hold. */
  #held(caller: ProcessId, wanted: readonly Capability[]): readonly Capability[] {
    const { oracle, print, table } = this.#o;
    const holding = table.get(caller)?.holding;
    return wanted.filter((capability) => {
      if (holding?.byKey.has(capabilityKey(capability))) return true;
      if (!oracle.has(caller, capability))
        print(0, `kernel: InitializeProcess caller ${caller} doesn't have capability ${formatCapability(capability)}`);
      return false;
    });
  }
}

const onExitNames = { none: 'None', restart: 'Restart', requests: 'Requests' } as const;

const componentMagic = [0x00, 0x61, 0x73, 0x6d];

/**
 * Bytes that begin with `\0asm` are a component; any other valid UTF-8 text is a script process: the bundled backend of
 * a TypeScript app, which the process host runs without wasm. (A real node takes components only.)
 */
export function readCode(bytes: Uint8Array, handle: string): ProcessCode | undefined {
  if (componentMagic.every((byte, at) => bytes[at] === byte)) return { kind: 'component', bytes };
  try {
    return { kind: 'script', source: new TextDecoder('utf-8', { fatal: true }).decode(bytes), name: handle };
  } catch {
    return undefined;
  }
}

function lastErrorOf(exit: ProcessExit): string | undefined {
  if (exit.kind === 'returned') return undefined;
  if (exit.kind === 'invalid') return exit.reason;
  return exit.stderr || exit.reason;
}

function describeExit(id: ProcessId, exit: ProcessExit, onExit: OnExit): string {
  if (exit.kind === 'invalid')
    return `${id} could not be started: ${exit.reason}. Build it again and install it again.`;
  const how = exit.kind === 'returned' ? 'returned' : `ended with an error: ${exit.stderr || exit.reason}`;
  return `${id} ${how}; its on-exit behaviour is ${onExitNames[onExit.kind]}.`;
}
