import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completionsAt } from './filter-completion.ts';
import { mergeSpan } from './span.ts';

const span = (id: string, target: string, body: string) =>
  mergeSpan(id, [
    {
      ...{ seq: 1, time: 1, node: 'alice.os', id, trace: 't', span: id, kind: 'request', outcome: 'pending' },
      ...{ source: 'alice.os@samchat:samchat:template.os', target, body: { bytes: body.length, text: body } },
    },
  ]);
const spans = [
  span('1', 'alice.os@vfs:distro:sys', '{"Read":1}'),
  span('2', 'bob.os@samchat:samchat:template.os', '{"Send Message":1}'),
  span('3', 'bob.os@samchat:samchat:template.os', '{"Ping":1}'),
];
/** The text with each proposal put in, `|` being the caret. */
const proposed = (marked: string) => {
  const caret = marked.indexOf('|');
  const text = marked.replace('|', '');
  return completionsAt(text, caret, spans).map(({ insert, from, to }) => text.slice(0, from) + insert + text.slice(to));
};

test('fields where a term begins', () => {
  assert.deepEqual(proposed('|'), ['from:', 'to:', 'node:', 'method:', 'status:', 'slower:']);
  assert.deepEqual(proposed('hello s|'), ['hello status:', 'hello slower:']);
  assert.deepEqual(proposed('-n|'), ['-node:']);
  assert.deepEqual(proposed('hello|'), []);
});

test('values that were seen, the most frequent first', () => {
  assert.deepEqual(proposed('to:|'), ['to:samchat:samchat:template.os ', 'to:vfs:distro:sys ']);
  assert.deepEqual(proposed('to:vf| hello'), ['to:vfs:distro:sys  hello']);
  assert.deepEqual(proposed('node:|'), ['node:alice.os ', 'node:bob.os ']);
  assert.deepEqual(proposed('-method:me|'), ['-method:"Send Message" ']);
});

test('statuses and times; what is written whole is not proposed', () => {
  assert.deepEqual(proposed('status:o|'), ['status:ok ', 'status:offline ', 'status:timeout ', 'status:dropped ']);
  assert.deepEqual(proposed('slower:5|'), ['slower:50ms ', 'slower:5s ']);
  assert.deepEqual(proposed('status:sent|'), []);
});
