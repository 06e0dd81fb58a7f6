import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterWords, spanFilter } from './filter.ts';
import { mergeSpan } from './span.ts';

const span = mergeSpan('k', [
  {
    ...{ seq: 1, time: 1, node: 'alice.os', id: '1', trace: 'abc', span: 's', kind: 'request', outcome: 'pending' },
    ...{ source: 'alice.os@samchat:samchat:template.os', target: 'bob.os@vfs:distro:sys', expectsResponse: 5 },
    body: { bytes: 30, text: '{"SendMessage":["Hello World"]}' },
    blob: { bytes: 5, text: 'BLOBBY' },
  },
  {
    ...{ seq: 2, time: 2, node: 'alice.os', id: '1', trace: 'abc', span: 's', kind: 'error', outcome: 'offline' },
    ...{ source: 'alice.os@samchat:samchat:template.os', target: 'bob.os@vfs:distro:sys' },
    ...{ cause: 'offline', detail: 'bob.os is not reachable.', body: { bytes: 0, text: '' } },
  },
]);
const passes = (text: string) => spanFilter(text)!(span);

test('an empty filter is none', () => {
  assert.equal(spanFilter(''), undefined);
  assert.equal(spanFilter('  "" '), undefined);
});

for (const text of [
  'sendmessage',
  'VFS',
  'samchat',
  'alice.os',
  'hello',
  'blobby',
  'offline',
  'reachable',
  'abc',
  'hello vfs',
])
  test(`${text} is found`, () => assert.equal(passes(text), true));
for (const text of ['nowhere', 'hello nowhere', '"world hello"', 'ab"c'])
  test(`${text} is not`, () => assert.equal(passes(text), false));

test('quoted words are one', () => {
  assert.deepEqual(filterWords('a "b c" d "open end'), ['a', 'b c', 'd', 'open end']);
  assert.equal(passes('"hello world"'), true);
});
