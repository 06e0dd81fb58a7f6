/** other-modules.md §1 and §2: timer and http-client. */
import assert from 'node:assert/strict';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { differs, statement } from '../frame.ts';
import { type CallChoice, call, calls } from '../module-calls.ts';
import { ask, type Seen, send } from '../steps.ts';
import { type Puppet, type PuppetChoice, until } from '../world.ts';

const timer = 'timer:distro:sys';
const client = 'http-client:distro:sys';

statement(
  'other-modules.md §1',
  'SetTimer is answered with no bytes after the delay; 0 at once; anyone may ask',
  async (w) => {
    const a = await w.puppet();
    const [none, later] = (await a.do(
      ask(`our@${timer}`, '{"SetTimer":0}', 1),
      ask(`our@${timer}`, '{"SetTimer":200}', 1),
    )) as [Seen, Seen];
    assert.deepEqual([none.response?.body, none.response?.metadata], ['', null]);
    assert(none.ms < 150, `${none.ms} ms`);
    assert.equal(later.response?.body, '');
    assert(later.ms >= 198 && later.ms < 500, `${later.ms} ms`);
  },
);

statement(
  'other-modules.md §1',
  'two timers of one process run beside each other, matched by their contexts',
  async (w) => {
    const a = await w.puppet();
    const wait = (ms: number) => send(`our@${timer}`, `{"SetTimer":${ms}}`, { expects: 2, context: `${ms}` });
    const results = (await a.do(wait(300), wait(50), { call: 'receive' }, { call: 'receive' })) as Seen[];
    assert.deepEqual(
      results.slice(2).map(({ context }) => context),
      ['50', '300'],
    );
  },
);

statement('other-modules.md §1', 'what is no request is not answered', async (w) => {
  const a = await w.puppet();
  const seen = await a.ask(`our@${timer}`, '{"Wake":1}', 1);
  assert.equal(seen.error?.kind, 'timeout');
  await w.printed('timer service received a request with an invalid body', 1);
});

statement(
  'other-modules.md §10',
  'a private process that does not grant the timer gets no answer, and a line says so',
  async (w) => {
    const a = await w.puppet({ public: false });
    const seen = await a.ask(`our@${timer}`, '{"SetTimer":10}', 1);
    assert.equal(seen.error?.kind, 'timeout');
    assert(seen.ms >= 950);
    await w.printed(`process alpha.os@${timer} doesn't have capability to message process ${a.address}`, 0);
  },
);

/** A local server that tells what it got; `/status/404` and the like answer so. */
async function localServer<T>(
  use: (url: string, seen: http.IncomingMessage[], bodies: string[]) => Promise<T>,
): Promise<T> {
  const seen: http.IncomingMessage[] = [];
  const bodies: string[] = [];
  const server = http.createServer(async (request, response) => {
    seen.push(request);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    bodies.push(String(Buffer.concat(chunks)));
    const url = request.url ?? '';
    if (url.startsWith('/redirect/')) {
      const left = Number(url.slice('/redirect/'.length));
      return response.writeHead(302, { location: left > 0 ? `/redirect/${left - 1}` : '/end' }).end();
    }
    if (url === '/broken')
      return response.writeHead(200, { 'content-length': '10' }).write('abc', () => response.destroy());
    if (url === '/gzip') return response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.from([31, 139, 8]));
    const status = /^\/status\/(\d+)$/.exec(url)?.[1] ?? '200';
    const headers: http.OutgoingHttpHeaders = { 'x-api-key': 'k', etag: 'e', 'x-twice': ['1', '2'] };
    return response.writeHead(Number(status), headers).end(status === '200' ? `hello ${url}` : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, bodies);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const mayFetch: PuppetChoice = { request: [client], grant: [client] };
const get = (url: string, more: Readonly<Record<string, unknown>> = {}) => ({
  Http: { method: 'GET', version: null, url, headers: {}, ...more },
});
const fetching = (a: Puppet, body: unknown, choice?: CallChoice) => call(a, client, body, choice);

statement(
  'other-modules.md §2.1',
  'an HTTP request goes out with its headers and body; status, headers and body come back',
  async (w) => {
    const a = await w.puppet(mayFetch);
    await localServer(async (url, seen, bodies) => {
      const request = {
        Http: { method: 'POST', version: 'HTTP/1.1', url: `${url}/a?b=1`, headers: { 'X-One': 'ü', 'X-Two': '2' } },
      };
      const { answer, blob } = await fetching(a, request, { blob: '{"x":1}' });
      const { status, headers } = (answer as { Ok: { Http: { status: number; headers: Record<string, string> } } }).Ok
        .Http;
      assert.equal(status, 200);
      assert.deepEqual([headers['X-Api-Key'], headers['Etag'], headers['X-Twice']], ['k', 'e', '2']);
      assert.deepEqual(blob, { mime: null, bytes: 'hello /a?b=1' });
      const [got] = seen;
      assert.deepEqual([got?.method, got?.url, got?.headers['x-two'], bodies[0]], ['POST', '/a?b=1', '2', '{"x":1}']);
      assert.equal(got?.headers.accept, '*/*');
      assert.equal(got?.headers['user-agent'], undefined);
      assert.equal(got?.headers['accept-encoding'], undefined);
    });
  },
);

statement(
  'other-modules.md §2.2',
  'statuses of 400 and more are no errors; an empty body is a blob of no bytes',
  async (w) => {
    const a = await w.puppet(mayFetch);
    await localServer(async (url) => {
      const { answer, blob } = await fetching(a, get(`${url}/status/404`), { blob: '' });
      assert.equal((answer as { Ok: { Http: { status: number } } }).Ok.Http.status, 404);
      assert.deepEqual(blob, { mime: null, bytes: '' });
    });
  },
);

statement('other-modules.md §2.3', 'at most ten redirects are followed', async (w) => {
  const a = await w.puppet(mayFetch);
  await localServer(async (url) => {
    assert.equal((await fetching(a, get(`${url}/redirect/8`))).blob?.bytes, 'hello /end');
    const { answer } = await fetching(a, get(`${url}/redirect/20`));
    assert.match(JSON.stringify(answer), /^\{"Err":\{"ExecuteRequestFailed":/);
  });
});

statement('other-modules.md §2.3', 'nothing is decoded; a body that breaks off is an empty blob', async (w) => {
  const a = await w.puppet(mayFetch);
  await localServer(async (url) => {
    assert.deepEqual((await fetching(a, get(`${url}/gzip`))).blob?.bytes, [31, 139, 8]);
    const broken = await fetching(a, get(`${url}/broken`));
    assert.equal((broken.answer as { Ok: { Http: { status: number } } }).Ok.Http.status, 200);
    assert.equal(broken.blob?.bytes, '');
  });
});

statement('other-modules.md §2.2', 'each mistake in a request has its error', async (w) => {
  const a = await w.puppet(mayFetch);
  const done = await calls(a, client, [
    [get('not a url')],
    [get('http://localhost/', { method: 'G ET' })],
    [get('http://localhost/', { version: '9' })],
    ['nonsense'],
    [get('http://127.0.0.1:1/')],
    [{ WebSocketPush: { channel_id: 9, message_type: 'Text' } }, { blob: 'x' }],
    [{ WebSocketClose: { channel_id: 9 } }],
    [{ WebSocketOpen: { url: 'nope', headers: {}, channel_id: 1 } }],
    [{ WebSocketOpen: { url: 'ws://127.0.0.1:1', headers: {}, channel_id: 1 } }],
  ]);
  const errors = done.map(({ answer }) => (answer as { Err: unknown }).Err);
  assert.match(JSON.stringify(errors[4]), /^\{"ExecuteRequestFailed":".+"\}$/);
  assert.deepEqual(errors.toSpliced(4, 1), [
    { BadUrl: { url: 'not a url' } },
    { BadMethod: { method: 'G ET' } },
    { BadVersion: { version: '9' } },
    'MalformedRequest',
    { WsPushUnknownChannel: { channel_id: 9 } },
    { WsCloseFailed: { channel_id: 9 } },
    { BadUrl: { url: 'nope' } },
    { WsOpenFailed: { url: 'ws://127.0.0.1:1/' } },
  ]);
});

async function socketServer<T>(use: (url: string, sockets: WebSocket[], got: string[]) => Promise<T>): Promise<T> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const sockets: WebSocket[] = [];
  const got: string[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('message', (data, isBinary) => got.push(`${isBinary ? 'Binary' : 'Text'} ${data}`));
    socket.on('ping', (data) => got.push(`Ping ${data}`));
    socket.send('hello');
  });
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    return await use(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/x`, sockets, got);
  } finally {
    for (const socket of sockets) socket.terminate();
    server.close();
  }
}

/** Requests that came from http-client, as [body, blob]. */
async function told(a: Puppet, count: number) {
  const got: (readonly [unknown, unknown])[] = [];
  await until(`${count} messages of http-client`, async () => {
    for (const { request, blob } of await a.recorded()) got.push([JSON.parse(String(request?.body)), blob]);
    return got.length >= count;
  });
  return got;
}

const open = (url: string, channel_id = 1) => ({ WebSocketOpen: { url, headers: {}, channel_id } });
const push = (message_type: string, channel_id = 1) => ({ WebSocketPush: { channel_id, message_type } });
const acknowledged = { Ok: 'WebSocketAck' };

statement('other-modules.md §2.4', 'an opened WebSocket gives its frames and its end as requests', async (w) => {
  const a = await w.puppet(mayFetch);
  await socketServer(async (url, sockets) => {
    assert.deepEqual((await fetching(a, open(url))).answer, acknowledged);
    sockets[0]?.send(Buffer.from([1, 255]));
    sockets[0]?.ping('p');
    sockets[0]?.close();
    assert.deepEqual(await told(a, 4), [
      [push('Text'), { mime: 'text/plain', bytes: 'hello' }],
      [push('Binary'), { mime: 'application/octet-stream', bytes: [1, 255] }],
      [push('Ping'), null],
      [{ WebSocketClose: { channel_id: 1 } }, null],
    ]);
  });
});

statement(
  'other-modules.md §2.4',
  'pushes become frames; a push without blob or with broken text is refused',
  async (w) => {
    const a = await w.puppet(mayFetch);
    await socketServer(async (url, sockets, got) => {
      const done = await calls(a, client, [
        [open(url)],
        [push('Text'), { blob: 'ü' }],
        [push('Binary'), { blob: 'b' }],
        [push('Ping'), { blob: 'ignored' }],
        [push('Text')],
        [push('Text'), { blob: [255] }],
        [push('Text', 2), { blob: 'x' }],
      ]);
      assert.deepEqual(
        done.map(({ answer }) => answer),
        [
          acknowledged,
          acknowledged,
          acknowledged,
          acknowledged,
          { Err: 'WsPushNoBlob' },
          { Err: 'WsPushBadText' },
          { Err: { WsPushUnknownChannel: { channel_id: 2 } } },
        ],
      );
      await until('the frames', () => got.length === 3);
      assert.deepEqual(got, ['Text ü', 'Binary b', 'Ping ']);
      const ended = new Promise((resolve) => sockets[0]?.once('close', resolve));
      assert.deepEqual((await fetching(a, { WebSocketClose: { channel_id: 1 } })).answer, acknowledged);
      await ended;
      assert.deepEqual((await told(a, 2)).at(-1), [{ WebSocketClose: { channel_id: 1 } }, null]);
      assert.deepEqual((await fetching(a, { WebSocketClose: { channel_id: 1 } })).answer, {
        Err: { WsCloseFailed: { channel_id: 1 } },
      });
    });
  },
);

statement(
  'other-modules.md §2.4',
  'opening a channel again replaces it; channels belong to their process',
  async (w) => {
    const { a, b } = await w.puppets({ a: mayFetch, b: mayFetch });
    await socketServer(async (url, sockets, got) => {
      await calls(a, client, [[open(url)], [open(url)]]);
      await until('the first is closed', () => sockets[0]?.readyState === 3);
      assert.deepEqual((await fetching(b, push('Text'), { blob: 'x' })).answer, {
        Err: { WsPushUnknownChannel: { channel_id: 1 } },
      });
      await fetching(a, push('Text'), { blob: 'second' });
      await until('the frame', () => got.includes('Text second'));
    });
  },
);

differs('other-modules.md §2.3', 'The proxy of the system is honoured', 'Not used', async (w) => {
  // The node takes over the environment of this process.
  const before = process.env['http_proxy'];
  process.env['http_proxy'] = 'http://127.0.0.1:1';
  try {
    const node = await w.launch('direct.os');
    const a = await w.puppet(mayFetch, { node });
    await localServer(async (url) => assert.equal((await fetching(a, get(url))).blob?.bytes, 'hello /'));
  } finally {
    if (before === undefined) delete process.env['http_proxy'];
    else process.env['http_proxy'] = before;
  }
});
differs('other-modules.md §2.3', 'HTTP 1.1 and 2', '1.1', async (w) => {
  const a = await w.puppet(mayFetch);
  await localServer(async (url, seen) => {
    await fetching(a, get(url, { version: 'HTTP/2.0' }));
    assert.equal(seen[0]?.httpVersion, '1.1');
  });
});
differs(
  'other-modules.md §2.4',
  'Messages about a WebSocket have the id of the `WebSocketOpen` request',
  'Ids of their own; the channel is named in the body',
  async (w) => {
    const a = await w.puppet(mayFetch);
    await socketServer(async (url) => {
      await fetching(a, open(url));
      const opening = await w.traced(
        'the open',
        (e) => e.kind === 'request' && Boolean(e.body?.includes('WebSocketOpen')),
      );
      const frame = await w.traced(
        'a frame',
        (e) => e.kind === 'request' && Boolean(e.body?.includes('WebSocketPush')),
      );
      assert.notEqual(frame.id, opening.id);
    });
  },
);
