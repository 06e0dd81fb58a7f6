/**
 * The process's side of the kernel: queue, prompting message, contexts, timers and blobs (kernel.md §6, exactly), behind
 * the 19 functions of `hyperware:process/standard` (§7). It serves a component and a script alike, knows neither worker
 * nor wasm, and gets its clock, its ids and its way to the kernel from outside.
 */
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
  SendError,
  TraceContext,
} from '../kernel/message.ts';
import type { HostAnswer, HostCall, OutgoingMessage } from '../kernel/process.ts';
import { Trap } from './component/guest-memory.ts';
import { Fifo } from './fifo.ts';
import { type Timer, Timers } from './timers.ts';

/** The way to the kernel. Everything but `take` and `call` returns at once. */
export interface KernelPort {
  /** The next item of the inbox, in order; waits for one until `until` (kernel clock, ms; undefined: for ever). */
  take(until: number | undefined): InboxItem | undefined;
  /** Blocks until the kernel has answered; items that arrive meanwhile stay in the inbox. */
  call(call: HostCall): HostAnswer;
  emit(message: OutgoingMessage): void;
  print(verbosity: number, text: string): void;
  setOnExit(onExit: OnExit): void;
  received(id: bigint): void;
  timedOut(id: bigint): void;
  discarded(id: bigint): void;
}

export interface ProcessSurroundings {
  /** With the node's real name. */
  readonly our: Address;
  readonly onExit: OnExit;
  readonly port: KernelPort;
  /** The kernel's clock, milliseconds. */
  readonly now: () => number;
  /** 64 random bits. */
  readonly randomId: () => bigint;
}

/** What `receive` hands to the program. */
export type Delivery =
  | {
      readonly kind: 'message';
      readonly source: Address;
      readonly message: Request | Response;
      /** Of the request that a response answers. */
      readonly context: Uint8Array | undefined;
    }
  | { readonly kind: 'error'; readonly error: SendError; readonly context: Uint8Array | undefined };

/** One request of `send-request(s)`. */
export interface Sending {
  readonly target: Address;
  readonly request: Request;
  readonly context: Uint8Array | undefined;
  readonly blob: Blob | undefined;
}

export interface SpawnArguments {
  readonly name: string | undefined;
  readonly wasmPath: string;
  readonly onExit: OnExit;
  readonly requestCapabilities: readonly Capability[];
  readonly grantCapabilities: readonly { readonly process: ProcessId; readonly params: string }[];
  readonly public: boolean;
}

export type Spawned =
  | { readonly kind: 'spawned'; readonly process: ProcessId }
  | { readonly kind: 'spawn-error'; readonly error: 'name-taken' | 'no-file-at-path' };

/** What of the message being handled is needed to answer it, or to send on its behalf. */
interface Prompting {
  readonly id: bigint;
  readonly source: Address;
  readonly rsvp: Address | undefined;
}

/** One outstanding request that expects a response. */
interface Outstanding {
  readonly prompting: Prompting | undefined;
  readonly handling: TraceContext | undefined;
  readonly context: Uint8Array | undefined;
  readonly timer: Timer<TimedOut>;
}

interface TimedOut {
  readonly id: bigint;
  readonly error: SendError;
}

/** An accepted item. `own` marks an error that a timer of this process put in the inbox, which the kernel never sent. */
type Ingested =
  | { readonly kind: 'message'; readonly message: KernelMessage }
  | { readonly kind: 'error'; readonly id: bigint; readonly error: SendError; readonly own: boolean };

export class ProcessState {
  readonly #our: Address;
  readonly #port: KernelPort;
  readonly #now: () => number;
  readonly #randomId: () => bigint;

  /** An item taken from the port that a timer overtook. */
  #held: InboxItem | undefined;
  readonly #queue = new Fifo<Ingested>();
  #prompting: Prompting | undefined;
  /** The trace context of the request being handled, also of a fire-and-forget one: the parent of what is sent. */
  #handling: TraceContext | undefined;
  #lastBlob: Blob | undefined;
  #blobbed = false;
  readonly #contexts = new Map<bigint, Outstanding>();
  readonly #timers = new Timers<TimedOut>();
  #onExit: OnExit;

  constructor({ our, onExit, port, now, randomId }: ProcessSurroundings) {
    this.#our = our;
    this.#onExit = onExit;
    this.#port = port;
    this.#now = now;
    this.#randomId = randomId;
  }

  // Messages

  /** §6.6. */
  receive(): Delivery {
    return this.#deliver(this.#queue.shift() ?? this.#ingest());
  }

  /** `send-request`, §6.4. */
  sendRequest(sending: Sending): void {
    this.#send(sending);
  }

  /** §6.7. Traps where the real node does. */
  sendAndAwaitResponse(target: Address, request: Request, blob: Blob | undefined): Delivery {
    if (request.expectsResponse === undefined) {
      throw new Trap('send-and-await-response: the request does not expect a response (expects-response is none)');
    }
    if (target.node === this.#our.node && target.process === this.#our.process) {
      throw new Trap('send-and-await-response: a process cannot await a response from itself');
    }
    const id = this.#send({ target, request, context: undefined, blob });
    let item = this.#queue.take((queued) => queued.kind === 'message' && queued.message.id === id);
    while (item === undefined) {
      const next = this.#ingest();
      if (idOf(next) === id) item = next;
      else this.#queue.push(next);
    }
    const delivery = this.#deliver(item);
    if (delivery.kind === 'message' && delivery.message.kind === 'request') {
      throw new Trap(
        `send-and-await-response: got a request with the awaited id ${id} (the other side called back with inherit)`,
      );
    }
    return delivery.kind === 'error' ? { ...delivery, context: undefined } : delivery;
  }

  /** `send-response`, §6.5. */
  sendResponse(response: Response, blob: Blob | undefined): void {
    const prompting = this.#prompting;
    if (prompting === undefined) {
      this.#port.print(
        0,
        'kernel: need non-None prompting_message to handle Response ' +
          `(${this.#our.process} has no request to answer, so the response was not sent)`,
      );
      return;
    }
    this.#port.emit({
      id: prompting.id,
      source: this.#our,
      target: prompting.rsvp ?? prompting.source,
      rsvp: undefined,
      message: response,
      blob: response.inherit ? this.#lastBlob : blob,
      cause: this.#handling,
    });
  }

  // Blobs, §6.8

  hasBlob(): boolean {
    return this.#blobbed;
  }

  getBlob(): Blob | undefined {
    return this.#blobbed ? this.#lastBlob : undefined;
  }

  lastBlob(): Blob | undefined {
    return this.#lastBlob;
  }

  // The process itself, §7

  our(): Address {
    return this.#our;
  }

  print(verbosity: number, text: string): void {
    this.#port.print(verbosity, text);
  }

  getOnExit(): OnExit {
    return this.#onExit;
  }

  setOnExit(onExit: OnExit): void {
    this.#onExit = onExit;
    this.#port.setOnExit(onExit);
  }

  /** `blobbed` afterwards: whether there was a state (§6.8). */
  getState(): Uint8Array | undefined {
    const { bytes } = this.#call({ call: 'get-state' }, 'state');
    this.#blobbed = bytes !== undefined;
    return bytes;
  }

  setState(bytes: Uint8Array): void {
    this.#call({ call: 'set-state', bytes }, 'done');
    this.#blobbed = false;
  }

  clearState(): void {
    this.#call({ call: 'clear-state' }, 'done');
    this.#blobbed = false;
  }

  spawn(spawning: SpawnArguments): Spawned {
    const answer = this.#call({ call: 'spawn', ...spawning }, 'spawned', 'spawn-error');
    // The kernel steps of a spawn are awaited like messages; reading the file is not (§6.8, §11.5).
    if (answer.kind === 'spawned' || answer.error !== 'no-file-at-path') this.#blobbed = false;
    return answer;
  }

  saveCapabilities(capabilities: readonly Capability[]): void {
    this.#call({ call: 'save-capabilities', capabilities }, 'done');
  }

  dropCapabilities(capabilities: readonly Capability[]): void {
    this.#call({ call: 'drop-capabilities', capabilities }, 'done');
  }

  ourCapabilities(): readonly Capability[] {
    return this.#call({ call: 'our-capabilities' }, 'capabilities').capabilities;
  }

  #call<K extends HostAnswer['kind']>(call: HostCall, ...kinds: K[]): Extract<HostAnswer, { kind: K }> {
    const answer = this.#port.call(call);
    if (answer.kind === 'trap') throw new Trap(answer.text);
    if (!(kinds as string[]).includes(answer.kind)) {
      throw new Error(`the kernel answered ${call.call} with "${answer.kind}"`);
    }
    return answer as Extract<HostAnswer, { kind: K }>;
  }

  // §6.2, §6.3

  /** Takes the next item from the inbox, or the own timer that fired before it arrived; waits if there is neither. */
  #ingest(): Ingested {
    for (;;) {
      const nearest = this.#timers.nearest();
      const item = this.#held ?? this.#port.take(nearest?.deadline);
      if (nearest?.content && (item === undefined || nearest.deadline <= item.at)) {
        this.#held = item;
        const { id, error } = nearest.content;
        this.#timers.cancel(nearest);
        // Without a context the timer's error is discarded; only a replaced one can be left over (§6.4, step 4).
        if (!this.#settle(id)) continue;
        this.#port.timedOut(id);
        return { kind: 'error', id, error, own: true };
      }
      if (item === undefined) continue;
      this.#held = undefined;
      if (item.kind === 'message' && item.message.message.kind === 'request') return item;
      const id = idOf(item);
      if (this.#settle(id)) return item.kind === 'error' ? { ...item, own: false } : item;
      this.#port.discarded(id);
    }
  }

  /** Whether a context waits for this id; if so its timer is cancelled, also when the item is only queued. */
  #settle(id: bigint): boolean {
    const outstanding = this.#contexts.get(id);
    if (outstanding === undefined) return false;
    this.#timers.cancel(outstanding.timer);
    return true;
  }

  #deliver(item: Ingested): Delivery {
    const id = idOf(item);
    if (item.kind === 'error') {
      if (!item.own) this.#port.received(id);
      this.#blobbed = false;
      return { kind: 'error', error: item.error, context: this.#restore(id)?.context };
    }
    this.#port.received(id);
    const { source, rsvp, message, blob, trace } = item.message;
    if (blob) this.#lastBlob = blob;
    this.#blobbed = blob !== undefined;
    if (message.kind === 'request') {
      if (message.expectsResponse !== undefined || rsvp !== undefined) this.#prompting = { id, source, rsvp };
      this.#handling = trace;
      return { kind: 'message', source, message, context: undefined };
    }
    const outstanding = this.#restore(id);
    if (outstanding === undefined) this.#prompting = { id, source, rsvp };
    return { kind: 'message', source, message, context: outstanding?.context };
  }

  /** Ends an outstanding request: the process is back at the message it handled when it sent it. */
  #restore(id: bigint): Outstanding | undefined {
    const outstanding = this.#contexts.get(id);
    if (outstanding === undefined) return undefined;
    this.#contexts.delete(id);
    this.#prompting = outstanding.prompting;
    this.#handling = outstanding.handling;
    return outstanding;
  }

  // §6.4

  #send({ target, request, context, blob: given }: Sending): bigint {
    const prompting = this.#prompting;
    const inherited = request.inherit ? prompting : undefined;
    const id = inherited?.id ?? this.#newId();
    const blob = given ?? (request.inherit ? this.#lastBlob : undefined);
    const seconds = request.expectsResponse;
    if (seconds !== undefined) {
      const error: SendError = { kind: 'timeout', target, message: request, blob };
      const timer = this.#timers.start(this.#now() + Number(seconds) * 1000, { id, error });
      this.#contexts.set(id, { prompting, handling: this.#handling, context, timer });
    }
    this.#port.emit({
      id,
      source: this.#our,
      target,
      rsvp: seconds === undefined ? inherited?.rsvp : this.#our,
      message: request,
      blob,
      cause: this.#handling,
    });
    return id;
  }

  #newId(): bigint {
    for (;;) {
      const id = this.#randomId();
      if (!this.#contexts.has(id)) return id;
    }
  }
}

function idOf(item: Ingested | InboxItem): bigint {
  return item.kind === 'message' ? item.message.id : item.id;
}
