import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Address, KernelMessage, TraceContext } from '../kernel/message.ts';
import { Recorder } from './recorder.ts';

const a: Address = { node: 'a.os', process: 'a:p:pub.os' };
const b: Address = { node: 'a.os', process: 'b:p:pub.os' };
const c: Address = { node: 'a.os', process: 'c:p:pub.os' };

function setup(options: { events?: number; bytes?: number; memoryBytes?: number } = {}) {
  let time = 1000;
  let next = 0;
  const id = (width: number) => (++next).toString(16).padStart(width, '0');
  const recorder = new Recorder({
    node: 'a.os',
    events: options.events ?? 100,
    bytes: options.bytes ?? 100,
    memoryBytes: options.memoryBytes ?? 10_000,
    now: () => time,
    newTrace: () => id(32),
    newSpan: () => id(16),
  });
  const pass = (ms: number) => {
    time += ms;
  };
  const send = (message: KernelMessage, cause?: TraceContext, carried?: TraceContext) => {
    const context = recorder.contextFor(message, cause, carried);
    recorder.accepted(message, context);
    return context;
  };
  return { recorder, pass, send };
}

const body = (size: number) => new Uint8Array(size).fill(65);

function request(
  source: Address,
  target: Address,
  more: { id?: bigint; expects?: bigint; rsvp?: Address; size?: number } = {},
): KernelMessage {
  return {
    id: more.id ?? 1n,
    source,
    target,
    rsvp: more.rsvp,
    message: {
      kind: 'request',
      inherit: false,
      expectsResponse: more.expects,
      body: body(more.size ?? 3),
      metadata: undefined,
      capabilities: [],
    },
    blob: undefined,
    trace: undefined,
  };
}

function response(source: Address, target: Address, id = 1n): KernelMessage {
  return {
    id,
    source,
    target,
    rsvp: undefined,
    message: { kind: 'response', inherit: false, body: body(2), metadata: undefined, capabilities: [] },
    blob: undefined,
    trace: undefined,
  };
}

describe('spans', () => {
  it('a response carries the span of its request and its duration', () => {
    const { recorder, pass, send } = setup();
    const asked = send(request(a, b, { expects: 5n }));
    pass(12);
    const answered = send(response(b, a), asked);
    assert.deepEqual(answered, asked);
    const [first, second] = recorder.read();
    assert.deepEqual([first?.kind, first?.outcome, first?.durationMs], ['request', 'pending', undefined]);
    assert.deepEqual([second?.kind, second?.outcome, second?.durationMs], ['response', 'ok', 12]);
  });

  it('a request sent while handling another is its child in the same trace', () => {
    const { send } = setup();
    const outer = send(request(a, b, { expects: 5n }));
    const inner = send(request(b, c, { id: 2n }), outer);
    assert.equal(inner.trace, outer.trace);
    assert.equal(inner.parent, outer.span);
    assert.notEqual(inner.span, outer.span);
    assert.equal(outer.parent, undefined);
  });

  it('an inherited id keeps two spans apart by who waits (kernel.md §9.3)', () => {
    const { send } = setup();
    const outer = send(request(a, b, { id: 71n, expects: 5n, rsvp: a }));
    const inner = send(request(b, c, { id: 71n, expects: 5n, rsvp: b }), outer);
    assert.equal(send(response(c, b, 71n)).span, inner.span);
    assert.equal(send(response(b, a, 71n)).span, outer.span);
  });

  it('a delegated answer ends the span of the one who asked (§9.2)', () => {
    const { recorder, send, pass } = setup();
    const outer = send(request(a, b, { id: 71n, expects: 5n, rsvp: a }));
    send(request(b, c, { id: 71n, rsvp: a }), outer);
    pass(7);
    assert.equal(send(response(c, a, 71n)).span, outer.span);
    assert.equal(recorder.read().at(-1)?.durationMs, 7);
  });

  it('a request from another node keeps the context that it brings', () => {
    const { recorder, send } = setup();
    const carried = { trace: 't'.repeat(32), span: 's'.repeat(16), parent: 'p'.repeat(16) };
    const far: Address = { node: 'b.os', process: 'a:p:pub.os' };
    assert.deepEqual(send(request(far, b, { expects: 5n }), undefined, carried), carried);
    assert.deepEqual(send(response(b, far)), carried);
    assert.equal(recorder.read().at(-1)?.durationMs, 0);
  });

  it('a timeout says why, a late response is told as such', () => {
    const { recorder, send, pass } = setup();
    send(request(a, b, { expects: 5n }));
    pass(5000);
    recorder.timedOut(a, 1n, () => ({ cause: 'timeout', text: 'It sleeps.' }));
    assert.equal(recorder.read().at(-1)?.detail, 'a.os@b:p:pub.os did not answer within 5.0 s. It sleeps.');
    send(response(b, a));
    recorder.discarded(a, 1n);
    const [, timeout, late, dropped] = recorder.read();
    assert.equal(timeout?.outcome, 'timeout');
    assert.equal(late?.context.span, timeout?.context.span);
    assert.equal(dropped?.cause, 'late-response');
    assert.equal(
      recorder.timedOut(a, 1n, () => ({ cause: 'timeout', text: '' })),
      undefined,
    );
  });
});

describe('the end of a process', () => {
  it('ends the spans of its open requests, and of nobody else', () => {
    const { recorder, send, pass } = setup();
    send(request(a, b, { id: 1n, expects: 5n }));
    send(request(c, b, { id: 2n, expects: 5n }));
    pass(9);
    recorder.abandoned(a);
    const events = recorder.read();
    assert.equal(events.length, 3);
    assert.deepEqual([events[2]?.id, events[2]?.outcome, events[2]?.durationMs], ['1', 'exited', 9]);
  });
});

describe('what is kept', () => {
  it('bodies are cut at the limit and copied', () => {
    const { recorder, send } = setup({ bytes: 4 });
    const message = request(a, b, { size: 10 });
    send(message);
    message.message.body.fill(66);
    const [event] = recorder.read();
    assert.equal(event?.bodyBytes, 10);
    assert.equal(new TextDecoder().decode(event?.body), 'AAAA');
  });

  it('the newest events, by number', () => {
    const { recorder, send } = setup({ events: 3 });
    for (let n = 1n; n <= 5n; n += 1n) send(request(a, b, { id: n }));
    assert.deepEqual(
      recorder.read().map((event) => event.seq),
      [3, 4, 5],
    );
    assert.deepEqual(
      recorder.read({ after: 3 }).map((event) => event.id),
      ['4', '5'],
    );
    assert.deepEqual(
      recorder.read({ last: 1 }).map((event) => event.id),
      ['5'],
    );
    assert.deepEqual(
      recorder.read({ matches: (event) => event.id === '4' }).map((event) => event.seq),
      [4],
    );
  });

  it('the newest events, by bytes', () => {
    const { recorder, send } = setup({ memoryBytes: 100 });
    for (let n = 1n; n <= 5n; n += 1n) send(request(a, b, { id: n, size: 40 }));
    assert.deepEqual(
      recorder.read().map((event) => event.id),
      ['4', '5'],
    );
    recorder.clear();
    assert.deepEqual(recorder.read(), []);
    send(request(a, b, { id: 6n, size: 90 }));
    assert.deepEqual(
      recorder.read().map((event) => event.seq),
      [6],
    );
  });

  it('nothing with a limit of 0, though spans go on', () => {
    const { recorder, send } = setup({ events: 0 });
    const asked = send(request(a, b, { expects: 5n }));
    assert.equal(send(response(b, a)).span, asked.span);
    assert.deepEqual(recorder.read(), []);
    assert.equal(recorder.lastSeq, 2);
  });
});
