/**
 * The border of an app that runs as a component made with QuickJS: the very bundle of the script form runs behind it, and
 * finds what it finds as a script process. The componentizer gives null for none and numbers for u64 and ends the process
 * at a value of a wrong type; QuickJS has no text coding, no console and no error stacks with the message in them, and a
 * component's memory is a picture taken when it was built, the state of `Math.random` included.
 */
import type {
  HostBlob,
  HostMessage,
  HostOnExit,
  HostRequest,
  HostResponse,
  HostSendError,
} from 'hyperware:process/standard@1.0.0';
import * as host from 'hyperware:process/standard@1.0.0';
import { seededRandom } from './random.ts';
import { Utf8Decoder, Utf8Encoder } from './utf8.ts';

type Script = (exports: object, require: (name: string) => unknown, module: object) => void;

const standardModule = /^hyperware:process\/standard(?:@1\.0\.\d+)?$/;

/**
 * `init` of the component, for a script as `bundleBackend` makes it. The text is compiled here, while the component is
 * built; it runs, from its top level on, when the process starts.
 */
export function componentInit(code: string): (our: string) => void {
  const script = new Function('exports', 'require', 'module', code) as Script;
  return (our) => {
    provide(our);
    const module = { exports: {} as { init?: (our: string) => void } };
    script(module.exports, required, module);
    if (!module.exports.init) throw new Error('The bundle does not export the function init(our).');
    module.exports.init(our);
  };
}

function required(name: string): unknown {
  if (standardModule.test(name)) return standard;
  throw new Error(
    `Cannot find module '${name}': a process has only 'hyperware:process/standard@1.0.0'; bundle everything else`,
  );
}

/** Puts the names of a script's realm into the global scope. */
function provide(our: string): void {
  const print = (...values: unknown[]) => host.printToTerminal(0, values.map(shown).join(' '));
  const console = { log: print, info: print, debug: print, warn: print, error: print };
  const names = { TextEncoder: Utf8Encoder, TextDecoder: Utf8Decoder, console };
  for (const [name, value] of Object.entries(names))
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  Math.random = seededRandom(`${our} ${Date.now()}`);
  Object.assign(Error, { prepareStackTrace: stackText });
}

interface Frame {
  getFunctionName(): string | null;
  getFileName(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

function stackText(error: unknown, frames: readonly Frame[]): string {
  const lines = frames.map((frame) => {
    const place = [frame.getFileName(), frame.getLineNumber(), frame.getColumnNumber()].filter((part) => part !== null);
    return `    at ${frame.getFunctionName() || '<anonymous>'} (${place.join(':')})`;
  });
  return [String(error), ...lines].join('\n');
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.stack ?? String(value);
  if (value === null || typeof value !== 'object') return String(value);
  try {
    return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item));
  } catch {
    return String(value);
  }
}

/** The 19 functions with the values that a script gets and may give. */
const standard = {
  ...host,
  printToTerminal: (verbosity: number, message: string) =>
    host.printToTerminal(
      whole(verbosity, 'printToTerminal: verbosity', 255),
      text(message, 'printToTerminal: message'),
    ),
  getState: () => host.getState() ?? undefined,
  setState: (value: Uint8Array) => host.setState(bytes(value, 'setState: bytes')),
  getOnExit: () => fromOnExit(host.getOnExit()),
  setOnExit: (onExit: HostOnExit) => host.setOnExit(toOnExit(onExit)),
  receive: () => settled(host.receive),
  getBlob: () => fromBlob(host.getBlob()),
  lastBlob: () => fromBlob(host.lastBlob()),
  sendRequest: (...[target, request, context, blob]: Parameters<typeof host.sendRequest>) =>
    host.sendRequest(
      target,
      toRequest(request, 'sendRequest: request'),
      context && bytes(context, 'sendRequest: context'),
      toBlob(blob, 'sendRequest: lazyLoadBlob'),
    ),
  sendRequests: (requests: Parameters<typeof host.sendRequests>[0]) =>
    host.sendRequests(
      requests.map(([target, request, context, blob], index) => {
        const at = `sendRequests: requests[${index}]`;
        return [target, toRequest(request, at), context, toBlob(blob, at)];
      }),
    ),
  sendResponse: (response: HostResponse, blob: HostBlob | undefined) =>
    host.sendResponse(
      { ...response, body: bytes(response.body, 'sendResponse: response.body') },
      toBlob(blob, 'sendResponse: lazyLoadBlob'),
    ),
  sendAndAwaitResponse: (...[target, request, blob]: Parameters<typeof host.sendAndAwaitResponse>) =>
    settled(() =>
      host.sendAndAwaitResponse(
        target,
        toRequest(request, 'sendAndAwaitResponse: request'),
        toBlob(blob, 'sendAndAwaitResponse: lazyLoadBlob'),
      ),
    ),
};

// To the script

/** The message, or the error with its `payload` as scripts know it. */
function settled(call: typeof host.receive): ReturnType<typeof host.receive> {
  try {
    const [source, message] = call();
    return [source, fromMessage(message)];
  } catch (error) {
    const { payload } = error as { payload?: HostSendError | [HostSendError, Uint8Array | null] };
    if (Array.isArray(payload)) throw failure(payload[0].kind, [fromSendError(payload[0]), payload[1] ?? undefined]);
    if (payload) throw failure(payload.kind, fromSendError(payload));
    throw error;
  }
}

function failure(kind: string, payload: unknown): Error {
  return Object.assign(new Error(`${kind} (see error.payload)`), { name: 'ComponentError', payload });
}

function fromBlob(blob: HostBlob | undefined): HostBlob | undefined {
  return blob ? { mime: blob.mime ?? undefined, bytes: blob.bytes } : undefined;
}

function fromRequest(request: HostRequest): HostRequest {
  const { expectsResponse, metadata } = request;
  return {
    ...request,
    expectsResponse: expectsResponse == null ? undefined : BigInt(expectsResponse),
    metadata: metadata ?? undefined,
  };
}

function fromMessage(message: HostMessage): HostMessage {
  if (message.tag === 'request') return { tag: 'request', val: fromRequest(message.val) };
  const [response, context] = message.val;
  return { tag: 'response', val: [{ ...response, metadata: response.metadata ?? undefined }, context ?? undefined] };
}

function fromSendError(error: HostSendError): HostSendError {
  return { ...error, message: fromMessage(error.message), lazyLoadBlob: fromBlob(error.lazyLoadBlob) };
}

function fromOnExit(onExit: HostOnExit): HostOnExit {
  if (onExit.tag !== 'requests') return { tag: onExit.tag };
  return {
    tag: 'requests',
    val: onExit.val.map(([target, request, blob]) => [target, fromRequest(request), fromBlob(blob)]),
  };
}

// From the script

function toRequest(request: HostRequest, at: string): HostRequest {
  const { expectsResponse: seconds, body } = request;
  const expectsResponse = seconds == null ? undefined : whole(Number(seconds), `${at}.expectsResponse`);
  // The componentizer's u64 is a number.
  return { ...request, expectsResponse: expectsResponse as unknown as bigint, body: bytes(body, `${at}.body`) };
}

function toBlob(blob: HostBlob | undefined, at: string): HostBlob | undefined {
  return blob ? { mime: blob.mime ?? undefined, bytes: bytes(blob.bytes, `${at}.bytes`) } : undefined;
}

function toOnExit(onExit: HostOnExit): HostOnExit {
  if (onExit.tag !== 'requests') return onExit;
  return {
    tag: 'requests',
    val: onExit.val.map(([target, request, blob], index) => {
      const at = `setOnExit: onExit[${index}]`;
      return [target, toRequest(request, at), toBlob(blob, at)];
    }),
  };
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new TypeError(`${at} is not a string`);
  return value;
}

function whole(value: number, at: string, most = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new TypeError(`${at} is not a whole number from 0 to ${most}`);
  return value;
}

function bytes(value: Uint8Array, at: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return Uint8Array.from(value as number[]);
  throw new TypeError(`${at} is not a Uint8Array`);
}
