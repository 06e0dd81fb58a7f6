/**
 * `require('hyperware:process/standard@1.0.0')` of a script: the 19 functions with the names and values that jco gives to
 * a component made from JavaScript, so that the same bundle runs in both forms. standard.d.ts is its exact declaration.
 *
 * What comes from the script is checked here, with the field named: it is the border of the process. Accepted besides the
 * declared types are `null` for none, whole numbers for u64 and arrays of numbers for bytes, because QuickJS components
 * (componentize-qjs) take them.
 */
import { isUint8Array } from 'node:util/types';
import type { Address, Blob, Capability, OnExit, ProcessId, Request, Response } from '../../kernel/message.ts';
import { Trap } from '../component/guest-memory.ts';
import type { Delivery, ProcessState } from '../process-state.ts';
import type { Realm } from './realm.ts';

/** A value of the wrong shape; becomes a TypeError in the script. */
class WrongValue extends Error {}

/** Thrown through the script as the `payload` of an error. */
class Failed extends Error {
  readonly payload: unknown;
  constructor(payload: unknown) {
    super('the call failed');
    this.payload = payload;
  }
}

export interface StandardModule {
  readonly exports: object;
  /** The trap that a host function raised, also when the script caught it: a process does not outlive it. */
  trapped(): Trap | undefined;
}

export function createStandardModule(state: ProcessState, realm: Realm): StandardModule {
  const { bytes, record, list } = realm;
  let trapped: Trap | undefined;

  const functions: Record<string, (...args: unknown[]) => unknown> = {
    printToTerminal: (verbosity, message) => state.print(whole(verbosity, 255, 'verbosity'), text(message, 'message')),
    our: () => fromAddress(state.our()),
    getOnExit: () => fromOnExit(state.getOnExit()),
    setOnExit: (onExit) => state.setOnExit(toOnExit(onExit, 'onExit')),
    getState: () => fromBytes(state.getState()),
    setState: (value) => state.setState(toBytes(value, 'bytes')),
    clearState: () => state.clearState(),
    spawn: (name, wasmPath, onExit, requestCapabilities, grantCapabilities, isPublic) => {
      const spawned = state.spawn({
        name: option(name, (value) => text(value, 'name')),
        wasmPath: text(wasmPath, 'wasmPath'),
        onExit: toOnExit(onExit, 'onExit'),
        requestCapabilities: toCapabilities(requestCapabilities, 'requestCapabilities'),
        grantCapabilities: array(grantCapabilities, 'grantCapabilities').map((grant, i) => {
          const at = `grantCapabilities[${i}]`;
          const [process, params] = array(grant, at);
          return { process: toProcessId(process, `${at}[0]`), params: text(params, `${at}[1]`) };
        }),
        public: Boolean(isPublic),
      });
      if (spawned.kind === 'spawn-error') throw new Failed(spawned.error);
      return fromProcessId(spawned.process);
    },
    saveCapabilities: (caps) => state.saveCapabilities(toCapabilities(caps, 'caps')),
    dropCapabilities: (caps) => state.dropCapabilities(toCapabilities(caps, 'caps')),
    ourCapabilities: () => list(state.ourCapabilities().map(fromCapability)),
    receive: () => {
      const delivery = state.receive();
      if (delivery.kind === 'message') return fromMessageDelivery(delivery);
      throw new Failed(list([fromSendError(delivery), fromBytes(delivery.context)]));
    },
    hasBlob: () => state.hasBlob(),
    getBlob: () => fromBlob(state.getBlob()),
    lastBlob: () => fromBlob(state.lastBlob()),
    sendRequest: (target, request, context, lazyLoadBlob) =>
      state.sendRequest(toSending([target, request, context, lazyLoadBlob], '')),
    sendRequests: (requests) => {
      const sendings = array(requests, 'requests').map((item, i) =>
        toSending(array(item, `requests[${i}]`), `requests[${i}].`),
      );
      for (const sending of sendings) state.sendRequest(sending);
    },
    sendResponse: (response, lazyLoadBlob) =>
      state.sendResponse(toResponse(response, 'response'), toBlob(lazyLoadBlob, 'lazyLoadBlob')),
    sendAndAwaitResponse: (target, request, lazyLoadBlob) => {
      const delivery = state.sendAndAwaitResponse(
        toAddress(target, 'target'),
        toRequest(request, 'request'),
        toBlob(lazyLoadBlob, 'lazyLoadBlob'),
      );
      if (delivery.kind === 'message') return fromMessageDelivery(delivery);
      throw new Failed(fromSendError(delivery));
    },
  };

  const guarded = Object.entries(functions).map(([name, inner]) => {
    const call = (...args: unknown[]): unknown => {
      if (trapped) throw realm.error('Error', trapped.message);
      try {
        return inner(...args);
      } catch (error) {
        if (error instanceof Failed) throw realm.failure(error.payload);
        if (error instanceof WrongValue) throw realm.error('TypeError', `${name}: ${error.message}`);
        if (!(error instanceof Trap)) throw error;
        trapped = error;
        throw realm.error('Error', error.message);
      }
    };
    return [name, realm.callable(call)];
  });
  return { exports: Object.freeze(record(Object.fromEntries(guarded))), trapped: () => trapped };

  // To the script

  function fromBytes(value: Uint8Array | undefined): unknown {
    return value && bytes(value);
  }
  function fromProcessId(id: ProcessId): object {
    const first = id.indexOf(':');
    const second = id.indexOf(':', first + 1);
    const [processName, packageName] = [id.slice(0, first), id.slice(first + 1, second)];
    return record({ processName, packageName, publisherNode: id.slice(second + 1) });
  }
  function fromAddress({ node, process }: Address): object {
    return record({ node, process: fromProcessId(process) });
  }
  function fromCapability({ issuer, params }: Capability): object {
    return record({ issuer: fromAddress(issuer), params });
  }
  function fromBlob(blob: Blob | undefined): object | undefined {
    return blob && record({ mime: blob.mime, bytes: bytes(blob.bytes) });
  }
  function fromRequest({ inherit, expectsResponse, body, metadata, capabilities }: Request): object {
    const caps = list(capabilities.map(fromCapability));
    return record({ inherit, expectsResponse, body: bytes(body), metadata, capabilities: caps });
  }
  function fromMessage(message: Request | Response, context: Uint8Array | undefined): object {
    if (message.kind === 'request') return record({ tag: 'request', val: fromRequest(message) });
    const { inherit, body, metadata, capabilities } = message;
    const caps = list(capabilities.map(fromCapability));
    const response = record({ inherit, body: bytes(body), metadata, capabilities: caps });
    return record({ tag: 'response', val: list([response, fromBytes(context)]) });
  }
  function fromMessageDelivery({ source, message, context }: Extract<Delivery, { kind: 'message' }>): unknown[] {
    return list([fromAddress(source), fromMessage(message, context)]);
  }
  function fromSendError({ error }: Extract<Delivery, { kind: 'error' }>): object {
    const { kind, target, message, blob } = error;
    return record({
      kind,
      target: fromAddress(target),
      message: fromMessage(message, undefined),
      lazyLoadBlob: fromBlob(blob),
    });
  }
  function fromOnExit(onExit: OnExit): object {
    if (onExit.kind !== 'requests') return record({ tag: onExit.kind });
    const requests = onExit.requests.map(({ target, request, blob }) =>
      list([fromAddress(target), fromRequest(request), fromBlob(blob)]),
    );
    return record({ tag: 'requests', val: list(requests) });
  }
}

// From the script

function wrong(at: string, due: string): never {
  throw new WrongValue(`${at} is not ${due}`);
}

function option<T>(value: unknown, some: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : some(value);
}

function text(value: unknown, at: string): string {
  return typeof value === 'string' ? value : wrong(at, 'a string');
}

function whole(value: unknown, most: number, at: string): number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most
    ? (value as number)
    : wrong(at, `a whole number from 0 to ${most}`);
}

function u64(value: unknown, at: string): bigint {
  if (typeof value === 'bigint' && value >= 0n && value < 1n << 64n) return value;
  if (Number.isSafeInteger(value) && (value as number) >= 0) return BigInt(value as number);
  return wrong(at, 'a u64 (a bigint)');
}

function array(value: unknown, at: string): unknown[] {
  return Array.isArray(value) ? value : wrong(at, 'an array');
}

function fields(value: unknown, at: string): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : wrong(at, 'an object');
}

/** A copy: the script may go on writing in its own. */
function toBytes(value: unknown, at: string): Uint8Array {
  if (isUint8Array(value)) return new Uint8Array(value);
  if (Array.isArray(value)) return Uint8Array.from(value.map((byte, i) => whole(byte, 255, `${at}[${i}]`)));
  return wrong(at, 'a Uint8Array');
}

function toProcessId(value: unknown, at: string): ProcessId {
  const { processName, packageName, publisherNode } = fields(value, at);
  const publisher = text(publisherNode, `${at}.publisherNode`);
  return `${text(processName, `${at}.processName`)}:${text(packageName, `${at}.packageName`)}:${publisher}`;
}

function toAddress(value: unknown, at: string): Address {
  const { node, process } = fields(value, at);
  return { node: text(node, `${at}.node`), process: toProcessId(process, `${at}.process`) };
}

function toCapabilities(value: unknown, at: string): Capability[] {
  return array(value, at).map((item, i) => {
    const { issuer, params } = fields(item, `${at}[${i}]`);
    return { issuer: toAddress(issuer, `${at}[${i}].issuer`), params: text(params, `${at}[${i}].params`) };
  });
}

function toBlob(value: unknown, at: string): Blob | undefined {
  return option(value, (blob) => {
    const { mime, bytes } = fields(blob, at);
    return { mime: option(mime, (m) => text(m, `${at}.mime`)), bytes: toBytes(bytes, `${at}.bytes`) };
  });
}

function toRequest(value: unknown, at: string): Request {
  const { inherit, expectsResponse, body, metadata, capabilities } = fields(value, at);
  return {
    kind: 'request',
    inherit: Boolean(inherit),
    expectsResponse: option(expectsResponse, (seconds) => u64(seconds, `${at}.expectsResponse`)),
    body: toBytes(body, `${at}.body`),
    metadata: option(metadata, (m) => text(m, `${at}.metadata`)),
    capabilities: toCapabilities(capabilities, `${at}.capabilities`),
  };
}

function toResponse(value: unknown, at: string): Response {
  const { inherit, body, metadata, capabilities } = fields(value, at);
  return {
    kind: 'response',
    inherit: Boolean(inherit),
    body: toBytes(body, `${at}.body`),
    metadata: option(metadata, (m) => text(m, `${at}.metadata`)),
    capabilities: toCapabilities(capabilities, `${at}.capabilities`),
  };
}

function toSending([target, request, context, blob]: unknown[], at: string) {
  return {
    target: toAddress(target, `${at}target`),
    request: toRequest(request, `${at}request`),
    context: option(context, (c) => toBytes(c, `${at}context`)),
    blob: toBlob(blob, `${at}lazyLoadBlob`),
  };
}

function toOnExit(value: unknown, at: string): OnExit {
  const { tag, val } = fields(value, at);
  if (tag === 'none' || tag === 'restart') return { kind: tag };
  if (tag !== 'requests') return wrong(`${at}.tag`, '"none", "restart" or "requests"');
  return {
    kind: 'requests',
    requests: array(val, `${at}.val`).map((item, i) => {
      const [target, request, blob] = array(item, `${at}.val[${i}]`);
      return {
        target: toAddress(target, `${at}.val[${i}][0]`),
        request: toRequest(request, `${at}.val[${i}][1]`),
        blob: toBlob(blob, `${at}.val[${i}][2]`),
      };
    }),
  };
}
