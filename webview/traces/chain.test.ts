import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceEvent } from '../shared/messages.ts';
import { buildChain, chainLimit } from './chain.ts';
import { mergeSpan, type Span } from './span.ts';

let seq = 0;
function span(id: string, parent: string | undefined, at: number, ends?: number, more: Partial<TraceEvent> = {}): Span {
  const request: TraceEvent = {
    ...{ seq: ++seq, time: at, node: 'alice.os', id: '1', trace: 't', span: id, parent, kind: 'request' },
    ...{ outcome: 'pending', source: 'alice.os@a:a:a', target: 'bob.os@b:b:b', body: { bytes: 0, text: '' } },
    ...more,
  };
  const response: TraceEvent = { ...request, seq: ++seq, kind: 'response', outcome: 'ok', time: ends ?? at };
  return mergeSpan(
    `t/${id}`,
    ends === undefined ? [request] : [request, { ...response, source: request.target, target: request.source }],
  );
}
const drawn = (spans: Span[]) =>
  buildChain(spans).map(({ part, span, depth }) => `${'  '.repeat(depth)}${part} ${span.id}`);

test('a request, what it caused in order of time, and its response after that', () => {
  const chain = drawn([
    span('push', 'http', 5),
    span('bob', 'http', 2, 4),
    span('http', undefined, 1, 6),
    span('vfs', 'bob', 3, 3.5),
  ]);
  assert.deepEqual(chain, [
    'request http',
    '  request bob',
    '    request vfs',
    '      response vfs',
    '    response bob',
    '  request push',
    '  response http',
  ]);
});

test('how a span failed stands where its response would', () => {
  const failing = span('x', undefined, 1, undefined, { expectsResponse: 5 });
  const error: TraceEvent = { ...failing.events[0]!, seq: 99, kind: 'error', outcome: 'timeout', time: 9 };
  assert.deepEqual(drawn([mergeSpan('t/x', [...failing.events, error])]), ['request x', '  failure x']);
});

test('a span whose cause is not held is a root', () => {
  assert.deepEqual(drawn([span('b', 'gone', 2), span('a', undefined, 1)]), ['request a', 'request b']);
});

test('spans that name each other or themselves as cause are shown once, and the walk ends', () => {
  assert.deepEqual(drawn([span('a', 'b', 1), span('b', 'a', 2)]), ['request a', '  request b']);
  assert.deepEqual(drawn([span('a', 'a', 1)]), ['request a']);
});

test('the end of a process stands below the message that it was handling', () => {
  const ended = span('http', undefined, 3, undefined, { kind: 'process', outcome: 'exited' });
  const chain = buildChain([span('http', undefined, 1, 6), { ...ended, key: 'p' }]);
  assert.deepEqual(
    chain.map(({ part, depth }) => [part, depth]),
    [
      ['request', 0],
      ['process', 1],
      ['response', 1],
    ],
  );
});

test('an endless chain neither overflows the stack nor the page', () => {
  const deep = Array.from({ length: 20_000 }, (_, index) =>
    span(`s${index}`, index ? `s${index - 1}` : undefined, index),
  );
  assert.equal(buildChain(deep).length, chainLimit);
});
