/**
 * The event loop's body (kernel.md §5): resolve `our`, pass the gate, record, dispatch; bounce what cannot be delivered.
 * A message is handled whole before the next; kernel commands run inline.
 */
import type { Cause } from '../trace/event.ts';
import type { Recorder } from '../trace/recorder.ts';
import { formatAddress } from './address.ts';
import { checkGate, type Refusal } from './gate.ts';
import type { Address, KernelMessage, ProcessId, Recipient, SendErrorKind, TraceContext } from './message.ts';
import type { Oracle } from './oracle.ts';
import { deliver, type ProcessTable } from './process-table.ts';

export interface RouterOptions {
  readonly node: string;
  readonly table: ProcessTable;
  readonly oracle: Oracle;
  readonly recorder: Recorder;
  readonly now: () => number;
  readonly print: (level: number, text: string, process?: ProcessId) => void;
  /** Requests and responses for `kernel:…`, from local sources. */
  readonly command: (message: KernelMessage) => void;
}

/** What became of a message: its trace context, and why it goes no further, if it does not. */
export interface Routed {
  readonly context: TraceContext;
  readonly refusal: Refusal | undefined;
}

export class Router {
  readonly #options: RouterOptions;
  #network: Recipient | undefined;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** From now on messages to other nodes go there; without one they are `offline`. */
  connect(network: Recipient | undefined): void {
    this.#network = network;
  }

  /**
   * Takes a message from a process or module of this node, or, with `carried`, from the network. `cause` is the context
   * of the message that was being handled when this one was sent.
   */
  route(
    message: Omit<KernelMessage, 'trace'>,
    cause: TraceContext | undefined,
    from: 'local' | 'network' = 'local',
    carried?: TraceContext,
  ): Routed {
    const { node, recorder, table, print } = this.#options;
    const accepted: KernelMessage & { trace: TraceContext | undefined } = {
      id: message.id,
      source: resolve(message.source, node),
      target: resolve(message.target, node),
      rsvp: message.rsvp,
      message: message.message,
      blob: message.blob,
      trace: undefined,
    };
    const context = recorder.contextFor(accepted, cause, carried);
    accepted.trace = context;
    let refusal = checkGate(accepted, table, node);
    if (!refusal) refusal = this.#dispatch(accepted, context, from);
    if (refusal) {
      recorder.dropped(accepted, context, refusal.cause, refusal.detail);
      for (const [level, text] of refusal.prints) print(level, text, accepted.source.process);
      // What the real node does not say: what to do about it. The arrow tells the two kinds of lines apart.
      print(refusal.prints[0]?.[0] ?? 1, `→ ${refusal.detail}`, accepted.source.process);
      if (refusal.bounce) this.bounce(accepted, refusal.bounce, refusal.cause, refusal.detail);
    }
    return { context, refusal };
  }

  /** Gives the sender of a request that expects a response a send error at once, if it is a live process of this node (§5). */
  bounce(message: KernelMessage, kind: SendErrorKind, cause: Cause, detail: string): void {
    const { node, recorder, table, now } = this.#options;
    if (message.message.kind !== 'request' || message.message.expectsResponse === undefined) return;
    if (message.source.node !== node) return;
    const sender = table.get(message.source.process);
    if (!sender || sender.kind === 'module') return;
    recorder.failed(message, message.trace ?? recorder.newContext(), kind, cause, detail);
    deliver(sender, {
      kind: 'error',
      at: now(),
      id: message.id,
      error: { kind, target: message.target, message: message.message, blob: message.blob },
    });
  }

  #dispatch(message: KernelMessage, context: TraceContext, from: 'local' | 'network'): Refusal | undefined {
    const { node, recorder, table, now, oracle, command } = this.#options;
    const { target } = message;
    if (target.node !== node) {
      if (!this.#network) return offline(message);
      oracle.sent(target.node, message.message.capabilities);
      recorder.accepted(message, context);
      this.#network.deliver({ kind: 'message', at: now(), message });
      return undefined;
    }
    if (from === 'local' && target.process.startsWith('kernel:')) {
      recorder.accepted(message, context);
      command(message);
      return undefined;
    }
    const entry = table.get(target.process);
    if (!entry || target.process.startsWith('kernel:')) return noInbox(message);
    recorder.accepted(message, context);
    if (entry.kind !== 'module' && entry.state === 'ended') return lost(message, entry.lastError);
    deliver(entry, { kind: 'message', at: now(), message });
    return undefined;
  }
}

/** `our` stands for this node in source and target; rsvp and issuers are not rewritten (§1.4). */
function resolve(address: Address, node: string): Address {
  return address.node === 'our' ? { node, process: address.process } : address;
}

function offline(message: KernelMessage): Refusal {
  return {
    cause: 'offline',
    detail: `${message.target.node} cannot be reached: this node runs without a network.`,
    prints: [],
    bounce: 'offline',
  };
}

/** Reached only where the gate did not look at the target: late replies of modules, or remote messages to the kernel. */
function noInbox(message: KernelMessage): Refusal {
  const what = message.message.kind === 'request' ? 'Request' : 'Response';
  return {
    cause: 'unknown-process',
    detail: `${message.target.process} has no mailbox on ${message.target.node}; perhaps it was killed before this ${what.toLowerCase()} came.`,
    prints: [
      [
        0,
        `event loop: got ${what} from "${formatAddress(message.source)}" for "${formatAddress(message.target)}", but target doesn't exist (perhaps it terminated): id ${message.id}`,
      ],
    ],
    bounce: 'timeout',
  };
}

/** A zombie's mail is lost without print or bounce (§5, §11.1): the trace says what the real node hides. */
function lost(message: KernelMessage, lastError: string | undefined): Refusal {
  return {
    cause: 'process-ended',
    detail: `${message.target.process} has ended and takes no more messages${lastError ? ` (${lastError})` : ''}. Mend its code and install it again.`,
    prints: [],
    bounce: undefined,
  };
}
