/** The module against real HTTP and WebSocket connections on a free port. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import type { KernelMessage } from '../../kernel/message.ts';
import { jsonBody, parseBody } from '../body.ts';
import { InMemoryKernel } from '../testing/in-memory-kernel.ts';
import { type HttpServer, openHttpServer } from './module.ts';
import { defaultHttpServerSettings, type HttpServerSettings } from './settings.ts';

const id = 'http-server:distro:sys';
const app = 'main:app:me.os';
const file = (text: string, mime = 'text/html') => ({ mime, bytes: Buffer.from(text) });

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

class Site {
  readonly kernel = new InMemoryKernel();
  server!: HttpServer;

  async open(settings: Partial<HttpServerSettings> = {}): Promise<this> {
    this.server = await openHttpServer({
      node: 'me.os',
      settings: { ...defaultHttpServerSettings, port: 0, requestTimeoutMs: 300, ...settings },
      secret: Buffer.alloc(32, 7),
      files: [
        { path: '/our.js', content: file("window.our = {}; window.our.node = 'me.os';", 'application/javascript') },
      ],
      homepagePaths: ['/'],
    });
    await this.kernel.add(this.server.module);
    return this;
  }

  get(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Got> {
    return new Promise((resolve, reject) => {
      const { method = 'GET', headers = {}, body } = options;
      const sent = httpRequest({ host: '127.0.0.1', port: this.server.port, path, method, headers, agent: false });
      sent.on('error', reject);
      sent.on('response', async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        });
      });
      sent.end(body);
    });
  }

  async bind(path: string, more: object = {}, content?: ReturnType<typeof file>): Promise<unknown> {
    const body = { Bind: { path, authenticated: false, local_only: false, cache: content !== undefined, ...more } };
    return (await this.kernel.ask(id, body, { blob: content }))?.json;
  }

  /** Runs an app that answers each HTTP message with what `answer` makes of it; keeps what it got. */
  run(answer: (http: Record<string, unknown>) => { json: unknown; blob?: Uint8Array } | undefined): KernelMessage[] {
    const got: KernelMessage[] = [];
    this.kernel.process(app, (message, context) => {
      got.push(message);
      const body = parseBody(message.message.body) as { Http?: Record<string, unknown> };
      const reply = body.Http && answer(body.Http);
      if (reply)
        context.respond(message, {
          body: jsonBody(reply.json),
          blob: reply.blob && { mime: 'ignored/type', bytes: reply.blob },
        });
    });
    return got;
  }
}

describe('http-server.md §4, §5: a request reaches its process, and its response the client', () => {
  let site: Site;
  before(async () => {
    site = await new Site().open();
    await site.bind('/api');
    await site.bind('/files/*rest');
  });
  after(() => site.server.close());

  test('the message has the fields of §4, and always a blob', async () => {
    const got = site.run(() => ({ json: { status: 200, headers: {} } }));
    await site.get('/main:app:me.os/files/a/b.txt/?page=2&page=3&a&c=x+y%20z', { headers: { 'X-One': 'a' } });
    const [message] = got;
    assert.ok(message?.message.kind === 'request');
    assert.equal(message.message.expectsResponse, 1n);
    assert.equal(message.rsvp, undefined);
    assert.equal(message.message.metadata, undefined);
    assert.deepEqual(message.blob, { mime: undefined, bytes: new Uint8Array() });
    const { Http } = parseBody(message.message.body) as { Http: Record<string, unknown> };
    assert.match(String(Http['source_socket_addr']), /^127\.0\.0\.1:\d+$/);
    assert.equal(Http['method'], 'GET');
    assert.equal(Http['url'], 'http://127.0.0.1/main:app:me.os/files/a/b.txt');
    assert.equal(Http['bound_path'], '/main:app:me.os/files/*rest');
    assert.deepEqual(Http['url_params'], { rest: 'a/b.txt' });
    assert.deepEqual(Http['query_params'], { page: '3', a: '', c: 'x y z' });
    assert.equal((Http['headers'] as Record<string, string>)['x-one'], 'a');
  });

  test('status, headers and blob of the response go out; without a content type it is octet-stream', async () => {
    site.run(() => ({ json: { status: 201, headers: { 'X-Two': 'b' } }, blob: Buffer.from('{"Ok":1}') }));
    const answer = await site.get('/main:app:me.os/api', { method: 'POST', body: '{}' });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers['x-two'], 'b');
    assert.equal(answer.headers['content-type'], 'application/octet-stream');
    assert.equal(answer.text, '{"Ok":1}');
  });

  test('the body of the request is the blob', async () => {
    const got = site.run(() => ({ json: { status: 200, headers: {} } }));
    await site.get('/main:app:me.os/api', { method: 'POST', body: '{"GetConversations":""}' });
    assert.equal(Buffer.from(got[0]?.blob?.bytes ?? []).toString(), '{"GetConversations":""}');
  });

  test('an unlawful header is dropped, an unlawful status is 500 with headers and body kept', async () => {
    site.run(() => ({
      json: { status: 42, headers: { 'bad name': 'x', 'X-Bad': 'a\nb', 'Content-Length': '99999', 'X-Good': 'y' } },
      blob: Buffer.from('kept'),
    }));
    const answer = await site.get('/main:app:me.os/api');
    assert.equal(answer.status, 500);
    assert.equal(answer.headers['x-good'], 'y');
    assert.equal(answer.headers['x-bad'], undefined);
    assert.equal(answer.text, 'kept');
  });

  test('a response that is not the JSON of §5 is an empty 500', async () => {
    site.run(() => ({ json: { status: 70000, headers: {} }, blob: Buffer.from('lost') }));
    const answer = await site.get('/main:app:me.os/api');
    assert.deepEqual([answer.status, answer.text], [500, '']);
  });

  for (const status of [101, 204, 304])
    test(`status ${status} with a body breaks nothing`, async () => {
      site.run(() => ({ json: { status, headers: {} }, blob: Buffer.from('x') }));
      const answer = await site.get('/main:app:me.os/api');
      assert.equal(answer.status, status === 101 ? 500 : status);
    });

  test('no response in time is an empty 408; the header changes the time', async () => {
    site.run(() => undefined);
    const begin = performance.now();
    const answer = await site.get('/main:app:me.os/api');
    assert.deepEqual([answer.status, answer.text], [408, '']);
    assert.ok(performance.now() - begin >= 290);
    const at = performance.now();
    await site.get('/main:app:me.os/api', { headers: { 'X-Hyperware-Http-Server-Timeout': '0' } });
    assert.ok(performance.now() - at < 250);
  });

  test('a handler that answers late is matched by id, not by order', async () => {
    const kept: (() => void)[] = [];
    site.kernel.process(app, (message, context) => {
      const { Http } = parseBody(message.message.body) as { Http: { query_params: { n: string } } };
      const body = jsonBody({ status: 200, headers: { 'X-N': Http.query_params.n } });
      kept.unshift(() => context.respond(message, { body }));
      if (kept.length === 2) for (const answer of kept) answer();
    });
    const [one, two] = await Promise.all([site.get('/main:app:me.os/api?n=1'), site.get('/main:app:me.os/api?n=2')]);
    assert.deepEqual([one.headers['x-n'], two.headers['x-n']], ['1', '2']);
  });
});

describe('http-server.md §1-§3, §6: binding and static content', () => {
  let site: Site;
  before(async () => {
    site = await new Site().open();
    assert.deepEqual(await site.bind('/', {}, file('<p>index')), { Ok: null });
    await site.bind('/a.js', {}, file('let a', 'text/javascript'));
  });
  after(() => site.server.close());

  test('an unknown GET below an app with a page returns its index', async () => {
    const answer = await site.get('/main:app:me.os/some/page');
    assert.deepEqual([answer.status, answer.headers['content-type'], answer.text], [200, 'text/html', '<p>index']);
  });

  test('other methods than GET go to the process', async () => {
    const got = site.run(() => ({ json: { status: 202, headers: {} } }));
    assert.equal((await site.get('/main:app:me.os/x', { method: 'POST' })).status, 202);
    const { Http } = parseBody(got[0]?.message.body ?? new Uint8Array()) as { Http: { bound_path: string } };
    assert.equal(Http.bound_path, '/main:app:me.os');
  });

  test('binding again replaces the content', async () => {
    await site.bind('/a.js', {}, file('let b', 'text/javascript'));
    assert.equal((await site.get('/main:app:me.os/a.js')).text, 'let b');
  });

  test('an unbound path answers 404 and does not fall back', async () => {
    await site.bind('/gone', {}, file('x'));
    assert.deepEqual((await site.kernel.ask(id, { Unbind: { path: '/gone' } }))?.json, { Ok: null });
    const answer = await site.get('/main:app:me.os/gone');
    assert.deepEqual([answer.status, answer.text], [404, '']);
  });

  test('an empty file needs a blob all the same, and is served', async () => {
    assert.deepEqual(await site.bind('/empty', { cache: true }), { Err: 'NoBlob' });
    await site.bind('/empty', {}, file(''));
    assert.equal((await site.get('/main:app:me.os/empty')).text, '');
  });

  test('a path that nobody bound is 404', async () => {
    assert.equal((await site.get('/other:app:me.os/x')).status, 404);
  });

  const errors: [string, unknown, string | undefined, unknown][] = [
    ['no action', { Nonsense: 1 }, undefined, { Err: 'MalformedRequest' }],
    ['a missing field', { Bind: { path: '/x' } }, undefined, { Err: 'MalformedRequest' }],
    [
      'a name with underscore',
      { WebSocketBind: { path: '/', authenticated: false, extension: false } },
      'a_b:c:d.os',
      { Err: 'InvalidSourceProcess' },
    ],
    ['a push without blob', { WebSocketPush: { channel_id: 1, message_type: 'Text' } }, undefined, { Err: 'NoBlob' }],
    ['closing an unknown channel', { WebSocketClose: 1 }, undefined, { Ok: null }],
  ];
  for (const [name, body, from, expected] of errors)
    test(`§2: ${name}`, async () => {
      assert.deepEqual((await site.kernel.ask(id, body, from ? { from } : {}))?.json, expected);
    });

  test('§1: success is answered only where an answer is expected, an error always', async () => {
    assert.equal(await site.kernel.ask(id, { Unbind: { path: '/y' } }, { expects: false }), undefined);
    assert.deepEqual((await site.kernel.ask(id, 'Nonsense', { expects: false }))?.json, { Err: 'MalformedRequest' });
  });
});

describe('http-server.md §7: login', () => {
  test('with auto-login the page is served at once and the cookie issued; with the cookie it is not issued again', async () => {
    const site = await new Site().open();
    await site.bind('/', { authenticated: true }, file('<p>secret'));
    const first = await site.get('/main:app:me.os/');
    assert.equal(first.text, '<p>secret');
    const [cookie] = first.headers['set-cookie'] ?? [];
    assert.match(cookie ?? '', /^hyperware-auth_me\.os=[\w-]+\.[\w-]+\.[\w-]+; Path=\/; SameSite=Strict$/);
    const claims = JSON.parse(Buffer.from(cookie?.split('=')[1]?.split('.')[1] ?? '', 'base64url').toString());
    assert.deepEqual([claims.username, claims.subdomain], ['me.os', null]);
    const second = await site.get('/main:app:me.os/', { headers: { cookie: cookie?.split(';')[0] ?? '' } });
    assert.equal(second.headers['set-cookie'], undefined);
    await site.server.close();
  });

  test('without auto-login: login page with status 200, then /login, then the page', async () => {
    const site = await new Site().open({ autoLogin: false });
    await site.bind('/', { authenticated: true }, file('<p>secret'));
    const page = await site.get('/main:app:me.os/');
    assert.equal(page.status, 200);
    assert.match(page.text, /needs a login/);
    assert.equal(page.headers['set-cookie'], undefined);
    const login = await site.get('/login', {
      method: 'POST',
      body: '{"password_hash":"x"}',
      headers: { 'content-length': '21' },
    });
    const cookie = login.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    assert.equal((await site.get('/main:app:me.os/', { headers: { cookie } })).text, '<p>secret');
    const forged = `${cookie.slice(0, -3)}AAA`;
    assert.match((await site.get('/main:app:me.os/', { headers: { cookie: forged } })).text, /needs a login/);
    assert.match((await site.get('/main:app:me.os/', { headers: { cookie: `x=${cookie}` } })).text, /needs a login/);
    await site.server.close();
  });

  test('a redirect after login stays on this host', async () => {
    const site = await new Site().open();
    const post = (redirect: string) => {
      const headers = { 'content-length': '21', host: `localhost:${site.server.port}` };
      return site.get(`/login?redirect=${redirect}`, { method: 'POST', body: '{"password_hash":"x"}', headers });
    };
    const good = await post('/a:b:c/');
    assert.deepEqual([good.status, good.headers.location], [303, `http://localhost:${site.server.port}/a:b:c/`]);
    assert.equal((await post('@evil.com')).status, 200);
    await site.server.close();
  });

  test('§7.3: a broken form is 400', async () => {
    const site = await new Site().open();
    const answer = await site.get('/login', { method: 'POST', body: '{}', headers: { 'content-length': '2' } });
    assert.deepEqual([answer.status, answer.text], [400, '"Failed to parse login info"']);
    await site.server.close();
  });

  test('§7.4: a secure path is served on its subdomain only', async () => {
    const site = await new Site().open();
    await site.kernel.ask(id, { SecureBind: { path: '/', cache: true } }, { blob: file('<p>secure') });
    await site.bind('/open', {}, file('open'));
    const { port } = site.server;
    const elsewhere = await site.get('/main:app:me.os/x?q=1', { headers: { host: `localhost:${port}` } });
    assert.equal(elsewhere.status, 307);
    assert.equal(elsewhere.headers.location, `http://app-me-os.localhost:${port}/main:app:me.os/x?q=1`);
    const there = await site.get('/main:app:me.os/', { headers: { host: `app-me-os.localhost:${port}` } });
    assert.equal(there.text, '<p>secure');
    assert.match(there.headers['set-cookie']?.[0] ?? '', /^hyperware-auth_me\.os@main:app:me\.os=/);
    assert.equal(
      (await site.get('/main:app:me.os/open', { headers: { host: `app-me-os.localhost:${port}` } })).text,
      'open',
    );
    const foreign = { Bind: { path: '/', authenticated: true, local_only: false, cache: true } };
    await site.kernel.ask(id, foreign, { from: 'main:other:me.os', blob: file('other') });
    const refused = await site.get('/main:other:me.os/', { headers: { host: `app-me-os.localhost:${port}` } });
    assert.deepEqual([refused.status, refused.text], [403, 'secure subdomain can only serve its associated package']);
    await site.server.close();
  });
});

describe('http-server.md §7.5, §7.6: who may call at all', () => {
  let site: Site;
  before(async () => {
    site = await new Site().open();
    await site.bind('/api', { local_only: true });
    site.run(() => ({ json: { status: 200, headers: {} } }));
  });
  after(() => site.server.close());
  const status = async (headers: Record<string, string>, method = 'POST') =>
    (await site.get('/main:app:me.os/api', { method, headers })).status;

  test('names of this machine with our port pass; others do not', async () => {
    const { port } = site.server;
    for (const name of ['localhost', 'x.localhost', '127.0.0.1', '[::1]'])
      assert.equal(await status({ host: `${name}:${port}` }), 200, name);
    for (const host of [
      `evil.com:${port}`,
      `localhost:${port + 1}`,
      'localhost',
      `localhost.evil.com:${port}`,
      `127.0.0.1.nip.io:${port}`,
    ])
      assert.equal(await status({ host }), 403, host);
  });

  test('a page of another machine is refused, a Vite dev server on this one is not', async () => {
    for (const origin of ['https://evil.com', 'null', 'http://localhost.evil.com'])
      assert.equal(await status({ origin }), 403, origin);
    for (const origin of ['http://localhost:5173', 'http://127.0.0.1:3000', 'http://[::1]:5173'])
      assert.equal(await status({ origin }), 200, origin);
  });

  test('§7.5: a proxied request is not local', async () => {
    assert.equal(await status({ 'x-forwarded-for': '1.2.3.4' }), 403);
  });

  test('the port listens on loopback addresses only', async () => {
    const ipv6 = await fetch(`http://[::1]:${site.server.port}/our.js`).catch((error: unknown) => error);
    if (ipv6 instanceof Response) assert.equal(await ipv6.text(), "window.our = {}; window.our.node = 'me.os';");
  });

  test('§10: /our.js needs no login and is a script', async () => {
    const answer = await site.get('/our.js');
    assert.equal(answer.headers['content-type'], 'application/javascript');
    assert.equal(answer.text, "window.our = {}; window.our.node = 'me.os';");
  });
});

describe('http-server.md §15: the port', () => {
  test('a given port that is taken is an error that says what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await assert.rejects(new Site().open({ port }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'port-in-use');
      assert.match(error.message, new RegExp(`Port ${port} .*choose another port`));
      return true;
    });
    other.close();
  });

  test('without a port two nodes get two ports from 8080 on', async () => {
    const one = await new Site().open({ port: undefined });
    const two = await new Site().open({ port: undefined });
    assert.ok(one.server.port >= 8080 && two.server.port > one.server.port && two.server.port <= 8999);
    await Promise.all([one.server.close(), two.server.close()]);
  });
});

describe('http-server.md §9: WebSockets', () => {
  let site: Site;
  let got: unknown[];
  let blobs: (string | undefined)[];
  before(async () => {
    site = await new Site().open({ maxChannels: 2 });
    await site.kernel.ask(id, { WebSocketBind: { path: '/ws', authenticated: false, extension: false } });
    await site.bind('/', {}, file('<p>index'));
  });
  after(() => site.server.close());

  async function listen(count: number): Promise<unknown[]> {
    for (let i = 0; got.length < count && i < 100; i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    return got;
  }
  async function connect(path = '/main:app:me.os/ws', headers: Record<string, string> = {}): Promise<WebSocket> {
    got = [];
    blobs = [];
    site.kernel.process(app, (message) => {
      got.push(parseBody(message.message.body));
      blobs.push(message.blob && Buffer.from(message.blob.bytes).toString());
    });
    const socket = new WebSocket(`ws://localhost:${site.server.port}${path}`, { headers });
    await once(socket, 'open');
    return socket;
  }
  const push = async (body: object, blob: Uint8Array, from = app) =>
    (await site.kernel.ask(id, { WebSocketPush: body }, { blob, from }))?.json;
  const channelOf = (opened: unknown) => (opened as { WebSocketOpen: { channel_id: number } }).WebSocketOpen.channel_id;

  test('open, frames, client close: exactly the messages of §9.2 and §9.3', async () => {
    const socket = await connect('/main:app:me.os/ws/', { 'x-forwarded-for': '9.9.9.9, 8.8.8.8' });
    socket.send('hello');
    socket.send(Buffer.from([1, 2]));
    socket.ping('p');
    await listen(4);
    socket.close(1000, 'bye');
    const [opened, ...rest] = await listen(6);
    const channel_id = channelOf(opened);
    const { source_socket_addr, ...open } = (opened as { WebSocketOpen: Record<string, unknown> }).WebSocketOpen;
    assert.deepEqual(open, { path: '/ws', channel_id, forwarded_for: '9.9.9.9' });
    assert.match(String(source_socket_addr), /:\d+$/);
    assert.deepEqual(rest, [
      { WebSocketPush: { channel_id, message_type: 'Text' } },
      { WebSocketPush: { channel_id, message_type: 'Binary' } },
      { WebSocketPush: { channel_id, message_type: 'Ping' } },
      { WebSocketPush: { channel_id, message_type: 'Close' } },
      { WebSocketClose: channel_id },
    ]);
    assert.deepEqual(blobs, [undefined, 'hello', '\u0001\u0002', 'p', 'bye', undefined]);
  });

  test('a dropped connection gives WebSocketClose only', async () => {
    const socket = await connect();
    await listen(1);
    socket.terminate();
    const [opened, closed, ...more] = await listen(2);
    assert.deepEqual([closed, more], [{ WebSocketClose: channelOf(opened) }, []]);
  });

  test('§9.4: the process pushes text and bytes in order; others may not', async () => {
    const socket = await connect();
    const channel_id = channelOf((await listen(1))[0]);
    const frames: [string, boolean][] = [];
    socket.on('message', (data, binary) => frames.push([String(data), binary]));
    assert.deepEqual(await push({ channel_id, message_type: 'Text' }, Buffer.from('a')), { Ok: null });
    assert.deepEqual(await push({ channel_id, message_type: 'Binary' }, Buffer.from('b')), { Ok: null });
    const unknown = { Err: 'WsChannelNotFound' };
    assert.deepEqual(await push({ channel_id, message_type: 'Text' }, Buffer.from('x'), 'other:app:me.os'), unknown);
    const long = await push({ channel_id, message_type: 'Ping' }, Buffer.alloc(126));
    assert.deepEqual(long, { Err: 'WsPingPongTooLong' });
    for (let i = 0; frames.length < 2 && i < 100; i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(frames, [
      ['a', false],
      ['b', true],
    ]);
    assert.deepEqual(
      (await site.kernel.ask(id, { WebSocketClose: channel_id }, { from: 'other:app:me.os' }))?.json,
      unknown,
    );
    assert.deepEqual((await site.kernel.ask(id, { WebSocketClose: channel_id }))?.json, { Ok: null });
    assert.deepEqual(await push({ channel_id, message_type: 'Text' }, Buffer.from('late')), unknown);
    assert.deepEqual((await listen(3)).slice(1), [
      { WebSocketPush: { channel_id, message_type: 'Close' } },
      { WebSocketClose: channel_id },
    ]);
  });

  test('§9.1: an upgrade on a path that is not bound for WebSockets is answered as a GET', async () => {
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    };
    const page = await site.get('/main:app:me.os/', { headers: upgrade });
    assert.deepEqual([page.status, page.text], [200, '<p>index']);
    assert.equal((await site.get('/nobody:app:me.os/', { headers: upgrade })).status, 404);
  });

  test('a page of another machine gets no WebSocket', async () => {
    await assert.rejects(connect('/main:app:me.os/ws', { origin: 'https://evil.com' }), /403/);
  });

  test('§9.1: beyond the limit upgrades are refused', async () => {
    const [one, two] = [await connect(), await connect()];
    await assert.rejects(connect(), /Unexpected server response: 200/);
    one.terminate();
    two.terminate();
  });
});

describe('http-server.md §11, kit.md §2: the RPC endpoint', () => {
  let site: Site;
  before(async () => {
    site = await new Site().open();
  });
  after(() => site.server.close());
  const rpc = (body: unknown) =>
    site.get('/rpc:distro:sys/message', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const kit = (more: object) => ({
    node: null,
    process: 'echo:echo:me.os',
    inherit: false,
    expects_response: 15,
    body: '"hi"',
    metadata: null,
    context: null,
    mime: 'application/octet-stream',
    data: null,
    ...more,
  });

  test('kit.md §3: inject-message', async () => {
    let seen: KernelMessage | undefined;
    site.kernel.process('echo:echo:me.os', (message, context) => {
      seen = message;
      context.respond(message, { body: Buffer.from('"Ack"') });
    });
    const answer = await rpc(kit({ data: 'aGVsbG8=' }));
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'text/html']);
    assert.equal(answer.text, '{"body":[34,65,99,107,34],"lazy_load_blob":null}');
    assert.equal(seen?.source.process, id);
    assert.equal(seen?.rsvp?.process, id);
    assert.equal(Buffer.from(seen?.message.body ?? []).toString(), '"hi"');
    assert.deepEqual(seen?.blob && [seen.blob.mime, Buffer.from(seen.blob.bytes).toString()], [
      'application/octet-stream',
      'hello',
    ]);
    assert.equal(seen?.message.kind === 'request' && seen.message.expectsResponse, 15n);
  });

  test('a blob comes back as the numbers of its base64 text', async () => {
    site.kernel.process('echo:echo:me.os', (message, context) =>
      context.respond(message, {
        body: Buffer.from('"Ok"'),
        blob: { mime: 'application/json', bytes: Buffer.from('PK\u0003') },
      }),
    );
    const { text } = await rpc(kit({}));
    assert.deepEqual(JSON.parse(text).lazy_load_blob, { mime: 'application/json', bytes: [85, 69, 115, 68] });
  });

  test('without an expected response: 200 and nothing, at once', async () => {
    let got = 0;
    site.kernel.process('echo:echo:me.os', (message) => {
      got += 1;
      assert.equal(message.rsvp, undefined);
    });
    const answer = await rpc(kit({ expects_response: null }));
    assert.deepEqual([answer.status, answer.text, got], [200, '', 1]);
  });

  test('what is no request is 400', async () => {
    for (const body of ['', '{', kit({ process: 'no-colons' }), kit({ expects_response: -1 })])
      assert.equal((await rpc(body)).status, 400);
  });

  test('invalid base64 is no blob', async () => {
    let blob: unknown = 'unset';
    site.kernel.process('echo:echo:me.os', (message, context) => {
      blob = message.blob;
      context.respond(message, { body: Buffer.from('1') });
    });
    await rpc(kit({ data: '###' }));
    assert.equal(blob, undefined);
  });

  test('a process that does not run here is a 408 that says why', async () => {
    const answer = await rpc(kit({ process: 'no:such:me.os' }));
    assert.deepEqual([answer.status, answer.text], [408, '']);
    assert.match(String(answer.headers['x-hyperware-refused']), /does not run here/);
  });

  test('kit.md §14.6: a package of 20 MB travels whole', async () => {
    let size = 0;
    site.kernel.process('echo:echo:me.os', (message, context) => {
      size = message.blob?.bytes.length ?? 0;
      context.respond(message, { body: Buffer.from('1') });
    });
    const answer = await rpc(kit({ data: Buffer.alloc(20 << 20, 1).toString('base64') }));
    assert.deepEqual([answer.status, size], [200, 20 << 20]);
  });

  test('§7.5: nothing of it without exposeLocal', async () => {
    const closed = await new Site().open({ exposeLocal: false });
    const answer = await closed.get('/rpc:distro:sys/message', { method: 'POST', body: '{}' });
    assert.deepEqual([answer.status, answer.text], [403, '']);
    await closed.server.close();
  });
});
