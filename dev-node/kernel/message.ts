/**
 * The kernel's vocabulary: addresses, capabilities and messages (kernel.md §1, §2.1, §4).
 *
 * Process ids and addresses are plain values with text in their canonical form; nothing here has behaviour, so that
 * a message can be posted to a worker or put in a network frame as it is.
 */

/** `process-name:package-name:publisher` (kernel.md §1.2). */
export type ProcessId = string;

/** Where a message comes from or goes to. `node` may be `our` until the kernel has resolved it (§1.4). */
export interface Address {
  readonly node: string;
  readonly process: ProcessId;
}

/** §13.1. `params` is JSON text; two capabilities are equal when issuers are equal and params are equal as JSON. */
export interface Capability {
  readonly issuer: Address;
  readonly params: string;
}

/** `lazy-load-blob`. */
export interface Blob {
  readonly mime: string | undefined;
  readonly bytes: Uint8Array;
}

export interface Request {
  readonly kind: 'request';
  readonly inherit: boolean;
  /** Seconds, a u64; undefined means that no response is expected. */
  readonly expectsResponse: bigint | undefined;
  readonly body: Uint8Array;
  readonly metadata: string | undefined;
  readonly capabilities: readonly Capability[];
}

export interface Response {
  readonly kind: 'response';
  readonly inherit: boolean;
  readonly body: Uint8Array;
  readonly metadata: string | undefined;
  readonly capabilities: readonly Capability[];
}

/** W3C trace context of one message: lower-case hex, 32 and 16 digits. `parent` is the span being handled when it was sent. */
export interface TraceContext {
  readonly trace: string;
  readonly span: string;
  readonly parent: string | undefined;
}

/** One message as the kernel sees it (§4). A response carries the id of its request. */
export interface KernelMessage {
  readonly id: bigint;
  readonly source: Address;
  readonly target: Address;
  /** Where a response must go; if undefined, responses go to `source`. */
  readonly rsvp: Address | undefined;
  readonly message: Request | Response;
  readonly blob: Blob | undefined;
  /** Set by the kernel when it accepts the message; travels beside it, never inside what an app can read. */
  readonly trace: TraceContext | undefined;
}

export type SendErrorKind = 'offline' | 'timeout';

/** What a process gets instead of a response (§4, §8). */
export interface SendError {
  readonly kind: SendErrorKind;
  readonly target: Address;
  readonly message: Request | Response;
  readonly blob: Blob | undefined;
}

/** What the kernel puts in an inbox. `at` is the kernel's clock in milliseconds: process timers compare with it (§6.2). */
export type InboxItem =
  | { readonly kind: 'message'; readonly at: number; readonly message: KernelMessage }
  | { readonly kind: 'error'; readonly at: number; readonly id: bigint; readonly error: SendError };

/** Wasm processes, script processes, modules and remote nodes: four kinds of recipient with one method. */
export interface Recipient {
  /** Never throws and never blocks; what cannot be taken is the recipient's to report. */
  deliver(item: InboxItem): void;
}

/** `None`, `Restart` or requests to send when the process ends (§11.3). */
export type OnExit =
  | { readonly kind: 'none' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'requests'; readonly requests: readonly OnExitRequest[] };

export interface OnExitRequest {
  readonly target: Address;
  readonly request: Request;
  readonly blob: Blob | undefined;
}
