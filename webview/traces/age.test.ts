import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceEvent } from '../shared/messages.ts';
import { ageOf, waitingWords } from './age.ts';
import { mergeSpan } from './span.ts';

const request: TraceEvent = {
  ...{ seq: 1, time: 1000, node: 'alice.os', id: '1', trace: 't', span: 's', kind: 'request', outcome: 'pending' },
  ...{ source: 'alice.os@a:a:a', target: 'bob.os@b:b:b', expectsResponse: 5, body: { bytes: 0, text: '' } },
};
const waiting = mergeSpan('k', [request]);

test('a request that waits has an age, a share of its wait, and is overdue at last', () => {
  assert.deepEqual(ageOf(waiting, 1000), { ms: 0, share: 0, overdue: false });
  assert.deepEqual(ageOf(waiting, 3500), { ms: 2500, share: 0.5, overdue: false });
  assert.deepEqual(ageOf(waiting, 7000), { ms: 6000, share: 1, overdue: false });
  assert.deepEqual(ageOf(waiting, 61_000), { ms: 60_000, share: 1, overdue: true });
  assert.deepEqual(ageOf(waiting, 0), { ms: 0, share: 0, overdue: false }, 'clocks of two nodes may differ');
});

test('what does not wait has none', () => {
  assert.equal(ageOf(mergeSpan('k', [{ ...request, expectsResponse: undefined }]), 3500), undefined);
  assert.equal(ageOf(mergeSpan('k', [request, { ...request, seq: 2, kind: 'response' }]), 3500), undefined);
});

test('the words say how long, and what it means when nothing came at all', () => {
  assert.equal(waitingWords(waiting, 3500), 'No response yet: it has waited 2.50 s of at most 5 s.');
  assert.match(waitingWords(waiting, 66_000), /at most 5 s, which passed 1 min 0 s ago\. The node .* was stopped/);
});
