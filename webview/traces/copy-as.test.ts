import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import type { Payload, TraceEvent } from '../shared/messages.ts';
import { copyForms } from './copy-as.ts';
import { mergeSpan } from './span.ts';

const text = (content: string): Payload => ({ bytes: Buffer.byteLength(content), text: content });
const spanOf = (more: Partial<TraceEvent> = {}) =>
  mergeSpan('k', [
    {
      ...{ seq: 1, time: 1, node: 'alice.os', id: '1', trace: 't', span: 's', kind: 'request', outcome: 'pending' },
      ...{ source: 'alice.os@chat:chat:me.os', target: 'bob.os@chat:chat:me.os', expectsResponse: 5 },
      body: text(`{"Say":"it's $HOME \\"now\\""}`),
      ...more,
    },
  ]);
const http = 'http://localhost:8081';
const form = (name: string, more?: Partial<TraceEvent>, at: string | undefined = http) =>
  copyForms(spanOf(more), at).find((each) => each.name === name)?.text;
const names = (more?: Partial<TraceEvent>, at?: string) => copyForms(spanOf(more), at).map(({ name }) => name);

/** What a shell makes of a command: its arguments, those that are files by their content. */
function argumentsIn(command: string): string[] {
  const [, ...words] = command.split(' ');
  const script = `show() { for each; do case "$each" in /dev/fd/*) cat "$each";; @/dev/fd/*) printf @; cat "\${each#@}";; *) printf %s "$each";; esac; printf '\\0'; done; }; show ${words.join(' ')}`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}
const body = `{"Say":"it's $HOME \\"now\\""}`;

test('hyperdev inject, as a shell reads it', () => {
  assert.deepEqual(argumentsIn(form('hyperdev inject')!), [
    ...['inject', 'chat:chat:me.os', body, '--node', 'bob.os', '--timeout', '5'],
  ]);
  const blob = { ...text("a'b\n"), mime: 'text/plain; charset=utf-8' };
  assert.deepEqual(argumentsIn(form('hyperdev inject', { blob, expectsResponse: undefined })!).slice(5), [
    ...['--non-block', '--blob', "a'b\n", '--mime', 'text/plain; charset=utf-8'],
  ]);
  assert.equal(argumentsIn(form('hyperdev inject', { blob: { bytes: 2, base64: 'aGk=' } })!).at(-1), 'hi');
});

test('kit inject-message names the port of the target’s node', () => {
  assert.deepEqual(argumentsIn(form('kit inject-message')!), [
    'inject-message',
    'chat:chat:me.os',
    body,
    '--port',
    '8081',
  ]);
  assert.deepEqual(argumentsIn(form('kit inject-message', { expectsResponse: undefined })!).at(-1), '--non-block');
});

test('curl speaks to the endpoint that kit uses', () => {
  const words = argumentsIn(form('curl', { blob: text('hi') })!);
  assert.equal(words[0], 'http://localhost:8081/rpc:distro:sys/message');
  const { process, expects_response, data, body: sent } = JSON.parse(words.at(-1)!);
  assert.deepEqual([process, expects_response, data, sent], ['chat:chat:me.os', 5, 'aGk=', body]);
});

test('what came in by HTTP goes out by HTTP', () => {
  const envelope = (url: string, query = {}) => ({
    source: 'bob.os@http-server:distro:sys',
    body: text(
      JSON.stringify({
        Http: { method: 'POST', url, headers: { 'Content-Type': 'application/json' }, query_params: query },
      }),
    ),
    blob: text(body),
  });
  const url = 'http://localhost/chat:chat:me.os/api';
  assert.deepEqual(names(envelope(url), http), ['curl', 'JSON']);
  assert.deepEqual(argumentsIn(form('curl', envelope(url, { q: 'a b' }))!), [
    ...['-X', 'POST', 'http://localhost:8081/chat:chat:me.os/api?q=a+b'],
    ...['-H', 'content-type: application/json', '--data-raw', body],
  ]);
  assert.deepEqual(argumentsIn(form('curl', { ...envelope(url), blob: undefined })!), [
    ...['-X', 'POST', 'http://localhost:8081/chat:chat:me.os/api'],
  ]);
});

test('what cannot be sent again is given as JSON only', () => {
  assert.deepEqual(names({ body: { bytes: 9000, text: '{"cut' } }, http), ['JSON']);
  assert.deepEqual(names({ blob: { bytes: 9000, text: 'cut' } }, http), ['JSON']);
  assert.deepEqual(names({ body: { bytes: 2, base64: '//8=' } }, http), ['JSON']);
  assert.deepEqual(names({ body: text('"\0"') }, http), ['JSON']);
  assert.deepEqual(names({ kind: 'process' }, http), ['JSON']);
  assert.deepEqual(
    names(),
    ['hyperdev inject', 'kit inject-message', 'JSON'],
    'a node that does not run has no address',
  );
});

test('JSON holds every event as it was', () => {
  const large = '{"id":18446744073709551615}';
  const { events, span, status } = JSON.parse(form('JSON', { body: text(large) })!);
  assert.deepEqual([span, status, events[0].body.text], ['s', 'pending', large]);
});
