import assert from 'node:assert/strict';
import { test } from 'node:test';
import { facetsOf } from './facets.ts';
import { spanFilter } from './filter.ts';
import { parseFilter, writeTerm } from './filter-language.ts';
import { mergeSpan } from './span.ts';

const offline = mergeSpan('k', [
  {
    ...{ seq: 1, time: 1, node: 'alice.os', id: '1', trace: 'abc', span: 's', kind: 'request', outcome: 'pending' },
    ...{ source: 'alice.os@samchat:samchat:template.os', target: 'bob.os@vfs:distro:sys', expectsResponse: 5 },
    body: { bytes: 30, text: '{"SendMessage":["Hello World"]}' },
    blob: { bytes: 5, text: 'BLOBBY' },
  },
  {
    ...{ seq: 2, time: 61, node: 'alice.os', id: '1', trace: 'abc', span: 's', kind: 'error', outcome: 'offline' },
    ...{ source: 'alice.os@samchat:samchat:template.os', target: 'bob.os@vfs:distro:sys', durationMs: 60 },
    ...{ cause: 'offline', detail: 'bob.os is not reachable.', body: { bytes: 0, text: '' } },
  },
]);
const waiting = mergeSpan('w', [{ ...offline.request!, span: 'w', time: 1000 }]);
const passes = (text: string, span = offline, now = 1000) => spanFilter(parseFilter(text).terms)!.passes(span, now);

test('an empty filter is none', () => {
  for (const text of ['', '  "" ', 'from:', '-', '-to: '])
    assert.equal(spanFilter(parseFilter(text).terms), undefined, text);
});

for (const text of [
  ...['sendmessage', 'VFS', 'samchat', 'alice.os', 'hello', 'blobby', 'offline', 'reachable', 'abc', 'hello vfs'],
  ...['"hello world"', 'samchat:samchat', 'from:samchat', 'from:ALICE', 'to:vfs', 'node:bob', 'node:"alice.os"'],
  ...['method:send', 'status:failed', 'status:offline', 'status:ok status:offline', 'slower:50ms', 'slower:60'],
  ...['slower:0.05s', '-slower:61ms', '-status:ok', '-nowhere', 'from:samchat -to:samchat hello', '-"world hello"'],
])
  test(`${text} is found`, () => assert.equal(passes(text), true));
for (const text of [
  ...['nowhere', 'hello nowhere', '"world hello"', 'ab"c', 'from:vfs', 'to:samchat', 'node:carol', 'method:hello'],
  ...['status:ok', 'status:pending', 'slower:61ms', '-hello', '-status:failed', 'hello -to:vfs', '-slower:50ms'],
  ...['"from:samchat"', 'status:offline status:ok method:nothing'],
])
  test(`${text} is not`, () => assert.equal(passes(text), false));

test('a request that waits becomes slower with the time', () => {
  assert.equal(passes('slower:5s', waiting, 5999), false);
  assert.equal(passes('slower:5s', waiting, 6000), true);
  assert.equal(passes('status:waiting', waiting), true);
  assert.equal(spanFilter(parseFilter('slower:5s').terms)!.timed, true);
  assert.equal(spanFilter(parseFilter('hello').terms)!.timed, false);
});

test('each facet of a span finds that span, and excludes it when negated', () => {
  const facets = facetsOf(offline);
  assert.deepEqual(
    facets.map((facet) => writeTerm(facet)),
    [
      ...['node:alice.os', 'from:samchat:samchat:template.os', 'to:vfs:distro:sys', 'method:SendMessage'],
      ...['status:offline', 'slower:60ms'],
    ],
  );
  for (const facet of facets) {
    assert.equal(passes(writeTerm(facet)), true, facet.field);
    assert.equal(passes(writeTerm({ ...facet, negated: true })), false, facet.field);
  }
  assert.equal(
    facetsOf(waiting).some(({ field }) => field === 'slower'),
    false,
  );
});
