import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceEvent } from '../shared/messages.ts';
import { createSpanStore } from './span-store.ts';

let seq = 0;
const event = (time: number, more: Partial<TraceEvent> = {}): TraceEvent => ({
  ...{ seq: ++seq, time, node: 'alice.os', id: '1', trace: `t${time}`, span: `s${time}`, kind: 'request' },
  ...{ outcome: 'pending', source: 'alice.os@a:a:a', target: 'alice.os@b:b:b', body: { bytes: 4, text: 'null' } },
  ...more,
});
const starts = (store: ReturnType<typeof createSpanStore>) => store.spans.map((span) => span.start);

test('events of several nodes are merged by time, whatever their order', () => {
  const store = createSpanStore();
  store.add([event(5), event(7)]);
  store.add([event(6, { node: 'bob.os' }), event(1, { node: 'bob.os' })]);
  assert.deepEqual(starts(store), [1, 5, 6, 7]);
});

test('what is there already is passed over, and told so', () => {
  const store = createSpanStore();
  const one = event(1);
  assert.equal(store.add([one, one]), true);
  assert.equal(store.add([structuredClone(one)]), false);
  assert.equal(store.eventCount, 1);
});

test('a node that was restarted counts from 1 again: its events are not taken for old ones', () => {
  const store = createSpanStore();
  store.add([event(1, { seq: 1, trace: 'a', span: 'x' })]);
  assert.equal(store.add([event(9, { seq: 1, trace: 'a', span: 'x', kind: 'response' })]), true);
  assert.equal(store.eventCount, 2);
});

test('an earlier record of the same request moves its span', () => {
  const store = createSpanStore();
  store.add([event(4), event(5, { node: 'bob.os', trace: 't', span: 's' })]);
  store.add([event(3, { trace: 't', span: 's' })]);
  assert.deepEqual(starts(store), [3, 4]);
});

test('full by events: the oldest spans go, a trace is forgotten with its last span', () => {
  const store = createSpanStore({ events: 100, characters: 1e9 });
  for (let time = 0; time < 250; time++) store.add([event(time)]);
  assert.ok(store.eventCount <= 100 && store.eventCount >= 90, String(store.eventCount));
  assert.equal(store.spans.length + store.droppedSpans, 250);
  assert.equal(starts(store).at(-1), 249);
  assert.deepEqual(store.ofTrace('t0'), []);
  assert.equal(store.get('t0/s0'), undefined);
});

test('full by bodies: few big ones push out as many small ones as it takes', () => {
  const store = createSpanStore({ events: 1e6, characters: 1000 });
  for (let time = 0; time < 50; time++) store.add([event(time)]);
  store.add([event(50, { body: { bytes: 900, text: 'x'.repeat(900) } })]);
  assert.deepEqual(starts(store), [50]);
});

test('nothing is left after clear', () => {
  const store = createSpanStore();
  store.add([event(1)]);
  store.clear();
  assert.deepEqual([store.spans.length, store.eventCount, store.ofTrace('t1').length], [0, 0, 0]);
  assert.equal(store.add([event(1)]), true);
});
