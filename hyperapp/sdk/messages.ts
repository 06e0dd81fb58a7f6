/**
 * Requests of this process and the responses to them, and the answers to requests of others.
 *
 * A response always goes to the message the kernel calls *prompting* (kernel.md §6): the request received last, or
 * the one that was being handled when the request was sent whose response has just come. This file keeps the same
 * account, so that an answer is sent only while its request is the prompting one.
 */
import type { HostAddress, HostBlob, HostMessage, HostSendError } from 'hyperware:process/standard@1.0.0';
import * as standard from 'hyperware:process/standard@1.0.0';
import { formatAddress, fromHost, toHost } from './address.ts';
import type { Scope } from './promise.ts';
import { bytesOf, textOf } from './text.ts';
import type { Address, Blob } from './types.ts';

/** A request that this process is handling. */
export interface Incoming extends Scope {
  readonly source: Address;
  readonly body: Uint8Array;
  readonly blob: Blob | undefined;
  readonly expectsResponse: boolean;
  readonly http: HttpExchange | undefined;
  /** Set when the handler is done and the answer waits for its turn. */
  answer: Answer | undefined;
  done: boolean;
  /** Requests under way that will make this one prompting again. */
  underWay: number;
  /** Milliseconds until it is woken when nothing else does. */
  parked: number;
}

export interface HttpExchange {
  readonly method: string;
  /** Behind the process id: `/api`. */
  readonly path: string;
  readonly url: string;
  readonly boundPath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly urlParams: Readonly<Record<string, string>>;
  readonly queryParams: Readonly<Record<string, string>>;
  /** Client's `ip:port`. */
  readonly sourceSocketAddress: string | null;
  readonly body: Uint8Array;
  status: number;
  readonly responseHeaders: Record<string, string>;
}

export interface Answer {
  readonly body: Uint8Array;
  readonly blob?: Blob | undefined;
}

export interface Reply {
  readonly source: Address;
  readonly body: Uint8Array;
  readonly blob: Blob | undefined;
}

export interface SendOptions {
  /** 30 if absent, as the Rust framework has it. */
  readonly timeoutSeconds?: number;
  readonly blob?: Blob;
  readonly metadata?: string;
}

export type CallFailure = 'offline' | 'timeout' | 'unreadable';

/** A request without a usable response. `offline`: the node cannot be reached; `unreadable`: the response is no JSON. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly kind: CallFailure;
  /** `node@process:package:publisher`. */
  readonly target: string;

  constructor(kind: CallFailure, target: string, message: string) {
    super(message);
    this.kind = kind;
    this.target = target;
  }
}

interface UnderWay {
  readonly target: string;
  readonly prompting: Incoming | undefined;
  readonly timeoutSeconds: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: CallError) => void;
}

const timer = { node: 'our', process: 'timer:distro:sys' };
const longestPark = 1000;

const underWay = new Map<string, UnderWay>();
let lastContext = 0;
let prompting: Incoming | undefined;

/** Sends a request and resolves with its response. Rejects with a `CallError`. */
export function sendRequest(target: string | Address, body: Uint8Array, options: SendOptions = {}): Promise<Reply> {
  const timeoutSeconds = Math.max(0, Math.ceil(options.timeoutSeconds ?? 30));
  const host = toHost(target);
  const context = String(++lastContext);
  return new Promise((resolve, reject) => {
    standard.sendRequest(
      host,
      request(body, BigInt(timeoutSeconds), options.metadata),
      bytesOf(context),
      hostBlob(options.blob),
    );
    underWay.set(context, {
      target: formatAddress(fromHost(host)),
      prompting,
      timeoutSeconds,
      resolve,
      reject,
    });
    if (prompting) prompting.underWay++;
  });
}

/** Sends a request that expects no response: nobody is told if it is lost. */
export function sendAndForget(
  target: string | Address,
  body: Uint8Array,
  options: Omit<SendOptions, 'timeoutSeconds'> = {},
): void {
  standard.sendRequest(toHost(target), request(body, undefined, options.metadata), undefined, hostBlob(options.blob));
}

/** Blocks the whole process until the response is there: for the start of the process only. Throws a `CallError`. */
export function ask(target: Address, body: string, timeoutSeconds: number, blob?: Blob): Reply {
  try {
    const [source, message] = standard.sendAndAwaitResponse(
      toHost(target),
      request(bytesOf(body), BigInt(timeoutSeconds), undefined),
      hostBlob(blob),
    );
    return reply(source, message);
  } catch (error) {
    const failure = (error as { payload?: HostSendError }).payload;
    if (!failure) throw error;
    throw callError(failure.kind, formatAddress(target), timeoutSeconds);
  }
}

export type Event =
  | {
      readonly kind: 'request';
      readonly source: Address;
      readonly body: Uint8Array;
      readonly expectsResponse: boolean;
      readonly blob: Blob | undefined;
      readonly metadata: string | undefined;
    }
  /** A response or an error was handed to whoever awaited it. */
  | { readonly kind: 'settled' };

/** Blocks for the next message. Responses and errors settle their promises here. */
export function nextEvent(): Event {
  let source: HostAddress;
  let message: HostMessage;
  try {
    [source, message] = standard.receive();
  } catch (error) {
    const failure = (error as { payload?: [HostSendError, Uint8Array | undefined] }).payload;
    if (!Array.isArray(failure)) throw error;
    const entry = take(failure[1]);
    entry?.reject(callError(failure[0].kind, entry.target, entry.timeoutSeconds));
    return { kind: 'settled' };
  }
  // Read at once: other host calls change what get-blob answers (kernel.md §6.8).
  if (message.tag === 'response') {
    const entry = take(message.val[1]);
    entry?.resolve(reply(source, message));
    return { kind: 'settled' };
  }
  const { body, expectsResponse, metadata } = message.val;
  return {
    kind: 'request',
    source: fromHost(source),
    body,
    expectsResponse: expectsResponse !== undefined,
    blob: standard.getBlob(),
    metadata,
  };
}

/** The kernel makes a request prompting if it expects a response, and leaves the one before in place if not. */
export function begin(incoming: Incoming): void {
  if (incoming.expectsResponse) prompting = incoming;
}

/**
 * Ends a turn: sends the answer of the prompting request if it is there. If its handler goes on and has nothing under
 * way itself (it waits for another handler, say), a timer is set, so that the kernel makes it prompting again.
 */
export function endTurn(): void {
  const incoming = prompting;
  if (!incoming) return;
  if (incoming.answer) {
    const { body, blob } = incoming.answer;
    incoming.answer = undefined;
    standard.sendResponse({ inherit: false, body, metadata: undefined, capabilities: [] }, hostBlob(blob));
  } else if (!incoming.done && incoming.underWay === 0) {
    incoming.parked = Math.min(longestPark, incoming.parked * 2 || 4);
    sendRequest(timer, bytesOf(`{"SetTimer":${incoming.parked}}`), { timeoutSeconds: 2 }).catch(() => {
      // Woken by the timeout instead of the timer's answer: just as good.
    });
  }
}

function take(context: Uint8Array | undefined): UnderWay | undefined {
  if (!context) return undefined;
  const key = textOf(context);
  const entry = underWay.get(key);
  if (!entry) return undefined;
  underWay.delete(key);
  prompting = entry.prompting;
  if (prompting) prompting.underWay--;
  return entry;
}

function reply(source: HostAddress, message: HostMessage): Reply {
  const body = message.tag === 'response' ? message.val[0].body : message.val.body;
  return { source: fromHost(source), body, blob: standard.getBlob() };
}

function callError(kind: 'offline' | 'timeout', target: string, seconds: number): CallError {
  return new CallError(
    kind,
    target,
    kind === 'offline' ? `${target} is offline.` : `${target} did not answer within ${seconds} seconds.`,
  );
}

function request(body: Uint8Array, expectsResponse: bigint | undefined, metadata: string | undefined) {
  return { inherit: false, expectsResponse, body, metadata, capabilities: [] };
}

function hostBlob(blob: Blob | undefined): HostBlob | undefined {
  return blob && { mime: blob.mime, bytes: blob.bytes };
}
