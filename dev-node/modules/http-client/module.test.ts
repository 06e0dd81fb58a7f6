/** http-client against real servers on free ports (other-modules.md §2, §10). */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { WebSocketServer } from 'ws';
import { parseBody } from '../body.ts';
import { InMemoryKernel } from '../testing/in-memory-kernel.ts';
import { createHttpClient } from './module.ts';

const id = 'http-client:distro:sys';
const app = 'main:app:me.os';

describe('http-client', () => {
  let kernel: InMemoryKernel;
  let server: Server;
  let other: Server;
  let base: string;
  let seen: { request: IncomingMessage; body: string }[];
  const portOf = (s: Server) => (s.address() as AddressInfo).port;

  before(async () => {
    kernel = await new InMemoryKernel().add(createHttpClient());
    const answer = async (request: IncomingMessage, response: import('node:http').ServerResponse) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push({ request, body: Buffer.concat(chunks).toString() });
      if (request.url === '/missing') response.writeHead(404, { 'x-api-key': 'k', etag: 'e', 'X-Odd': 'ü' }).end();
      else if (request.url === '/away')
        response.writeHead(302, { location: `http://localhost:${portOf(other)}/there` }).end();
      else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
      else if (request.url === '/broken')
        response.writeHead(200, { 'content-length': '10' }).write('x', () => response.destroy());
      else response.writeHead(200, { 'content-encoding': 'gzip' }).end('raw');
    };
    server = createServer(answer).listen(0, '127.0.0.1');
    other = createServer(answer).listen(0, '127.0.0.1');
    await Promise.all([once(server, 'listening'), once(other, 'listening')]);
    base = `http://127.0.0.1:${portOf(server)}`;
  });
  after(async () => {
    await kernel.dispose();
    server.close();
    other.close();
  });

  async function call(url: string, more: object = {}, blob = '') {
    seen = [];
    const body = { Http: { method: 'GET', version: null, url, headers: {}, ...more } };
    const answer = await kernel.ask(id, body, { blob: Buffer.from(blob) });
    return {
      json: answer?.json as Record<string, Record<string, Record<string, unknown>>>,
      blob: answer?.blob && Buffer.from(answer.blob.bytes).toString(),
    };
  }

  test('§10.4: a 404 with an empty body is a success, with a blob', async () => {
    const { json, blob } = await call(`${base}/missing`);
    const http = json['Ok']?.['Http'];
    assert.equal(http?.['status'], 404);
    const headers = http?.['headers'] as Record<string, string>;
    assert.deepEqual([headers['X-Api-Key'], headers['Etag'], headers['X-Odd'], blob], ['k', 'e', '', '']);
    assert.equal(seen[0]?.request.headers['transfer-encoding'], undefined);
  });

  test('§2.3: method, headers and body go out as given; nothing is added but Accept; nothing is decoded', async () => {
    const headers = { 'Content-Type': 'text/x', 'bad name': 'x', 'X-Bad': 'a\nb' };
    const { blob } = await call(`${base}/echo?b=1`, { method: 'PATCH', headers }, 'body');
    const { request, body } = seen[0] ?? assert.fail();
    assert.deepEqual([request.method, request.url, body, blob], ['PATCH', '/echo?b=1', 'body', 'raw']);
    assert.deepEqual(Object.keys(request.headers).sort(), [
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',
    ]);
  });

  test('§2.3: redirects are followed; another host gets no credentials; a POST becomes a GET', async () => {
    const headers = { Authorization: 'secret', 'X-Kept': 'y' };
    await call(`${base}/away`, { method: 'POST', headers }, 'form');
    const [, second] = seen;
    assert.deepEqual([second?.request.method, second?.request.url, second?.body], ['GET', '/there', '']);
    assert.deepEqual([second?.request.headers.authorization, second?.request.headers['x-kept']], [undefined, 'y']);
    const { json } = await call(`${base}/loop`);
    assert.match(JSON.stringify(json), /ExecuteRequestFailed.*too many redirects/);
  });

  test('§2.3: a body that breaks off is an empty success', async () => {
    const { json, blob } = await call(`${base}/broken`);
    assert.deepEqual([json['Ok']?.['Http']?.['status'], blob], [200, '']);
  });

  const errors: [string, string, object, RegExp][] = [
    ['§10.3', 'not a url', {}, /^\{"Err":\{"BadUrl":\{"url":"not a url"\}\}\}$/],
    [
      '§10.5',
      'http://127.0.0.1:1/',
      {},
      /^\{"Err":\{"ExecuteRequestFailed":"error sending request for url \(http:\/\/127\.0\.0\.1:1\/\)/,
    ],
    ['bad method', 'http://x/', { method: 'G ET' }, /BadMethod":\{"method":"G ET"/],
    ['bad version', 'http://x/', { version: '9' }, /BadVersion":\{"version":"9"/],
    ['no HTTP URL', 'ftp://x/', {}, /BuildRequestFailed/],
  ];
  for (const [name, url, more, expected] of errors)
    test(`§2.2: ${name}`, async () => assert.match(JSON.stringify((await call(url, more)).json), expected));

  test('§2.2: a body that is no request is answered only to who waits', async () => {
    assert.deepEqual((await kernel.ask(id, { Http: {} }))?.json, { Err: 'MalformedRequest' });
    assert.equal(await kernel.ask(id, { Http: {} }, { expects: false }), undefined);
  });

  test('§10.6, §2.4: unknown channels', async () => {
    const push = { WebSocketPush: { channel_id: 9, message_type: 'Text' } };
    assert.deepEqual((await kernel.ask(id, push, { expects: false }))?.json, {
      Err: { WsPushUnknownChannel: { channel_id: 9 } },
    });
    const close = { WebSocketClose: { channel_id: 9 } };
    assert.deepEqual((await kernel.ask(id, close))?.json, { Err: { WsCloseFailed: { channel_id: 9 } } });
    const open = { WebSocketOpen: { url: 'ws://127.0.0.1:1', headers: {}, channel_id: 1 } };
    assert.deepEqual((await kernel.ask(id, open))?.json, { Err: { WsOpenFailed: { url: 'ws://127.0.0.1:1/' } } });
  });

  test('§10.7: open, frames both ways, close by the server; the answer to Open comes first', async () => {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(sockets, 'listening');
    const received: string[] = [];
    sockets.on('connection', (socket) => {
      socket.send('a');
      socket.on('message', (data) => {
        received.push(String(data));
        socket.close();
      });
    });
    const got: unknown[] = [];
    kernel.process(app, (message) => {
      got.push([
        parseBody(message.message.body),
        message.blob && [message.blob.mime, Buffer.from(message.blob.bytes).toString()],
      ]);
    });
    kernel.sent.length = 0;
    const url = `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}/`;
    const open = { WebSocketOpen: { url, headers: {}, channel_id: 1 } };
    assert.deepEqual((await kernel.ask(id, open))?.json, { Ok: 'WebSocketAck' });
    const push = { WebSocketPush: { channel_id: 1, message_type: 'Text' } };
    assert.deepEqual((await kernel.ask(id, push))?.json, { Err: 'WsPushNoBlob' });
    assert.deepEqual((await kernel.ask(id, push, { blob: Buffer.from([0xff]) }))?.json, { Err: 'WsPushBadText' });
    assert.deepEqual((await kernel.ask(id, push, { blob: Buffer.from('b') }))?.json, { Ok: 'WebSocketAck' });
    for (let i = 0; got.length < 2 && i < 100; i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(received, ['b']);
    assert.deepEqual(got, [
      [{ WebSocketPush: { channel_id: 1, message_type: 'Text' } }, ['text/plain', 'a']],
      [{ WebSocketClose: { channel_id: 1 } }, undefined],
    ]);
    const kinds = kernel.sent.filter((message) => message.source.process === id).map((message) => message.message.kind);
    assert.equal(kinds[0], 'response');
    sockets.close();
  });
});
