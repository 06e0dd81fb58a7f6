/** Every layout of the 19 functions against the canonical ABI's general rules (testing/canonical-abi.ts). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as abi from '../testing/canonical-abi.ts';
import { address, blob, FakeKernel, request, response } from '../testing/fake-kernel.ts';
import { GuestMemory, Trap } from './guest-memory.ts';
import { standardFunction } from './standard-imports.ts';

const { bool, enumeration, list, option, record, string, tuple, u8, u64, variant } = abi;

// kernel.md §2.1
const processId = record({ processName: string, packageName: string, publisherNode: string });
const addressType = record({ node: string, process: processId });
const lazyLoadBlob = record({ mime: option(string), bytes: list(u8) });
const capability = record({ issuer: addressType, params: string });
const requestType = record({
  inherit: bool,
  expectsResponse: option(u64),
  body: list(u8),
  metadata: option(string),
  capabilities: list(capability),
});
const responseType = record({
  inherit: bool,
  body: list(u8),
  metadata: option(string),
  capabilities: list(capability),
});
const context = list(u8);
const message = variant({ request: requestType, response: tuple(responseType, option(context)) });
const onExit = variant({
  none: undefined,
  restart: undefined,
  requests: list(tuple(addressType, requestType, option(lazyLoadBlob))),
});
const sendError = record({
  kind: enumeration('offline', 'timeout'),
  target: addressType,
  message,
  lazyLoadBlob: option(lazyLoadBlob),
});
const result = (ok: abi.Type, err: abi.Type) => variant({ ok, err });
const outgoing = [addressType, requestType, option(context), option(lazyLoadBlob)];

// kernel.md §2.2
const signatures: Record<string, { params: abi.Type[]; result?: abi.Type }> = {
  'print-to-terminal': { params: [u8, string] },
  our: { params: [], result: addressType },
  'get-on-exit': { params: [], result: onExit },
  'set-on-exit': { params: [onExit] },
  'get-state': { params: [], result: option(list(u8)) },
  'set-state': { params: [list(u8)] },
  'clear-state': { params: [] },
  spawn: {
    params: [option(string), string, onExit, list(capability), list(tuple(processId, string)), bool],
    result: result(processId, enumeration('name-taken', 'no-file-at-path')),
  },
  'save-capabilities': { params: [list(capability)] },
  'drop-capabilities': { params: [list(capability)] },
  'our-capabilities': { params: [], result: list(capability) },
  receive: { params: [], result: result(tuple(addressType, message), tuple(sendError, option(context))) },
  'has-blob': { params: [], result: bool },
  'get-blob': { params: [], result: option(lazyLoadBlob) },
  'last-blob': { params: [], result: option(lazyLoadBlob) },
  'send-request': { params: outgoing },
  'send-requests': { params: [list(tuple(...outgoing))] },
  'send-response': { params: [responseType, option(lazyLoadBlob)] },
  'send-and-await-response': {
    params: [addressType, requestType, option(lazyLoadBlob)],
    result: result(tuple(addressType, message), sendError),
  },
};

/** A guest without code: a memory that grows with each allocation, so that every view goes stale. */
class Guest implements abi.GuestSide {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  #next = 64;
  readonly lowered: GuestMemory;

  constructor() {
    this.lowered = new GuestMemory(this.memory, (_old, _size, align, size) => this.allocate(size, align));
  }

  allocate(size: number, align: number): number {
    const at = Math.ceil(this.#next / align) * align;
    this.#next = at + size;
    this.memory.grow(1 + Math.ceil(size / 65536));
    // What the guest's memory holds there is not zero.
    new Uint8Array(this.memory.buffer, at, size).fill(0xa5);
    return at;
  }
}

/** Calls a function as a guest does: parameters lowered and the result lifted by the general rules. */
function call(kernel: FakeKernel, name: string, ...args: unknown[]): unknown {
  const guest = new Guest();
  const { params, result } = signatures[name]!;
  const func = standardFunction(name, kernel.state, guest.lowered)!;
  const all = tuple(...params);
  let flat: (number | bigint)[];
  if (abi.flatCount(all) > 16) {
    const at = guest.allocate(abi.sizeOf(all), abi.alignOf(all));
    abi.store(guest, at, all, args);
    flat = [at];
  } else {
    flat = abi.flatten(guest, all, args);
  }
  if (result === undefined || abi.flatCount(result) === 1) {
    const value = func(...flat);
    return result ? value === 1 : undefined;
  }
  const at = guest.allocate(abi.sizeOf(result), abi.alignOf(result));
  func(...flat, at);
  return abi.load(guest, at, result);
}

const cap = { issuer: address('v'), params: '{"k":"ä"}' };
const jsAddress = (process: string, node = 'a.os') => ({
  node,
  process: { processName: process, packageName: 'p', publisherNode: 'pub.os' },
});
const jsCap = { issuer: jsAddress('v'), params: '{"k":"ä"}' };
const bytes = (text: string) => new TextEncoder().encode(text);
const jsRequest = {
  inherit: true,
  expectsResponse: 2n ** 64n - 1n,
  body: bytes('body'),
  metadata: 'meta – data',
  capabilities: [jsCap, jsCap],
};
const houseRequest = request({
  inherit: true,
  expectsResponse: 2n ** 64n - 1n,
  body: 'body',
  metadata: 'meta – data',
  capabilities: [cap, cap],
});
const jsPlain = {
  inherit: false,
  expectsResponse: undefined,
  body: bytes(''),
  metadata: undefined,
  capabilities: [],
};
const jsResponse = { inherit: false, body: bytes('answer'), metadata: '{}', capabilities: [jsCap] };
const houseResponse = response({ body: 'answer', metadata: '{}', capabilities: [cap] });
const jsBlob = { mime: 'text/plain', bytes: bytes('blob') };

describe('the 19 functions of hyperware:process/standard (kernel.md §2.2)', () => {
  it('are all there', () => {
    const kernel = new FakeKernel();
    const guest = new Guest();
    for (const name of Object.keys(signatures)) assert(standardFunction(name, kernel.state, guest.lowered), name);
    assert.equal(Object.keys(signatures).length, 19);
    assert.equal(standardFunction('toString', kernel.state, guest.lowered), undefined);
  });

  it('print-to-terminal', () => {
    const kernel = new FakeKernel();
    call(kernel, 'print-to-terminal', 3, 'a line with ümlauts, longer than the short way of decoding');
    call(kernel, 'print-to-terminal', 0, '');
    assert.deepEqual(kernel.printed, [
      [3, 'a line with ümlauts, longer than the short way of decoding'],
      [0, ''],
    ]);
  });

  it('our', () => {
    assert.deepEqual(call(new FakeKernel('me'), 'our'), jsAddress('me'));
  });

  it('set-on-exit, get-on-exit', () => {
    const kernel = new FakeKernel();
    const requests = {
      tag: 'requests',
      val: [
        [jsAddress('x'), jsRequest, jsBlob],
        [jsAddress('y'), jsPlain, undefined],
      ],
    };
    for (const value of [{ tag: 'restart' }, requests, { tag: 'none' }]) {
      call(kernel, 'set-on-exit', value);
      assert.deepEqual(call(kernel, 'get-on-exit'), value);
    }
    assert.deepEqual(kernel.told, ['on-exit restart', 'on-exit requests', 'on-exit none']);
  });

  it('get-state, set-state, clear-state', () => {
    const kernel = new FakeKernel();
    kernel.answer = () => ({ kind: 'state', bytes: undefined });
    assert.equal(call(kernel, 'get-state'), undefined);
    for (const state of ['', 'kept']) {
      kernel.answer = () => ({ kind: 'state', bytes: bytes(state) });
      assert.deepEqual(call(kernel, 'get-state'), bytes(state));
    }
    kernel.answer = () => ({ kind: 'done' });
    call(kernel, 'set-state', bytes('new'));
    call(kernel, 'clear-state');
    assert.deepEqual(kernel.calls.slice(-2), [{ call: 'set-state', bytes: bytes('new') }, { call: 'clear-state' }]);
  });

  it('spawn', () => {
    const kernel = new FakeKernel();
    kernel.answer = () => ({ kind: 'spawned', process: 'child:p:pub.os' });
    const grants = [[jsAddress('g').process, '"messaging"']];
    const spawned = call(kernel, 'spawn', 'child', '/p/w.wasm', { tag: 'restart' }, [jsCap], grants, true);
    assert.deepEqual(spawned, { tag: 'ok', val: jsAddress('child').process });
    assert.deepEqual(kernel.calls, [
      {
        call: 'spawn',
        name: 'child',
        wasmPath: '/p/w.wasm',
        onExit: { kind: 'restart' },
        requestCapabilities: [cap],
        grantCapabilities: [{ process: 'g:p:pub.os', params: '"messaging"' }],
        public: true,
      },
    ]);
    for (const error of ['name-taken', 'no-file-at-path'] as const) {
      kernel.answer = () => ({ kind: 'spawn-error', error });
      assert.deepEqual(call(kernel, 'spawn', undefined, '', { tag: 'none' }, [], [], false), {
        tag: 'err',
        val: error,
      });
    }
  });

  it('save-, drop- and our-capabilities', () => {
    const kernel = new FakeKernel();
    call(kernel, 'save-capabilities', [jsCap, jsCap]);
    call(kernel, 'drop-capabilities', [jsCap]);
    assert.deepEqual(kernel.calls, [
      { call: 'save-capabilities', capabilities: [cap, cap] },
      { call: 'drop-capabilities', capabilities: [cap] },
    ]);
    kernel.answer = () => ({ kind: 'capabilities', capabilities: [cap] });
    assert.deepEqual(call(kernel, 'our-capabilities'), [jsCap]);
  });

  it('receive: a request, whole and bare', () => {
    const kernel = new FakeKernel();
    kernel.arrives(1n, houseRequest, { from: 'x' });
    kernel.arrives(2n, request(), { from: 'y' });
    assert.deepEqual(call(kernel, 'receive'), {
      tag: 'ok',
      val: [jsAddress('x'), { tag: 'request', val: jsRequest }],
    });
    assert.deepEqual(call(kernel, 'receive'), { tag: 'ok', val: [jsAddress('y'), { tag: 'request', val: jsPlain }] });
  });

  it('receive: a response with its context, and send-request before it', () => {
    const kernel = new FakeKernel();
    call(kernel, 'send-request', jsAddress('c', 'our'), jsRequest, bytes('ctx'), jsBlob);
    call(kernel, 'send-request', jsAddress('c'), { ...jsPlain, expectsResponse: 1n }, undefined, undefined);
    const [first, second] = kernel.emitted;
    assert.deepEqual(first!.message, houseRequest);
    assert.deepEqual(first!.target, address('c', 'our'));
    assert.deepEqual(first!.blob, blob('blob', 'text/plain'));
    assert.deepEqual(second!.blob, undefined);
    kernel.arrives(first!.id, houseResponse, { from: 'c' });
    kernel.arrives(second!.id, houseResponse, { from: 'c' });
    for (const context of [bytes('ctx'), undefined]) {
      assert.deepEqual(call(kernel, 'receive'), {
        tag: 'ok',
        val: [jsAddress('c'), { tag: 'response', val: [jsResponse, context] }],
      });
    }
  });

  it('receive: a send error with its context', () => {
    const kernel = new FakeKernel();
    const asked = { ...jsRequest, inherit: false, expectsResponse: 1n };
    call(kernel, 'send-request', jsAddress('c'), asked, bytes('ctx'), jsBlob);
    call(kernel, 'send-request', jsAddress('c'), { ...jsPlain, expectsResponse: 2n }, undefined, undefined);
    assert.deepEqual(call(kernel, 'receive'), {
      tag: 'err',
      val: [
        {
          kind: 'timeout',
          target: jsAddress('c'),
          message: { tag: 'request', val: asked },
          lazyLoadBlob: jsBlob,
        },
        bytes('ctx'),
      ],
    });
    kernel.fails(kernel.emitted[1]!.id, 'offline');
    assert.deepEqual(call(kernel, 'receive'), {
      tag: 'err',
      val: [
        {
          kind: 'offline',
          target: jsAddress('c'),
          message: { tag: 'request', val: jsPlain },
          lazyLoadBlob: undefined,
        },
        undefined,
      ],
    });
  });

  it('has-blob, get-blob, last-blob', () => {
    const kernel = new FakeKernel();
    assert.equal(call(kernel, 'has-blob'), false);
    assert.equal(call(kernel, 'get-blob'), undefined);
    kernel.arrives(1n, request(), { blob: 'x' });
    kernel.arrives(2n, request());
    call(kernel, 'receive');
    assert.equal(call(kernel, 'has-blob'), true);
    assert.deepEqual(call(kernel, 'get-blob'), { mime: undefined, bytes: bytes('x') });
    call(kernel, 'receive');
    assert.equal(call(kernel, 'get-blob'), undefined);
    assert.deepEqual(call(kernel, 'last-blob'), { mime: undefined, bytes: bytes('x') });
  });

  it('send-requests, in order', () => {
    const kernel = new FakeKernel();
    call(kernel, 'send-requests', [
      [jsAddress('x'), jsPlain, undefined, undefined],
      [jsAddress('y'), jsRequest, bytes('c'), jsBlob],
    ]);
    assert.deepEqual(
      kernel.emitted.map(({ target, message, blob }) => ({ target, message, blob })),
      [
        { target: address('x'), message: request(), blob: undefined },
        { target: address('y'), message: houseRequest, blob: blob('blob', 'text/plain') },
      ],
    );
  });

  it('send-response', () => {
    const kernel = new FakeKernel();
    kernel.arrives(1n, request({ expectsResponse: 1n }));
    call(kernel, 'receive');
    call(kernel, 'send-response', jsResponse, jsBlob);
    assert.deepEqual(kernel.last.message, houseResponse);
    assert.deepEqual(kernel.last.blob, blob('blob', 'text/plain'));
    call(kernel, 'send-response', { ...jsResponse, metadata: undefined, capabilities: [] }, { bytes: bytes('b') });
    assert.deepEqual(kernel.last.message, response({ body: 'answer' }));
    assert.deepEqual(kernel.last.blob, blob('b'));
    call(kernel, 'send-response', jsResponse, undefined);
    assert.equal(kernel.last.blob, undefined);
  });

  it('send-and-await-response: the response, and the error', () => {
    const kernel = new FakeKernel();
    const asked = { ...jsPlain, expectsResponse: 3n, body: bytes('q') };
    kernel.arrives(101n, houseResponse, { from: 'c' });
    assert.deepEqual(call(kernel, 'send-and-await-response', jsAddress('c'), asked, jsBlob), {
      tag: 'ok',
      val: [jsAddress('c'), { tag: 'response', val: [jsResponse, undefined] }],
    });
    assert.deepEqual(kernel.last.message, request({ expectsResponse: 3n, body: 'q' }));
    assert.deepEqual(call(kernel, 'send-and-await-response', jsAddress('c'), asked, undefined), {
      tag: 'err',
      val: {
        kind: 'timeout',
        target: jsAddress('c'),
        message: { tag: 'request', val: asked },
        lazyLoadBlob: undefined,
      },
    });
  });
});

describe('what a guest may not do', () => {
  const end = 65536;
  const guest = () => {
    const made = new Guest();
    new Uint8Array(made.memory.buffer).fill(0);
    return made;
  };
  const func = (name: string, g: Guest, kernel = new FakeKernel()) => standardFunction(name, kernel.state, g.lowered)!;

  it('reach outside its memory', () => {
    const g = guest();
    assert.throws(() => func('print-to-terminal', g)(0, end - 1, 2), Trap);
    assert.throws(() => func('print-to-terminal', g)(0, -1, 1), Trap);
    assert.throws(() => func('set-state', g)(0, -1), Trap);
    assert.throws(() => func('send-request', g)(end - 8), Trap);
    assert.throws(() => func('our', g)(end - 4), Trap);
    // A count that would overflow 32 bits when multiplied by the size of an item.
    assert.throws(() => func('save-capabilities', g)(0, 0x0800_0000), Trap);
  });

  it('pass a pointer that is not aligned', () => {
    assert.throws(() => func('our', guest())(65), Trap);
    assert.throws(() => func('send-request', guest())(68), Trap);
  });

  it('pass text that is not UTF-8, short or long', () => {
    const g = guest();
    const u8s = new Uint8Array(g.memory.buffer);
    u8s.set([0x61, 0xff], 100);
    u8s.fill(0x61, 200, 300);
    u8s.set([0xc3], 299);
    assert.throws(() => func('print-to-terminal', g)(0, 100, 2), Trap);
    assert.throws(() => func('print-to-terminal', g)(0, 200, 100), Trap);
  });

  it('pass a discriminant that does not exist', () => {
    assert.throws(() => func('set-on-exit', guest())(3, 0, 0), Trap);
    const g = guest();
    // option of expects-response in a request at 32
    new Uint8Array(g.memory.buffer)[1024 + 32 + 8] = 2;
    assert.throws(() => func('send-request', g)(1024), Trap);
  });

  it('send some of send-requests when one is bad', () => {
    const g = guest();
    const kernel = new FakeKernel();
    new Uint8Array(g.memory.buffer)[1024 + 128 + 88] = 7;
    assert.throws(() => func('send-requests', g, kernel)(1024, 2), Trap);
    assert.equal(kernel.emitted.length, 0);
  });

  it('get a pointer of its realloc that lies outside', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const lowered = new GuestMemory(memory, () => end);
    assert.throws(() => standardFunction('our', new FakeKernel().state, lowered)!(0), Trap);
  });
});
