import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Payload, TraceEvent } from '../shared/messages.ts';
import { appPath, httpStatus, methodOf, nameIn } from './method.ts';

const text = (content: string): Payload => ({ bytes: content.length, text: content });
const request = (body: Payload, more: Partial<TraceEvent> = {}): TraceEvent => ({
  ...{ seq: 1, time: 1, node: 'a.os', id: '1', trace: 't', span: 's', kind: 'request', outcome: 'pending' },
  ...{ source: 'a.os@x:x:x', target: 'a.os@y:y:y', body, ...more },
});
const fromServer = { source: 'a.os@http-server:distro:sys' };
const http = (method: string, url: string) => text(JSON.stringify({ Http: { method, url, headers: {} } }));

for (const [body, name] of [
  ['{"SendMessage": ["bob.os", "hi"]}', 'SendMessage'],
  [' { "a\\"b" : 1 }', 'a"b'],
  ['"GetState"', 'GetState'],
  ['{"Cut": "no end of thi', 'Cut'],
  ['{"\u202egnirts\\u0000":1}', '⟨202e⟩gnirts⟨0000⟩'],
  ['{}', undefined],
  ['[1]', undefined],
  ['hello', undefined],
  ['{"bad\\u00zz":1}', undefined],
] as const)
  test(`${body} is called ${name}`, () => assert.equal(nameIn(body), name));

test('a request from http-server is called by method and path, and by the handler in its blob', () => {
  const body = http('POST', 'http://localhost/samchat:samchat:template.os/api');
  assert.deepEqual(methodOf(request(body, { ...fromServer, blob: text('{"SendMessage":1}') })), {
    name: 'POST /api',
    inner: 'SendMessage',
  });
  assert.equal(methodOf(request(body)).name, 'Http', 'from anyone else it is just a body');
});

test('a WebSocket frame is called by its first key', () => {
  const frame = request(text('{"WebSocketPush":{"channel_id":1,"message_type":"Text"}}'), {
    ...fromServer,
    blob: text('hi'),
  });
  assert.deepEqual(methodOf(frame), { name: 'WebSocketPush', inner: undefined });
});

test('vfs and its like are asked by action', () => {
  const vfs = { target: 'a.os@vfs:distro:sys' };
  assert.equal(methodOf(request(text('{"path":"/a","action":"Read"}'), vfs)).name, 'Read');
  assert.equal(methodOf(request(text('{"path":"/a","action":{"OpenFile":{"create":true}}}'), vfs)).name, 'OpenFile');
  assert.equal(methodOf(request(text('{"path":"/a"}'), vfs)).name, 'path');
});

test('what has no name is called by what it is', () => {
  assert.equal(methodOf(request(text(''))).name, '(empty)');
  assert.equal(methodOf(request(text('plain'))).name, '(text)');
  assert.equal(methodOf(request({ bytes: 2, base64: '//8=' })).name, '(bytes)');
});

test('the path of a url as the app knows it', () => {
  assert.equal(appPath('http://localhost/chat:chat:ware.hypr/api/x'), '/api/x');
  assert.equal(appPath('http://localhost/chat:chat:ware.hypr'), '/');
  assert.equal(appPath('http://localhost/plain/path'), '/plain/path');
  assert.equal(appPath('not a url'), 'not a url');
});

test('status of an HTTP response', () => {
  assert.equal(httpStatus('{"status":404,"headers":{}}'), 404);
  assert.equal(httpStatus('{"status":"404"}'), undefined);
  assert.equal(httpStatus('nonsense'), undefined);
  assert.equal(httpStatus(undefined), undefined);
});
