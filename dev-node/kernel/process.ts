/**
 * The border between the kernel and the process host: what the kernel asks of a running program, and what a running
 * program may ask of the kernel. The host (process-host/) implements `ProcessHost`; the kernel implements `ProcessEvents`.
 *
 * The state machine of kernel.md §6 (queue, prompting message, contexts, timers, blobs) lives on the process's side of
 * this border, in its own thread: a message that arrives here as `emit` has its id, rsvp and blob already resolved.
 */
import type {
  Address,
  Blob,
  Capability,
  KernelMessage,
  OnExit,
  ProcessId,
  Recipient,
  TraceContext,
} from './message.ts';

/** A component of world `process-v1`, or the bundled backend of a TypeScript app. */
export type ProcessCode =
  | { readonly kind: 'component'; readonly bytes: Uint8Array }
  | { readonly kind: 'script'; readonly source: string; readonly name: string };

/** Host functions that need the kernel; the calling process is blocked until the answer is there (§7, §11.5, §12, §13). */
export type HostCall =
  | { readonly call: 'get-state' }
  | { readonly call: 'set-state'; readonly bytes: Uint8Array }
  | { readonly call: 'clear-state' }
  | { readonly call: 'our-capabilities' }
  | { readonly call: 'save-capabilities'; readonly capabilities: readonly Capability[] }
  | { readonly call: 'drop-capabilities'; readonly capabilities: readonly Capability[] }
  | {
      readonly call: 'spawn';
      readonly name: string | undefined;
      readonly wasmPath: string;
      readonly onExit: OnExit;
      readonly requestCapabilities: readonly Capability[];
      readonly grantCapabilities: readonly { readonly process: ProcessId; readonly params: string }[];
      readonly public: boolean;
    };

/** `trap` ends the process with that text, as the real host does (§7). */
export type HostAnswer =
  | { readonly kind: 'state'; readonly bytes: Uint8Array | undefined }
  | { readonly kind: 'done' }
  | { readonly kind: 'capabilities'; readonly capabilities: readonly Capability[] }
  | { readonly kind: 'spawned'; readonly process: ProcessId }
  | { readonly kind: 'spawn-error'; readonly error: 'name-taken' | 'no-file-at-path' }
  | { readonly kind: 'trap'; readonly text: string };

/** How a process ended by itself (not by `kill`). */
export type ProcessExit =
  | { readonly kind: 'returned' }
  /** `reason` is the trap's root cause, `stderr` the captured text, which is what a developer wants to read (§11.2). */
  | { readonly kind: 'trapped'; readonly reason: string; readonly stderr: string }
  /** The code never ran: not a component, an import that is not provided, a script with a syntax error (§11.1). */
  | { readonly kind: 'invalid'; readonly reason: string };

/** A message on its way out; the kernel gives it a span of its own below `cause`. */
export interface OutgoingMessage extends Omit<KernelMessage, 'trace'> {
  /** The trace context of the message that was being handled. */
  readonly cause: TraceContext | undefined;
}

/** What a process tells its kernel. Calls come in the order in which the process made them. */
export interface ProcessEvents {
  emit(message: OutgoingMessage): void;
  call(call: HostCall): Promise<HostAnswer>;
  /** `print-to-terminal`, and stdout and stderr by line (level 0). */
  print(verbosity: number, text: string, stream: 'terminal' | 'stdout' | 'stderr'): void;
  setOnExit(onExit: OnExit): void;
  /** The process took this item from its inbox (a message count, and the moment for traces). */
  received(id: bigint): void;
  /** The process's own timer for the request `id` fired (§6.4). */
  timedOut(id: bigint): void;
  /** A response or error came for which no context exists any more (§6.2): for the trace. */
  discarded(id: bigint): void;
  exited(exit: ProcessExit): void;
}

export interface ProcessStart {
  readonly our: Address;
  readonly code: ProcessCode;
  readonly onExit: OnExit;
  readonly events: ProcessEvents;
}

/** One running process, in a thread of its own. */
export interface HostedProcess extends Recipient {
  /** Items delivered but not yet taken by the process. */
  readonly mailbox: number;
  /** Bytes of their bodies and blobs. */
  readonly mailboxBytes: number;
  /** Bytes of linear memory plus script heap, as last reported. */
  readonly memoryBytes: number;
  /** Nothing that the process tells is listened to, which makes it wait soon, until `release`. */
  hold(): void;
  release(): void;
  /** Ends the thread, busy or blocked, without on-exit (§11.1). Resolves when nothing of it is left. */
  kill(): Promise<void>;
}

export interface ProcessHost {
  /** Starts the program; it runs `init(our)` at once. Problems come as `events.exited`. */
  start(start: ProcessStart): HostedProcess;
  /** Ends every process and the prewarmed spare. */
  dispose(): Promise<void>;
}

/** Kept here because modules and the kernel both speak of it: a blob made from text. */
export function textBlob(text: string, mime?: string): Blob {
  return { mime, bytes: new TextEncoder().encode(text) };
}
