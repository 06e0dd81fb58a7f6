/**
 * The records of `hyperware:process/standard` in a guest's memory (kernel.md §2.1; byte offsets in process-host.md §5.1).
 * `read…` lifts a value at an address, `write…` lowers one. Sizes and alignments are those of the canonical ABI, wasm32.
 */
import type {
  Address,
  Blob,
  Capability,
  OnExit,
  OnExitRequest,
  ProcessId,
  Request,
  Response,
  SendError,
} from '../../kernel/message.ts';
import type { Delivery } from '../process-state.ts';
import type { GuestMemory } from './guest-memory.ts';

export const addressSize = 32;
export const capabilitySize = 40;
export const processIdSize = 24;
export const requestSize = 56;
/** `tuple<address, request, option<context>, option<lazy-load-blob>>` */
export const outgoingSize = 128;
/** `tuple<address, request, option<lazy-load-blob>>` */
export const awaitedSize = 112;
export const deliverySize = 152;
export const onExitSize = 12;
export const optionBlobSize = 24;

const encoder = new TextEncoder();
/** Names of nodes and processes come again with every message: their bytes are kept. */
const nameBytes = new Map<string, Uint8Array>();
const namesKept = 4096;

function bytesOfName(name: string): Uint8Array {
  let bytes = nameBytes.get(name);
  if (bytes === undefined) {
    bytes = encoder.encode(name);
    if (nameBytes.size >= namesKept) nameBytes.clear();
    nameBytes.set(name, bytes);
  }
  return bytes;
}

export function readProcessId(m: GuestMemory, at: number): ProcessId {
  return `${m.textAt(at)}:${m.textAt(at + 8)}:${m.textAt(at + 16)}`;
}

export function writeProcessId(m: GuestMemory, at: number, id: ProcessId): void {
  const first = id.indexOf(':');
  const second = id.indexOf(':', first + 1);
  m.setBytes(at, bytesOfName(id.slice(0, first)));
  m.setBytes(at + 8, bytesOfName(id.slice(first + 1, second)));
  m.setBytes(at + 16, bytesOfName(id.slice(second + 1)));
}

export function readAddress(m: GuestMemory, at: number): Address {
  return { node: m.textAt(at), process: readProcessId(m, at + 8) };
}

export function writeAddress(m: GuestMemory, at: number, address: Address): void {
  m.setBytes(at, bytesOfName(address.node));
  writeProcessId(m, at + 8, address.process);
}

export function readCapability(m: GuestMemory, at: number): Capability {
  return { issuer: readAddress(m, at), params: m.textAt(at + addressSize) };
}

export function writeCapability(m: GuestMemory, at: number, capability: Capability): void {
  writeAddress(m, at, capability.issuer);
  m.setText(at + addressSize, capability.params);
}

function readCapabilities(m: GuestMemory, at: number): Capability[] {
  return m.list(m.u32(at), m.u32(at + 4), capabilitySize, 4, (item) => readCapability(m, item));
}

export function writeCapabilities(m: GuestMemory, at: number, capabilities: readonly Capability[]): void {
  m.setList(at, capabilities, capabilitySize, 4, (item, capability) => writeCapability(m, item, capability));
}

/** `option<string>` and `option<list<u8>>` share a layout: tag 0, pointer 4, length 8. */
export function readOptionText(m: GuestMemory, at: number): string | undefined {
  return m.tag(at, 2) === 1 ? m.textAt(at + 4) : undefined;
}

export function readOptionBytes(m: GuestMemory, at: number): Uint8Array | undefined {
  return m.tag(at, 2) === 1 ? m.bytesAt(at + 4) : undefined;
}

function writeOptionText(m: GuestMemory, at: number, text: string | undefined): void {
  m.setU8(at, text === undefined ? 0 : 1);
  if (text !== undefined) m.setText(at + 4, text);
}

export function writeOptionBytes(m: GuestMemory, at: number, bytes: Uint8Array | undefined): void {
  m.setU8(at, bytes === undefined ? 0 : 1);
  if (bytes !== undefined) m.setBytes(at + 4, bytes);
}

export function readOptionBlob(m: GuestMemory, at: number): Blob | undefined {
  if (m.tag(at, 2) === 0) return undefined;
  return { mime: readOptionText(m, at + 4), bytes: m.bytesAt(at + 16) };
}

export function writeOptionBlob(m: GuestMemory, at: number, blob: Blob | undefined): void {
  m.setU8(at, blob === undefined ? 0 : 1);
  if (blob === undefined) return;
  writeOptionText(m, at + 4, blob.mime);
  m.setBytes(at + 16, blob.bytes);
}

export function readRequest(m: GuestMemory, at: number): Request {
  return {
    kind: 'request',
    inherit: m.bool(at),
    expectsResponse: m.tag(at + 8, 2) === 1 ? m.u64(at + 16) : undefined,
    body: m.bytesAt(at + 24),
    metadata: readOptionText(m, at + 32),
    capabilities: readCapabilities(m, at + 44),
  };
}

export function writeRequest(m: GuestMemory, at: number, request: Request): void {
  m.setU8(at, request.inherit ? 1 : 0);
  m.setU8(at + 8, request.expectsResponse === undefined ? 0 : 1);
  if (request.expectsResponse !== undefined) m.setU64(at + 16, request.expectsResponse);
  m.setBytes(at + 24, request.body);
  writeOptionText(m, at + 32, request.metadata);
  writeCapabilities(m, at + 44, request.capabilities);
}

function writeResponse(m: GuestMemory, at: number, response: Response): void {
  m.setU8(at, response.inherit ? 1 : 0);
  m.setBytes(at + 4, response.body);
  writeOptionText(m, at + 12, response.metadata);
  writeCapabilities(m, at + 24, response.capabilities);
}

/** `message`, 64 bytes: tag 0; at 8 the request, or the response with its context at 40. */
function writeMessage(m: GuestMemory, at: number, message: Request | Response, context: Uint8Array | undefined): void {
  m.setU8(at, message.kind === 'request' ? 0 : 1);
  if (message.kind === 'request') {
    writeRequest(m, at + 8, message);
  } else {
    writeResponse(m, at + 8, message);
    writeOptionBytes(m, at + 40, context);
  }
}

function writeSendError(m: GuestMemory, at: number, error: SendError): void {
  m.setU8(at, error.kind === 'offline' ? 0 : 1);
  writeAddress(m, at + 4, error.target);
  // No response that failed is ever reported, so no context can belong here (kernel.md §5, "bounce").
  writeMessage(m, at + 40, error.message, undefined);
  writeOptionBlob(m, at + 104, error.blob);
}

/** What `receive` gives; `send-and-await-response` has the same layout without the context of an error (`errorContext` false). */
export function writeDelivery(m: GuestMemory, at: number, delivery: Delivery, errorContext: boolean): void {
  if (delivery.kind === 'message') {
    m.setU8(at, 0);
    writeAddress(m, at + 8, delivery.source);
    writeMessage(m, at + 40, delivery.message, delivery.context);
    return;
  }
  m.setU8(at, 1);
  writeSendError(m, at + 8, delivery.error);
  if (errorContext) writeOptionBytes(m, at + 136, delivery.context);
}

function readOnExitRequest(m: GuestMemory, at: number): OnExitRequest {
  return {
    target: readAddress(m, at),
    request: readRequest(m, at + addressSize),
    blob: readOptionBlob(m, at + addressSize + requestSize),
  };
}

/** `on-exit` as flat values: discriminant, then pointer and length of the requests. */
export function readOnExit(m: GuestMemory, tag: number, pointer: number, length: number): OnExit {
  if (tag === 0) return { kind: 'none' };
  if (tag === 1) return { kind: 'restart' };
  return {
    kind: 'requests',
    requests: m.list(pointer, length, awaitedSize, 8, (item) => readOnExitRequest(m, item)),
  };
}

export function writeOnExit(m: GuestMemory, at: number, onExit: OnExit): void {
  m.setU8(at, { none: 0, restart: 1, requests: 2 }[onExit.kind]);
  if (onExit.kind !== 'requests') return;
  m.setList(at + 4, onExit.requests, awaitedSize, 8, (item, { target, request, blob }) => {
    writeAddress(m, item, target);
    writeRequest(m, item + addressSize, request);
    writeOptionBlob(m, item + addressSize + requestSize, blob);
  });
}
