/**
 * The 19 functions of `hyperware:process/standard` as core functions (kernel.md §2.2). The parameters are the flat values
 * of the canonical ABI; results that do not fit one value are written where the last parameter points.
 *
 * Written out by hand for this one interface, without rest parameters: 18 times cheaper a call than general glue
 * (process-host.md §5).
 */
import type { ProcessState } from '../process-state.ts';
import { checkTag, type GuestMemory, Trap } from './guest-memory.ts';
import type { CoreFunction } from './instantiate.ts';
import {
  addressSize,
  awaitedSize,
  capabilitySize,
  deliverySize,
  onExitSize,
  optionBlobSize,
  outgoingSize,
  processIdSize,
  readAddress,
  readCapability,
  readOnExit,
  readOptionBlob,
  readOptionBytes,
  readProcessId,
  readRequest,
  requestSize,
  writeAddress,
  writeCapabilities,
  writeDelivery,
  writeOnExit,
  writeOptionBlob,
  writeOptionBytes,
  writeProcessId,
} from './values.ts';

/** The functions for one lowering; undefined for a name that the interface does not have. */
export function standardFunction(
  name: string,
  state: ProcessState,
  memory: GuestMemory | undefined,
): CoreFunction | undefined {
  if (name === 'has-blob') return () => (state.hasBlob() ? 1 : 0);
  if (name === 'clear-state') return () => state.clearState();
  const make = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (make === undefined) return undefined;
  if (memory === undefined) {
    return () => {
      throw new Trap(`${name} was lowered without a memory`);
    };
  }
  return make(state, memory);
}

const functions: Record<string, (state: ProcessState, m: GuestMemory) => CoreFunction> = {
  'print-to-terminal': (state, m) => (verbosity: number, text: number, length: number) =>
    state.print(verbosity & 0xff, m.text(text, length)),

  our: (state, m) => (result: number) => writeAddress(m, m.region(result, addressSize, 4), state.our()),

  'get-on-exit': (state, m) => (result: number) => writeOnExit(m, m.region(result, onExitSize, 4), state.getOnExit()),

  'set-on-exit': (state, m) => (tag: number, list: number, length: number) =>
    state.setOnExit(readOnExit(m, checkTag(tag, 3), list, length)),

  'get-state': (state, m) => (result: number) => {
    const at = m.region(result, onExitSize, 4);
    writeOptionBytes(m, at, state.getState());
  },

  'set-state': (state, m) => (bytes: number, length: number) => state.setState(m.bytes(bytes, length)),

  spawn:
    (state, m) =>
    (
      nameTag: number,
      name: number,
      nameLength: number,
      path: number,
      pathLength: number,
      onExitTag: number,
      onExit: number,
      onExitLength: number,
      requested: number,
      requestedLength: number,
      granted: number,
      grantedLength: number,
      isPublic: number,
      result: number,
    ) => {
      const at = m.region(result, 4 + processIdSize, 4);
      const spawned = state.spawn({
        name: checkTag(nameTag, 2) === 1 ? m.text(name, nameLength) : undefined,
        wasmPath: m.text(path, pathLength),
        onExit: readOnExit(m, checkTag(onExitTag, 3), onExit, onExitLength),
        requestCapabilities: m.list(requested, requestedLength, capabilitySize, 4, (item) => readCapability(m, item)),
        grantCapabilities: m.list(granted, grantedLength, processIdSize + 8, 4, (item) => ({
          process: readProcessId(m, item),
          params: m.textAt(item + processIdSize),
        })),
        public: isPublic !== 0,
      });
      if (spawned.kind === 'spawned') {
        m.setU8(at, 0);
        writeProcessId(m, at + 4, spawned.process);
      } else {
        m.setU8(at, 1);
        m.setU8(at + 4, spawned.error === 'name-taken' ? 0 : 1);
      }
    },

  'save-capabilities': (state, m) => (list: number, length: number) =>
    state.saveCapabilities(m.list(list, length, capabilitySize, 4, (item) => readCapability(m, item))),

  'drop-capabilities': (state, m) => (list: number, length: number) =>
    state.dropCapabilities(m.list(list, length, capabilitySize, 4, (item) => readCapability(m, item))),

  'our-capabilities': (state, m) => (result: number) =>
    writeCapabilities(m, m.region(result, 8, 4), state.ourCapabilities()),

  receive: (state, m) => (result: number) => {
    const at = m.region(result, deliverySize, 8);
    writeDelivery(m, at, state.receive(), true);
  },

  'get-blob': (state, m) => (result: number) =>
    writeOptionBlob(m, m.region(result, optionBlobSize, 4), state.getBlob()),

  'last-blob': (state, m) => (result: number) =>
    writeOptionBlob(m, m.region(result, optionBlobSize, 4), state.lastBlob()),

  'send-request': (state, m) => (args: number) => sendOne(state, m, m.region(args, outgoingSize, 8)),

  'send-requests': (state, m) => (list: number, length: number) => {
    // All are read before the first is sent: a bad one traps with nothing on its way.
    const sendings = m.list(list, length, outgoingSize, 8, (item) => readSending(m, item));
    for (const sending of sendings) state.sendRequest(sending);
  },

  'send-response':
    (state, m) =>
    (
      inherit: number,
      body: number,
      bodyLength: number,
      metadataTag: number,
      metadata: number,
      metadataLength: number,
      capabilities: number,
      capabilitiesLength: number,
      blobTag: number,
      mimeTag: number,
      mime: number,
      mimeLength: number,
      bytes: number,
      bytesLength: number,
    ) =>
      state.sendResponse(
        {
          kind: 'response',
          inherit: inherit !== 0,
          body: m.bytes(body, bodyLength),
          metadata: checkTag(metadataTag, 2) === 1 ? m.text(metadata, metadataLength) : undefined,
          capabilities: m.list(capabilities, capabilitiesLength, capabilitySize, 4, (item) => readCapability(m, item)),
        },
        checkTag(blobTag, 2) === 1
          ? {
              mime: checkTag(mimeTag, 2) === 1 ? m.text(mime, mimeLength) : undefined,
              bytes: m.bytes(bytes, bytesLength),
            }
          : undefined,
      ),

  'send-and-await-response': (state, m) => (args: number, result: number) => {
    const from = m.region(args, awaitedSize, 8);
    const at = m.region(result, deliverySize, 8);
    const delivery = state.sendAndAwaitResponse(
      readAddress(m, from),
      readRequest(m, from + addressSize),
      readOptionBlob(m, from + addressSize + requestSize),
    );
    writeDelivery(m, at, delivery, false);
  },
};

/** `tuple<address, request, option<context>, option<lazy-load-blob>>` */
function readSending(m: GuestMemory, at: number) {
  return {
    target: readAddress(m, at),
    request: readRequest(m, at + addressSize),
    context: readOptionBytes(m, at + addressSize + requestSize),
    blob: readOptionBlob(m, at + addressSize + requestSize + 12),
  };
}

function sendOne(state: ProcessState, m: GuestMemory, at: number): void {
  state.sendRequest(readSending(m, at));
}
