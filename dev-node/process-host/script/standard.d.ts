/**
 * The exact shape of `require('hyperware:process/standard@1.0.0')` in a script process (kernel.md §2; the conventions are
 * those of jco). A failed `result` throws an Error with the value as `payload`, there as here. A bundle that is to run as
 * a QuickJS component too (componentize-qjs 0.4.5, measured) must know what is different in that form:
 *
 * - an absent option is `null` there, `undefined` here: compare with `== null`; both may be passed in both forms;
 * - a u64 arrives as a number there, as a bigint here: wrap it with `BigInt(…)` or `Number(…)`. Pass a number: it is taken
 *   in both forms, while a bigint panics there;
 * - there is no console, TextEncoder or TextDecoder there: bundle them.
 */

export interface ProcessId {
  processName: string;
  packageName: string;
  publisherNode: string;
}

export interface Address {
  node: string;
  process: ProcessId;
}

export interface Capability {
  issuer: Address;
  /** JSON text. */
  params: string;
}

export interface LazyLoadBlob {
  mime?: string | undefined;
  bytes: Uint8Array;
}

export interface Request {
  inherit: boolean;
  /** Seconds; absent: no response is expected. A bigint when received; a whole number may be sent as well. */
  expectsResponse?: bigint | number | undefined;
  body: Uint8Array;
  /** JSON text. */
  metadata?: string | undefined;
  capabilities: Capability[];
}

export interface Response {
  inherit: boolean;
  body: Uint8Array;
  metadata?: string | undefined;
  capabilities: Capability[];
}

export type Context = Uint8Array;

export type Message =
  | { tag: 'request'; val: Request }
  | { tag: 'response'; val: [response: Response, context: Context | undefined] };

export type OnExit =
  | { tag: 'none' }
  | { tag: 'restart' }
  | { tag: 'requests'; val: [target: Address, request: Request, blob: LazyLoadBlob | undefined][] };

export interface SendError {
  kind: 'offline' | 'timeout';
  target: Address;
  message: Message;
  lazyLoadBlob?: LazyLoadBlob | undefined;
}

export type SpawnError = 'name-taken' | 'no-file-at-path';

/** Thrown where the WIT result is an error; `payload` is its value. */
export interface ComponentError<T> extends Error {
  payload: T;
}

export function printToTerminal(verbosity: number, message: string): void;
export function our(): Address;
export function getOnExit(): OnExit;
export function setOnExit(onExit: OnExit): void;
export function getState(): Uint8Array | undefined;
export function setState(bytes: Uint8Array): void;
export function clearState(): void;
/** @throws ComponentError<SpawnError> */
export function spawn(
  name: string | undefined,
  wasmPath: string,
  onExit: OnExit,
  requestCapabilities: Capability[],
  grantCapabilities: [process: ProcessId, params: string][],
  isPublic: boolean,
): ProcessId;
export function saveCapabilities(caps: Capability[]): void;
export function dropCapabilities(caps: Capability[]): void;
export function ourCapabilities(): Capability[];
/**
 * Blocks until there is a message.
 * @throws ComponentError<[SendError, Context | undefined]> for a send error
 */
export function receive(): [source: Address, message: Message];
export function hasBlob(): boolean;
export function getBlob(): LazyLoadBlob | undefined;
export function lastBlob(): LazyLoadBlob | undefined;
export function sendRequest(
  target: Address,
  request: Request,
  context: Context | undefined,
  lazyLoadBlob: LazyLoadBlob | undefined,
): void;
export function sendRequests(
  requests: [target: Address, request: Request, context: Context | undefined, lazyLoadBlob: LazyLoadBlob | undefined][],
): void;
export function sendResponse(response: Response, lazyLoadBlob: LazyLoadBlob | undefined): void;
/**
 * Blocks until the response is there.
 * @throws ComponentError<SendError>
 */
export function sendAndAwaitResponse(
  target: Address,
  request: Request,
  lazyLoadBlob: LazyLoadBlob | undefined,
): [source: Address, message: Message];
