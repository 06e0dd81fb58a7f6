import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceEvent } from '../shared/messages.ts';
import { mergeSpan, spanKey } from './span.ts';

const base: TraceEvent = {
  ...{ seq: 1, time: 1000, node: 'alice.os', id: '7', trace: 't', span: 's', kind: 'request', outcome: 'pending' },
  ...{ source: 'alice.os@chat:chat:a.os', target: 'bob.os@chat:chat:a.os', expectsResponse: 5 },
  body: { bytes: 11, text: '{"Send":{}}' },
};
const on = (node: string, time: number, more: Partial<TraceEvent> = {}): TraceEvent => ({
  ...base,
  node,
  time,
  ...more,
});
const back: Partial<TraceEvent> = {
  kind: 'response',
  source: base.target,
  target: base.source,
  expectsResponse: undefined,
};

test('the records of both nodes make one span, told from where it began', () => {
  const span = mergeSpan('k', [
    on('alice.os', 1006, { ...back, outcome: 'ok', durationMs: 6, body: { bytes: 4, text: 'null' } }),
    on('bob.os', 1004, { ...back, outcome: 'ok', durationMs: 2 }),
    on('bob.os', 1002),
    on('alice.os', 1000),
  ]);
  assert.equal(span.status, 'ok');
  assert.equal(span.node, 'alice.os');
  assert.equal(span.start, 1000);
  assert.equal(span.durationMs, 6, 'the wait of the sender, not the work of the receiver');
  assert.equal(span.method.name, 'Send');
  assert.equal(span.size, 15);
  assert.equal(span.failed, false);
  assert.deepEqual(
    span.events.map((event) => event.time),
    [1000, 1002, 1004, 1006],
  );
});

test('it is pending until something ends it; without an expected response it is sent', () => {
  assert.equal(mergeSpan('k', [on('alice.os', 1)]).status, 'pending');
  assert.equal(mergeSpan('k', [on('alice.os', 1)]).durationMs, undefined);
  assert.equal(mergeSpan('k', [on('alice.os', 1, { expectsResponse: undefined, outcome: 'sent' })]).status, 'sent');
});

test('a timeout keeps the cause that the other node told', () => {
  const span = mergeSpan('k', [
    on('alice.os', 1),
    on('bob.os', 2, { kind: 'dropped', outcome: 'dropped', cause: 'unknown-process', detail: 'No such process.' }),
    on('alice.os', 5001, { kind: 'error', outcome: 'timeout', cause: 'timeout', durationMs: 5000 }),
  ]);
  assert.equal(span.status, 'timeout');
  assert.equal(span.failed, true);
  assert.equal(span.durationMs, 5000);
  assert.deepEqual(
    span.failures.map(({ cause, node }) => [cause, node]),
    [
      ['unknown-process', 'bob.os'],
      ['timeout', 'alice.os'],
    ],
  );
});

test('dropped before the timeout is dropped, and a late response does not mend a timeout', () => {
  const dropped = on('bob.os', 2, { kind: 'dropped', outcome: 'dropped', cause: 'unknown-process' });
  assert.equal(mergeSpan('k', [on('alice.os', 1), dropped]).status, 'dropped');
  const late = mergeSpan('k', [
    on('alice.os', 1),
    on('alice.os', 5001, { kind: 'error', outcome: 'timeout', cause: 'timeout' }),
    on('bob.os', 6000, { ...back, outcome: 'ok' }),
    on('alice.os', 6002, { ...back, kind: 'dropped', outcome: 'dropped', cause: 'late-response' }),
  ]);
  assert.equal(late.status, 'timeout');
});

test('an unreachable node is offline', () => {
  const error = on('alice.os', 2, { kind: 'error', outcome: 'offline', cause: 'offline', durationMs: 1 });
  assert.equal(mergeSpan('k', [on('alice.os', 1), error]).status, 'offline');
});

test('a response whose request has gone names the addresses the right way round', () => {
  const span = mergeSpan('k', [on('alice.os', 9, { ...back, outcome: 'ok', durationMs: 3 })]);
  assert.equal(span.from, base.source);
  assert.equal(span.to, base.target);
  assert.equal(span.durationMs, 3);
  assert.equal(span.request, undefined);
});

test('what the answer itself says: an HTTP status, or Err', () => {
  const http = { source: 'alice.os@http-server:distro:sys', target: 'alice.os@chat:chat:a.os' };
  const answer = (text: string): Partial<TraceEvent> => ({
    ...{ kind: 'response', source: http.target, target: http.source, outcome: 'ok' },
    body: { bytes: text.length, text },
  });
  const ok = mergeSpan('k', [on('alice.os', 1, http), on('alice.os', 2, answer('{"status":201,"headers":{}}'))]);
  assert.deepEqual([ok.answer, ok.failed], ['201', false]);
  const bad = mergeSpan('k', [on('alice.os', 1, http), on('alice.os', 2, answer('{"status":400,"headers":{}}'))]);
  assert.deepEqual([bad.answer, bad.failed, bad.status], ['400', true, 'ok']);
  const err = mergeSpan('k', [
    on('alice.os', 1),
    on('alice.os', 2, { ...back, body: { bytes: 9, text: '{"Err":"x"}' } }),
  ]);
  assert.deepEqual([err.answer, err.failed], ['Err', true]);
});

test("a process's event is a span of its own, also within the span of a message", () => {
  const ended = on('alice.os', 3, { kind: 'process', outcome: 'exited', seq: 4 });
  assert.notEqual(spanKey(ended), spanKey(base));
  assert.equal(mergeSpan('k', [ended]).status, 'exited');
});
