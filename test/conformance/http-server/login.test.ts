/** http-server.md §7: login, cookies, secure subdomains and local-only paths, with the original behaviour switched on. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import * as net from 'node:net';
import { differs, statement } from '../frame.ts';
import type { TestNode } from '../node.ts';
import { useSettings, type World } from '../world.ts';
import {
  answering,
  bind,
  bindOf,
  channelMessages,
  connect,
  fetchRaw,
  mayServe,
  seenHttp,
  tellServer,
  webSocketBindOf,
} from './http.ts';

useSettings({ login: true });

const form = (subdomain = '') => JSON.stringify({ password_hash: '0x12', subdomain });

/** `name=value` of the cookie that a login gives. */
async function login(node: TestNode, subdomain = '', host?: string): Promise<string> {
  const headers = host === undefined ? {} : { host };
  const answer = await fetchRaw(node, '/login', {
    method: 'POST',
    body: form(subdomain),
    headers: { 'content-length': form(subdomain).length, ...headers },
  });
  assert.equal(answer.status, 200);
  return String(answer.headers['set-cookie']?.[0]).split(';')[0]!;
}

/** A puppet with an authenticated path that answers `in`. */
async function guarded(w: World) {
  const a = await w.puppet(mayServe);
  await bind(a, bindOf('/api', { authenticated: true }));
  await a.do(answering('in'));
  return a;
}

const port = (node: TestNode) => new URL(node.http).port;

statement('http-server.md §7.2', 'without login an authenticated path gives the login page, status 200', async (w) => {
  const a = await guarded(w);
  for (const method of ['GET', 'POST']) {
    const answer = await fetchRaw(w.node, `/${a.id}/api`, { method });
    assert.equal(answer.status, 200);
    assert.match(answer.body, /<html/i);
    assert.equal(answer.headers['content-type'], undefined);
  }
  assert.deepEqual(await a.recorded(), []);
  const page = await fetchRaw(w.node, '/login');
  assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/html; charset=utf-8']);
});

statement('http-server.md §7.1', 'the cookie of a login opens authenticated paths and reaches the app', async (w) => {
  const a = await guarded(w);
  const cookie = await login(w.node);
  assert.match(cookie, /^hyperware-auth_alpha\.os=/);
  const [header, claims] = cookie.slice(cookie.indexOf('=') + 1).split('.');
  assert.deepEqual(JSON.parse(String(Buffer.from(header!, 'base64url'))), { alg: 'HS256' });
  const { username, subdomain, expiration } = JSON.parse(String(Buffer.from(claims!, 'base64url')));
  assert.deepEqual([username, subdomain], ['alpha.os', null]);
  const weeks = (expiration - Date.now() / 1000) / (7 * 24 * 3600);
  assert(weeks > 25.9 && weeks <= 26.01, `${weeks} weeks`);
  const answer = await fetchRaw(w.node, `/${a.id}/api`, { headers: { cookie: `a=b; ${cookie}; c=d` } });
  assert.equal(answer.body, 'in');
  const [{ http } = assert.fail()] = await seenHttp(a);
  assert.equal(http.headers['cookie'], `a=b; ${cookie}; c=d`);
});

statement('http-server.md §7.1', 'a forged, foreign or broken cookie is none', async (w) => {
  const a = await guarded(w);
  const cookie = await login(w.node);
  const value = cookie.slice(cookie.indexOf('=') + 1);
  const [header, claims] = value.split('.');
  const forged = createHmac('sha256', 'guess').update(`${header}.${claims}`).digest('base64url');
  const name = 'hyperware-auth_alpha.os';
  const ofProcess = await login(w.node, a.id);
  for (const bad of [
    `${name}=${header}.${claims}.${forged}`,
    `${name}=${header}.${claims}`,
    `hyperware-auth_beta.os=${value}`,
    `${name}=${ofProcess.slice(ofProcess.indexOf('=') + 1)}`,
    `${name}=x=${value}`,
    `${name}=x; ${cookie}`,
  ])
    assert.match((await fetchRaw(w.node, `/${a.id}/api`, { headers: { cookie: bad } })).body, /<html/i, bad);
});

statement('http-server.md §7.3', 'POST /login: any password; 400 for a bad form; 303 to ?redirect=', async (w) => {
  const post = (path: string, body: string, headers = {}) =>
    fetchRaw(w.node, path, {
      method: 'POST',
      body,
      headers: { 'content-length': Buffer.byteLength(body), ...headers },
    });
  const bad = await post('/login', '{"password":1}');
  assert.deepEqual([bad.status, bad.body], [400, '"Failed to parse login info"']);
  const redirected = await post('/login?redirect=/x:y:z/page', form());
  assert.deepEqual([redirected.status, redirected.body], [303, '']);
  assert.equal(redirected.headers.location, `http://localhost:${port(w.node)}/x:y:z/page`);
  const { headers } = await post('/login', form());
  assert.deepEqual([headers['httponly'], headers['secure'], headers['samesite']], ['true', 'true', 'Strict']);
  assert.equal((await post('/login', `{"password_hash":"${'x'.repeat(17_000)}"}`)).status, 404);
  assert.equal((await fetchRaw(w.node, '/login', { method: 'PUT' })).status, 404);
});

statement(
  'http-server.md §7.4',
  'a secure path redirects to the package’s subdomain and keeps path and query',
  async (w) => {
    const a = await w.puppet(mayServe);
    await bind(a, { SecureBind: { path: '/api', cache: false } });
    const answer = await fetchRaw(w.node, `/${a.id}/api?x=1&y=%20`);
    const subdomain = a.package.replace(/[^A-Za-z0-9]/g, '-');
    assert.deepEqual(
      [answer.status, answer.headers.location],
      [307, `http://${subdomain}.localhost:${port(w.node)}/${a.id}/api?x=1&y=%20`],
    );
  },
);

statement('http-server.md §7.4', 'on its subdomain a secure path needs the process’s own cookie', async (w) => {
  const a = await w.puppet(mayServe);
  await bind(a, { SecureBind: { path: '/api', cache: false } });
  await tellServer(a, [{ SecureBind: { path: '/x.css', cache: true } }, { blob: { mime: 'text/css', bytes: 'css' } }]);
  await a.do(answering('in'));
  const host = `${a.package.replace(/[^A-Za-z0-9]/g, '-')}.localhost:${port(w.node)}`;
  const get = async (path: string, cookie?: string) =>
    (await fetchRaw(w.node, `/${a.id}${path}`, { headers: { host, ...(cookie ? { cookie } : {}) } })).body;
  assert.match(await get('/api'), /<html/i);
  assert.match(await get('/api', await login(w.node)), /<html/i);
  const cookie = await login(w.node, a.id, host);
  assert.match(cookie, new RegExp(`^hyperware-auth_alpha\\.os@${a.id}=`));
  assert.equal(await get('/api', cookie), 'in');
  assert.equal(await get('/x.css', cookie), 'css');
});

statement(
  'http-server.md §7.4',
  'another package’s authenticated path is forbidden on a known secure subdomain',
  async (w) => {
    const secure = await w.puppet(mayServe);
    await bind(secure, { SecureBind: { path: '/', cache: false } });
    const a = await guarded(w);
    await bind(a, bindOf('/open'));
    const host = `${secure.package.replace(/[^A-Za-z0-9]/g, '-')}.localhost:${port(w.node)}`;
    const refused = await fetchRaw(w.node, `/${a.id}/api`, { headers: { host, cookie: await login(w.node) } });
    assert.deepEqual([refused.status, refused.body], [403, 'secure subdomain can only serve its associated package']);
    assert.equal((await fetchRaw(w.node, `/${a.id}/open`, { headers: { host } })).body, 'in');
    assert.equal((await fetchRaw(w.node, '/our', { headers: { host } })).body, 'alpha.os');
  },
);

statement('http-server.md §9.1', 'an authenticated WebSocket needs the cookie', async (w) => {
  const a = await w.puppet(mayServe);
  await bind(a, webSocketBindOf('/ws', { authenticated: true }));
  await assert.rejects(connect(w.node, `/${a.id}/ws`), /404/);
  const client = await connect(w.node, `/${a.id}/ws`, { headers: { cookie: await login(w.node) } });
  await channelMessages(a, 1);
  client.socket.close();
});

statement('http-server.md §9.1', 'a secure WebSocket needs the subdomain and its cookie', async (w) => {
  const a = await w.puppet(mayServe);
  await bind(a, { WebSocketSecureBind: { path: '/ws', extension: false } });
  const host = `${a.package.replace(/[^A-Za-z0-9]/g, '-')}.localhost:${port(w.node)}`;
  await assert.rejects(connect(w.node, `/${a.id}/ws`, { headers: { cookie: await login(w.node) } }), /404/);
  const cookie = await login(w.node, a.id, host);
  const client = await connect(w.node, `/${a.id}/ws`, { headers: { host, cookie } });
  await channelMessages(a, 1);
  client.socket.close();
});

statement('http-server.md §7.5', 'a local-only path is forbidden to requests that came through a proxy', async (w) => {
  const a = await w.puppet(mayServe);
  await bind(a, bindOf('/api', { local_only: true }));
  await a.do(answering('in'));
  assert.equal((await fetchRaw(w.node, `/${a.id}/api`)).body, 'in');
  for (const name of ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-real-ip']) {
    const answer = await fetchRaw(w.node, `/${a.id}/api`, { headers: { [name]: 'x' } });
    assert.deepEqual([answer.status, answer.body], [403, ''], name);
  }
});

differs(
  'http-server.md §7.5',
  'Local-only paths and RPC are served only with `--expose-local`',
  'On (`"exposeLocal": false` turns them off)',
  async (w) => {
    const node = await w.launch('shut.os', { settings: { exposeLocal: false } });
    assert.equal((await fetchRaw(node, '/rpc:distro:sys/message', { method: 'POST', body: '{}' })).status, 403);
    assert.equal((await fetchRaw(w.node, '/rpc:distro:sys/message', { method: 'POST', body: '{}' })).status, 400);
  },
);

differs(
  'http-server.md §7.6',
  'Login asks for the password',
  'Browsers on this machine are logged in by themselves and get the cookie (`"login": true` in `settings.json` shows the login page; any password is right)',
  async (w) => {
    const node = await w.launch('open.os');
    const a = await w.puppet(mayServe, { node });
    await bind(a, bindOf('/api', { authenticated: true }));
    await a.do(answering('in'));
    const first = await fetchRaw(node, `/${a.id}/api`);
    assert.equal(first.body, 'in');
    const cookie = String(first.headers['set-cookie']?.[0]);
    assert.match(cookie, /^hyperware-auth_open\.os=[^;]+; Path=\/; SameSite=Strict$/);
    const again = await fetchRaw(node, `/${a.id}/api`, { headers: { cookie: cookie.split(';')[0] } });
    assert.deepEqual([again.body, again.headers['set-cookie']], ['in', undefined]);
    const proxied = await fetchRaw(node, `/${a.id}/api`, { headers: { 'x-forwarded-for': '10.0.0.1' } });
    assert.match(proxied.body, /<html/i);
  },
);

differs(
  'http-server.md §7.1',
  'The cookie has `domain=.<host>` and no path',
  'Host-only, `Path=/; SameSite=Strict`',
  async (w) => {
    const answer = await fetchRaw(w.node, '/login', {
      method: 'POST',
      body: form(),
      headers: { 'content-length': form().length },
    });
    assert.match(String(answer.headers['set-cookie']?.[0]), /^[^;]+; Path=\/; SameSite=Strict$/);
  },
);

differs(
  'http-server.md §7.3',
  '`POST /login` answers with the key file',
  'Answers `""`; `?redirect=` must be a path',
  async (w) => {
    const post = (path: string) =>
      fetchRaw(w.node, path, { method: 'POST', body: form(), headers: { 'content-length': form().length } });
    assert.equal((await post('/login')).body, '""');
    assert.equal((await post('/login?redirect=//elsewhere.example')).headers.location?.includes('//elsewhere'), true);
    assert.equal((await post('/login?redirect=.elsewhere.example')).status, 200);
  },
);

differs('http-server.md §7.6', 'It listens on all interfaces', 'Loopback only: 127.0.0.1 and ::1', async (w) => {
  const { port: number } = new URL(w.node.http);
  const reaches = (host: string) =>
    new Promise<boolean>((resolve) => {
      const socket = net.connect({ host, port: Number(number) }, () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  assert.equal(await reaches('127.0.0.1'), true);
  const { networkInterfaces } = await import('node:os');
  const outer = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal);
  if (outer) assert.equal(await reaches(outer.address), false);
});

differs(
  'http-server.md §7.6',
  'The Host header is not checked',
  "Must be `localhost`, `*.localhost`, `127.0.0.1` or `[::1]` with the node's port; otherwise 403 with a sentence, so that no web page reaches the node under another name",
  async (w) => {
    const status = async (host: string) => (await fetchRaw(w.node, '/our', { headers: { host } })).status;
    const p = port(w.node);
    for (const good of [`localhost:${p}`, `127.0.0.1:${p}`, `[::1]:${p}`, `x-y.localhost:${p}`])
      assert.equal(await status(good), 200, good);
    for (const bad of [`evil.example:${p}`, 'localhost:1', `localhost.evil.example:${p}`])
      assert.equal(await status(bad), 403, bad);
  },
);

differs(
  'http-server.md §7.6',
  'The Origin header is not checked',
  'A page of another machine gets 403; pages of this machine, a Vite dev server for one, pass',
  async (w) => {
    const status = async (origin: string) => (await fetchRaw(w.node, '/our', { headers: { origin } })).status;
    assert.equal(await status('https://evil.example'), 403);
    assert.equal(await status('http://localhost:5173'), 200);
    const a = await w.puppet(mayServe);
    await bind(a, webSocketBindOf('/ws'));
    await assert.rejects(connect(w.node, `/${a.id}/ws`, { headers: { origin: 'https://evil.example' } }), /403/);
    const client = await connect(w.node, `/${a.id}/ws`, { headers: { origin: 'http://127.0.0.1:5173' } });
    client.socket.close();
  },
);
