import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Trap } from './component/guest-memory.ts';
import { address, blob, FakeKernel, request, response, textOf, traceContext } from './testing/fake-kernel.ts';

const expects5 = request({ expectsResponse: 5n });

/** Sends a request that expects a response in 5 seconds and gives its id. */
function send(kernel: FakeKernel, context?: string, seconds = 5n): bigint {
  kernel.state.sendRequest({
    target: address('c'),
    request: request({ expectsResponse: seconds }),
    context: context === undefined ? undefined : new TextEncoder().encode(context),
    blob: undefined,
  });
  return kernel.last.id;
}

describe('kernel.md §6.2 ingest', () => {
  it('accepts a request', () => {
    const kernel = new FakeKernel();
    kernel.arrives(1n, request({ body: 'hi' }), { from: 'd' });
    const delivery = kernel.state.receive();
    assert(delivery.kind === 'message' && delivery.message.kind === 'request');
    assert.deepEqual(delivery.source, address('d'));
    assert.equal(textOf(delivery.message.body), 'hi');
    assert.deepEqual(kernel.told, ['received 1']);
  });

  it('discards a response and an error without context, and takes the next', () => {
    const kernel = new FakeKernel();
    kernel.arrives(7n, response());
    kernel.fails(8n, 'offline');
    kernel.arrives(9n, request());
    kernel.state.receive();
    assert.deepEqual(kernel.told, ['discarded 7', 'discarded 8', 'received 9']);
  });

  it('cancels the timer when a response is taken, also when it is only queued', () => {
    const kernel = new FakeKernel();
    const early = send(kernel, 'k', 2n);
    kernel.arrives(early, response({ body: 'in time' }));
    // The awaited response comes after the first request's deadline.
    kernel.arrives(early + 1n, response(), { at: kernel.now + 4000 });
    kernel.state.sendAndAwaitResponse(address('c'), expects5, undefined);
    const queued = kernel.state.receive();
    assert(queued.kind === 'message');
    assert.equal(textOf(queued.message.body), 'in time');
  });

  it('a timer that fired before an item arrived comes first', () => {
    const kernel = new FakeKernel();
    const id = send(kernel, 'late', 1n);
    kernel.arrives(50n, request(), { at: kernel.now + 999 });
    kernel.arrives(id, response(), { at: kernel.now + 1001 });
    kernel.arrives(51n, request(), { at: kernel.now + 1002 });
    const kinds = [kernel.state.receive(), kernel.state.receive(), kernel.state.receive()].map((d) => d.kind);
    assert.deepEqual(kinds, ['message', 'error', 'message']);
    assert.deepEqual(kernel.told, ['received 50', `timed out ${id}`, `discarded ${id}`, 'received 51']);
  });
});

describe('kernel.md §6.3 deliver', () => {
  it('a request with a blob sets it, one without keeps last-blob', () => {
    const kernel = new FakeKernel();
    kernel.arrives(1n, request(), { blob: 'x' });
    kernel.arrives(2n, request());
    kernel.state.receive();
    assert.equal(textOf(kernel.state.getBlob()?.bytes), 'x');
    kernel.state.receive();
    assert.equal(kernel.state.hasBlob(), false);
    assert.equal(kernel.state.getBlob(), undefined);
    assert.equal(textOf(kernel.state.lastBlob()?.bytes), 'x');
  });

  it('a response gives back its context and the request handled when it was asked', () => {
    const kernel = new FakeKernel();
    kernel.arrives(1n, expects5, { from: 'a', rsvp: 'a' });
    kernel.state.receive();
    const id = send(kernel, 'ctx');
    kernel.arrives(2n, expects5, { from: 'd', rsvp: 'd' });
    kernel.state.receive();
    kernel.arrives(id, response(), { from: 'c' });
    const delivery = kernel.state.receive();
    assert.equal(textOf(delivery.context), 'ctx');
    kernel.state.sendResponse(response(), undefined);
    assert.equal(kernel.last.id, 1n);
  });

  it('an error gives the send error with its context, blobbed false, prompting restored', () => {
    const kernel = new FakeKernel();
    kernel.arrives(1n, expects5, { blob: 'x' });
    kernel.state.receive();
    const id = send(kernel, 'ctx');
    kernel.fails(id, 'offline');
    const delivery = kernel.state.receive();
    assert(delivery.kind === 'error');
    assert.equal(delivery.error.kind, 'offline');
    assert.equal(textOf(delivery.context), 'ctx');
    assert.equal(kernel.state.hasBlob(), false);
    kernel.state.sendResponse(response(), undefined);
    assert.equal(kernel.last.id, 1n);
  });

  it('a response whose entry vanished while queued comes without context and becomes the prompting message', () => {
    const kernel = new FakeKernel();
    const first = send(kernel, 'ctx');
    // Both the error and the response of one request are queued while another is awaited (§8, last lines).
    kernel.fails(first, 'timeout');
    kernel.arrives(first, response({ body: 'late' }), { from: 'c' });
    kernel.arrives(first + 1n, response());
    kernel.state.sendAndAwaitResponse(address('d'), expects5, undefined);
    const error = kernel.state.receive();
    assert.equal(error.kind, 'error');
    assert.equal(textOf(error.context), 'ctx');
    const late = kernel.state.receive();
    assert(late.kind === 'message');
    assert.equal(late.context, undefined);
    kernel.state.sendResponse(response(), undefined);
    assert.equal(kernel.last.id, first);
    assert.deepEqual(kernel.last.target, address('c'));
  });
});

describe('kernel.md §6.4 sending a request', () => {
  it('takes a new id, and the own address as rsvp, when a response is expected', () => {
    const kernel = new FakeKernel();
    const id = send(kernel);
    assert.deepEqual(kernel.last, {
      id,
      source: address('b'),
      target: address('c'),
      rsvp: address('b'),
      message: expects5,
      blob: undefined,
      cause: undefined,
    });
  });

  it('expects-response 0 times out at once, with target and message as passed', () => {
    const kernel = new FakeKernel();
    const target = { node: 'our', process: 'c:p:pub.os' };
    const asked = request({ expectsResponse: 0n, body: 'q', metadata: '{}' });
    const delivery = kernel.state.sendAndAwaitResponse(target, asked, blob('b'));
    assert.deepEqual(delivery, {
      kind: 'error',
      error: { kind: 'timeout', target, message: asked, blob: blob('b') },
      context: undefined,
    });
    assert.equal(kernel.now, 1000);
  });

  it('the largest u64 of seconds does not overflow', () => {
    const kernel = new FakeKernel();
    const id = send(kernel, undefined, 2n ** 64n - 1n);
    kernel.arrives(id, response(), { at: kernel.now + 1e9 });
    assert.equal(kernel.state.receive().kind, 'message');
  });

  it('inherit without a blob passes last-blob on, even if the current message had none', () => {
    const kernel = new FakeKernel();
    kernel.arrives(1n, request(), { blob: 'old' });
    kernel.arrives(2n, expects5, { rsvp: 'a' });
    kernel.state.receive();
    kernel.state.receive();
    kernel.state.sendRequest({
      target: address('c'),
      request: request({ inherit: true }),
      context: undefined,
      blob: undefined,
    });
    assert.equal(textOf(kernel.last.blob?.bytes), 'old');
    assert.equal(kernel.last.id, 2n);
    assert.deepEqual(kernel.last.rsvp, address('a'));
  });

  it('inherit from a request without rsvp sends one that nobody can answer', () => {
    const kernel = new FakeKernel();
    kernel.arrives(2n, expects5);
    kernel.state.receive();
    kernel.state.sendRequest({
      target: address('c'),
      request: request({ inherit: true }),
      context: undefined,
      blob: undefined,
    });
    assert.equal(kernel.last.rsvp, undefined);
  });

  it('inherit with nothing prompting is a request of its own', () => {
    const kernel = new FakeKernel();
    kernel.state.sendRequest({
      target: address('c'),
      request: request({ inherit: true }),
      context: undefined,
      blob: undefined,
    });
    assert.equal(kernel.last.id, 101n);
    assert.equal(kernel.last.rsvp, undefined);
  });

  it('a replaced timer keeps running and times the new request out early', () => {
    const kernel = new FakeKernel();
    kernel.arrives(1n, expects5);
    kernel.state.receive();
    const inherit = (seconds: bigint) =>
      kernel.state.sendRequest({
        target: address('c'),
        request: request({ inherit: true, expectsResponse: seconds }),
        context: undefined,
        blob: undefined,
      });
    inherit(1n);
    inherit(60n);
    const delivery = kernel.state.receive();
    assert(delivery.kind === 'error' && delivery.error.message.kind === 'request');
    assert.equal(delivery.error.message.expectsResponse, 1n);
    assert.equal(kernel.now, 2000);
    assert.deepEqual(kernel.told, ['received 1', 'timed out 1']);
  });
});

describe('kernel.md §6.5 sending a response', () => {
  it('with nothing prompting prints at level 0 and sends nothing', () => {
    const kernel = new FakeKernel();
    kernel.state.sendResponse(response(), undefined);
    assert.equal(kernel.emitted.length, 0);
    assert.equal(kernel.printed[0]?.[0], 0);
    assert.match(kernel.printed[0]?.[1] ?? '', /^kernel: need non-None prompting_message to handle Response /);
  });

  it('goes to rsvp, or else to the source, with no rsvp of its own', () => {
    const kernel = new FakeKernel();
    kernel.arrives(1n, expects5, { from: 'x', rsvp: 'a' });
    kernel.arrives(2n, expects5, { from: 'x' });
    for (const target of ['a', 'x']) {
      kernel.state.receive();
      kernel.state.sendResponse(response({ body: 'r' }), blob('own'));
      assert.deepEqual(kernel.last.target, address(target));
      assert.equal(kernel.last.rsvp, undefined);
      assert.equal(textOf(kernel.last.blob?.bytes), 'own');
    }
  });

  it('with inherit the blob argument is ignored', () => {
    const kernel = new FakeKernel();
    kernel.arrives(1n, expects5, { blob: 'theirs' });
    kernel.state.receive();
    kernel.state.sendResponse(response({ inherit: true }), blob('own'));
    assert.equal(textOf(kernel.last.blob?.bytes), 'theirs');
  });

  it('prompting stays: a second response is sent too', () => {
    const kernel = new FakeKernel();
    kernel.arrives(1n, expects5);
    kernel.state.receive();
    kernel.state.sendResponse(response(), undefined);
    kernel.state.sendResponse(response(), undefined);
    assert.deepEqual(
      kernel.emitted.map(({ id }) => id),
      [1n, 1n],
    );
  });
});

describe('kernel.md §6.7 send-and-await-response', () => {
  it('traps without expects-response', () => {
    const kernel = new FakeKernel();
    assert.throws(() => kernel.state.sendAndAwaitResponse(address('c'), request(), undefined), Trap);
    assert.equal(kernel.emitted.length, 0);
  });

  it('traps when the target is exactly the own address, not with the node written "our"', () => {
    const kernel = new FakeKernel();
    assert.throws(() => kernel.state.sendAndAwaitResponse(address('b'), expects5, undefined), Trap);
    const delivery = kernel.state.sendAndAwaitResponse(address('b', 'our'), expects5, undefined);
    assert.equal(delivery.kind, 'error');
  });

  it("get-blob right after gives the response's blob", () => {
    const kernel = new FakeKernel();
    kernel.arrives(101n, response(), { blob: 'file' });
    kernel.state.sendAndAwaitResponse(address('c'), expects5, undefined);
    assert.equal(textOf(kernel.state.getBlob()?.bytes), 'file');
  });

  it('finds a message with the id that is already queued: a queued request of that id traps', () => {
    const kernel = new FakeKernel();
    kernel.arrives(7n, expects5);
    kernel.state.receive();
    kernel.arrives(7n, request());
    kernel.arrives(101n, response());
    kernel.state.sendAndAwaitResponse(address('c'), expects5, undefined);
    const inheriting = request({ inherit: true, expectsResponse: 5n });
    assert.throws(() => kernel.state.sendAndAwaitResponse(address('c'), inheriting, undefined), Trap);
  });
});

describe('kernel.md §6.8 blobs and kernel-assisted calls', () => {
  function withBlob(): FakeKernel {
    const kernel = new FakeKernel();
    kernel.arrives(1n, request(), { blob: 'x' });
    kernel.state.receive();
    return kernel;
  }

  it('get-state: blobbed says whether there was one, last-blob stays', () => {
    const kernel = withBlob();
    kernel.answer = () => ({ kind: 'state', bytes: undefined });
    assert.equal(kernel.state.getState(), undefined);
    assert.equal(kernel.state.hasBlob(), false);
    kernel.answer = () => ({ kind: 'state', bytes: new Uint8Array([1]) });
    assert.deepEqual(kernel.state.getState(), new Uint8Array([1]));
    assert.equal(kernel.state.hasBlob(), true);
    assert.equal(textOf(kernel.state.getBlob()?.bytes), 'x');
  });

  for (const call of ['setState', 'clearState'] as const) {
    it(`${call}: get-blob none, last-blob stays`, () => {
      const kernel = withBlob();
      kernel.state[call](new Uint8Array());
      assert.equal(kernel.state.getBlob(), undefined);
      assert.equal(textOf(kernel.state.lastBlob()?.bytes), 'x');
    });
  }

  it('spawn: blobbed false when it got as far as the kernel', () => {
    const kernel = withBlob();
    const spawning = {
      name: undefined,
      wasmPath: 'p',
      onExit: { kind: 'none' },
      requestCapabilities: [],
      grantCapabilities: [],
      public: false,
    } as const;
    kernel.answer = () => ({ kind: 'spawn-error', error: 'no-file-at-path' });
    kernel.state.spawn(spawning);
    assert.equal(kernel.state.hasBlob(), true);
    kernel.answer = () => ({ kind: 'spawned', process: 'q:p:pub.os' });
    assert.deepEqual(kernel.state.spawn(spawning), { kind: 'spawned', process: 'q:p:pub.os' });
    assert.equal(kernel.state.hasBlob(), false);
  });

  it('on-exit, capabilities, print and our leave it alone', () => {
    const kernel = withBlob();
    kernel.answer = ({ call }) =>
      call === 'our-capabilities' ? { kind: 'capabilities', capabilities: [] } : { kind: 'done' };
    kernel.state.setOnExit({ kind: 'restart' });
    assert.deepEqual(kernel.state.getOnExit(), { kind: 'restart' });
    kernel.state.saveCapabilities([]);
    kernel.state.dropCapabilities([]);
    kernel.state.ourCapabilities();
    kernel.state.print(0, 'hi');
    assert.deepEqual(kernel.state.our(), address('b'));
    assert.equal(kernel.state.hasBlob(), true);
    assert.deepEqual(kernel.told, ['received 1', 'on-exit restart']);
  });

  it('an answer that is a trap ends the process with its text (§7)', () => {
    const kernel = new FakeKernel();
    kernel.answer = () => ({ kind: 'trap', text: 'filesystem did not respond properly to SetState!!' });
    assert.throws(() => kernel.state.setState(new Uint8Array()), /^Trap: filesystem did not respond properly/);
  });
});

describe('kernel.md §9 worked examples', () => {
  it('9.1 plain request and response', () => {
    const a = new FakeKernel('a');
    const id = send(a, 'x');
    const b = new FakeKernel('b');
    b.arrives(id, a.last.message, { from: 'a', rsvp: 'a' });
    b.state.receive();
    b.state.sendResponse(response(), undefined);
    b.state.sendResponse(response(), undefined);
    assert.deepEqual(b.last.target, address('a'));
    for (const sent of b.emitted) a.arrives(sent.id, sent.message, { from: 'b' });
    a.arrives(900n, request());
    assert.equal(textOf(a.state.receive().context), 'x');
    a.state.receive();
    assert.deepEqual(a.told, [`received ${id}`, `discarded ${id}`, 'received 900']);
  });

  it('9.2 middleware with inherit: the answer skips B', () => {
    const b = new FakeKernel('b');
    b.arrives(71n, expects5, { from: 'a', rsvp: 'a', blob: 'X' });
    b.state.receive();
    b.state.sendRequest({
      target: address('c'),
      request: request({ inherit: true }),
      context: undefined,
      blob: undefined,
    });
    const onward = b.last;
    assert.equal(onward.id, 71n);
    assert.deepEqual(onward.rsvp, address('a'));
    assert.equal(textOf(onward.blob?.bytes), 'X');
    const c = new FakeKernel('c');
    c.arrives(onward.id, onward.message, { from: 'b', rsvp: 'a', blob: 'X' });
    const seen = c.state.receive();
    assert(seen.kind === 'message' && seen.message.kind === 'request');
    assert.deepEqual(seen.source, address('b'));
    assert.equal(seen.message.expectsResponse, undefined);
    c.state.sendResponse(response(), undefined);
    assert.deepEqual([c.last.id, c.last.target], [71n, address('a')]);
  });

  it('9.3 inherit with expects-response: B waits for C, then answers A', () => {
    const b = new FakeKernel('b');
    b.arrives(71n, expects5, { from: 'a', rsvp: 'a' });
    b.state.receive();
    const inheriting = request({ inherit: true, expectsResponse: 5n });
    b.state.sendRequest({ target: address('c'), request: inheriting, context: undefined, blob: undefined });
    assert.deepEqual([b.last.id, b.last.rsvp], [71n, address('b')]);
    b.arrives(71n, response(), { from: 'c' });
    b.state.receive();
    b.state.sendResponse(response(), undefined);
    assert.deepEqual([b.last.id, b.last.target], [71n, address('a')]);
  });

  it('9.4 stale prompting: the answer goes to the earlier asker', () => {
    const b = new FakeKernel('b');
    b.arrives(71n, request({ expectsResponse: 30n }), { from: 'a', rsvp: 'a' });
    b.arrives(88n, request(), { from: 'd' });
    b.state.receive();
    b.state.receive();
    b.state.sendResponse(response(), undefined);
    assert.deepEqual([b.last.id, b.last.target], [71n, address('a')]);
  });

  it('9.4 without an earlier prompting only the warning is printed', () => {
    const b = new FakeKernel('b');
    b.arrives(88n, request(), { from: 'd' });
    b.state.receive();
    b.state.sendResponse(response(), undefined);
    assert.equal(b.emitted.length, 0);
    assert.equal(b.printed.length, 1);
  });

  it('9.5 awaiting while other messages arrive', () => {
    const b = new FakeKernel('b');
    const earlier = send(b, 'k');
    const awaited = earlier + 1n;
    b.arrives(90n, request(), { from: 'a' });
    b.arrives(earlier, response(), { from: 'c' });
    b.arrives(awaited, response({ body: 'this' }), { from: 'c', at: b.now + 4000 });
    const delivery = b.state.sendAndAwaitResponse(address('c'), expects5, undefined);
    assert(delivery.kind === 'message');
    assert.equal(textOf(delivery.message.body), 'this');
    // Both wait, and the queued response cannot time out any more.
    b.now += 60_000;
    const first = b.state.receive();
    assert(first.kind === 'message' && first.message.kind === 'request');
    assert.equal(textOf(b.state.receive().context), 'k');
    assert.deepEqual(b.told, [`received ${awaited}`, 'received 90', `received ${earlier}`]);
  });

  it('9.6 a callback with the inherited id traps', () => {
    const a = new FakeKernel('a');
    a.arrives(101n, request({ inherit: true }), { from: 'b' });
    assert.throws(() => a.state.sendAndAwaitResponse(address('b'), expects5, undefined), Trap);
  });
});

describe('cause of outgoing messages', () => {
  it('is the request being handled, also a fire-and-forget one, and comes back with a response', () => {
    const kernel = new FakeKernel();
    kernel.arrives(1n, request(), { trace: traceContext('1') });
    kernel.state.receive();
    const id = send(kernel);
    assert.deepEqual(kernel.last.cause, traceContext('1'));
    kernel.arrives(2n, request(), { trace: traceContext('2') });
    kernel.state.receive();
    send(kernel);
    assert.deepEqual(kernel.last.cause, traceContext('2'));
    kernel.arrives(id, response(), { trace: traceContext('3') });
    kernel.state.receive();
    send(kernel);
    assert.deepEqual(kernel.last.cause, traceContext('1'));
  });
});
