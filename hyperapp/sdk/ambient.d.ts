/** The one thing a process gets from its node: WIT interface `hyperware:process/standard@1.0.0` (kernel.md §2) as jco binds it. */
declare module 'hyperware:process/standard@1.0.0' {
  export interface HostProcessId {
    processName: string;
    packageName: string;
    publisherNode: string;
  }
  export interface HostAddress {
    node: string;
    process: HostProcessId;
  }
  export interface HostBlob {
    mime: string | undefined;
    bytes: Uint8Array;
  }
  export interface HostCapability {
    issuer: HostAddress;
    params: string;
  }
  export interface HostRequest {
    inherit: boolean;
    expectsResponse: bigint | undefined;
    body: Uint8Array;
    metadata: string | undefined;
    capabilities: HostCapability[];
  }
  export interface HostResponse {
    inherit: boolean;
    body: Uint8Array;
    metadata: string | undefined;
    capabilities: HostCapability[];
  }
  export type HostMessage =
    | { tag: 'request'; val: HostRequest }
    | { tag: 'response'; val: [HostResponse, Uint8Array | undefined] };
  export interface HostSendError {
    kind: 'offline' | 'timeout';
    target: HostAddress;
    message: HostMessage;
    lazyLoadBlob: HostBlob | undefined;
  }

  export type HostOnExit =
    | { tag: 'none' }
    | { tag: 'restart' }
    | { tag: 'requests'; val: [HostAddress, HostRequest, HostBlob | undefined][] };

  export function our(): HostAddress;
  export function printToTerminal(verbosity: number, message: string): void;
  export function getOnExit(): HostOnExit;
  export function setOnExit(onExit: HostOnExit): void;
  export function getState(): Uint8Array | undefined;
  export function setState(bytes: Uint8Array): void;
  export function clearState(): void;
  /** Throws an error whose `payload` is `[HostSendError, context]`. */
  export function receive(): [HostAddress, HostMessage];
  export function getBlob(): HostBlob | undefined;
  export function lastBlob(): HostBlob | undefined;
  export function sendRequest(
    target: HostAddress,
    request: HostRequest,
    context: Uint8Array | undefined,
    lazyLoadBlob: HostBlob | undefined,
  ): void;
  export function sendRequests(
    requests: [HostAddress, HostRequest, Uint8Array | undefined, HostBlob | undefined][],
  ): void;
  export function sendResponse(response: HostResponse, lazyLoadBlob: HostBlob | undefined): void;
  /** Throws an error whose `payload` is a `HostSendError`. */
  export function sendAndAwaitResponse(
    target: HostAddress,
    request: HostRequest,
    lazyLoadBlob: HostBlob | undefined,
  ): [HostAddress, HostMessage];
}

declare module 'promise-polyfill' {
  const Polyfill: PromiseConstructor & {
    _immediateFn: (job: () => void) => void;
    _unhandledRejectionFn: (reason: unknown) => void;
  };
  export default Polyfill;
}
