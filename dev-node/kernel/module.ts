/**
 * Modules: the processes that the node itself provides (`vfs:distro:sys`, `http-server:distro:sys` …).
 * A module is reached through its mailbox like any other process; nothing in the kernel knows it by name.
 */
import type { Cause } from '../trace/event.ts';
import type {
  Address,
  Blob,
  Capability,
  KernelMessage,
  ProcessId,
  Response,
  SendError,
  TraceContext,
} from './message.ts';

/** What a module sends when it asks something of a process. */
export interface ModuleRequest {
  readonly target: Address;
  readonly body: Uint8Array;
  readonly blob?: Blob | undefined;
  readonly metadata?: string | undefined;
  readonly capabilities?: readonly Capability[];
  /** Seconds the receiver is told. Undefined: no response is expected. */
  readonly expectsResponse?: bigint | undefined;
  /** http-server sends HTTP requests without rsvp, RPC requests with (kernel.md §6.4). */
  readonly rsvp?: 'self' | undefined;
  /** The message that made the module send this one, if any: the parent in the trace. */
  readonly cause?: TraceContext | undefined;
}

export interface ModuleAnswer {
  readonly from: Address;
  readonly response: Response;
  readonly blob: Blob | undefined;
}

/** What the kernel offers a module. */
export interface ModuleContext {
  readonly our: Address;
  /** Sends and forgets. */
  send(request: ModuleRequest): void;
  /**
   * Sends and waits for the response with the same id. Resolves with `undefined` after `timeoutMs` or when `signal`
   * aborts; late responses are dropped. Modules get no bounces (kernel.md §5), so after a refusal the wait goes on as if the
   * other were silent; `onRefused` is told at once why, for the person who waits. An unreachable node ends it at once, with
   * `offline`.
   */
  request(
    request: ModuleRequest,
    options: {
      readonly timeoutMs: number;
      readonly signal?: AbortSignal;
      readonly onRefused?: (cause: string, kind?: 'offline') => void;
    },
  ): Promise<ModuleAnswer | undefined>;
  /** Answers a request: to its rsvp, or else to its source. */
  respond(
    to: KernelMessage,
    answer: { readonly body: Uint8Array; readonly blob?: Blob | undefined; readonly metadata?: string | undefined },
  ): void;
  /** Records, with a line on the console, a message that the module could not send on: nobody takes it. */
  lost(request: ModuleRequest, cause: Cause, detail: string): void;
  /** A line on the node's console (kernel.md §14). */
  print(verbosity: number, text: string): void;
  /** Adds capabilities to a process, as the oracle does (§13.5). */
  grant(holder: ProcessId, capabilities: readonly Capability[]): void;
  holds(holder: ProcessId, capability: Capability): boolean;
}

/** One module. `handle` may be slow: the mailbox goes on; a module that needs order keeps it itself. */
export interface Module {
  readonly id: ProcessId;
  /** Whether any local process may message it (only `timer:distro:sys`, §10). */
  readonly public: boolean;
  start?(context: ModuleContext): Promise<void> | void;
  /** A request for the module. Errors thrown here are bugs: they are printed with the module's name, never swallowed. */
  handle(message: KernelMessage, context: ModuleContext): Promise<void> | void;
  /** A send error for a request of the module's own (offline peers, for `eth` and the like). */
  failed?(id: bigint, error: SendError, context: ModuleContext): void;
  dispose?(): Promise<void> | void;
}
