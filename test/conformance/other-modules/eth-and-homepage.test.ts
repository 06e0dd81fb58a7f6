/** other-modules.md §4, §6 and §7, packages.md §10: eth, homepage and notifications. */
import assert from 'node:assert/strict';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { differs, notEmulated, statement } from '../frame.ts';
import { fetchRaw } from '../http-server/http.ts';
import { type CallChoice, call, calls } from '../module-calls.ts';
import { send } from '../steps.ts';
import { type Puppet, type PuppetChoice, until } from '../world.ts';

const eth = 'eth:distro:sys';
const root = { process: eth, params: { root: true } };
const mayAsk: PuppetChoice = { request: [eth], grant: [eth] };
const rpc = (method: string, chain_id = 8453, params: unknown = []) => ({ Request: { chain_id, method, params } });
const subscription = (sub_id: number, kind = 'logs') => ({
  SubscribeLogs: { sub_id, chain_id: 31337, kind, params: { address: '0x01', topics: [] } },
});

async function answers(a: Puppet, ...bodies: readonly unknown[]): Promise<unknown[]> {
  return (
    await calls(
      a,
      eth,
      bodies.map((body) => [body] as const),
    )
  ).map(({ answer }) => answer);
}

statement(
  'other-modules.md §4.2',
  'a method that is not known is InvalidMethod, nonsense a MalformedRequest',
  async (w) => {
    const a = await w.puppet(mayAsk);
    const malformed = { Err: 'MalformedRequest' };
    assert.deepEqual(await answers(a, rpc('eth_feeHistory'), 'x', { Request: {} }, { UnsubscribeLogs: 12 }), [
      { Err: { InvalidMethod: 'eth_feeHistory' } },
      malformed,
      malformed,
      malformed,
    ]);
  },
);

differs(
  'other-modules.md §4',
  '`eth:distro:sys` relays to a chain',
  'Only to the RPC endpoint that the user has set for the chain (`"ethRpc": {"8453": "https://…"}` in `settings.json`, or `add-rpcurl-provider`). Without one, requests get `NoRpcForChain` at once, and subscriptions are accepted and stay silent, because process_lib would otherwise retry for ever at start',
  async (w) => {
    const a = await w.puppet(mayAsk);
    assert.deepEqual(await answers(a, rpc('eth_blockNumber', 8453, null), subscription(11), { UnsubscribeLogs: 11 }), [
      { Err: 'NoRpcForChain' },
      'Ok',
      'Ok',
    ]);
  },
);

/** A chain that grows by a block with one log each time it is asked for its newest. */
async function chain<T>(use: (url: string, asked: string[]) => Promise<T>): Promise<T> {
  const asked: string[] = [];
  let block = 1;
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, params } = JSON.parse(String(Buffer.concat(chunks)));
    asked.push(method);
    const results: Record<string, unknown> = {
      eth_blockNumber: `0x${(block++).toString(16)}`,
      eth_getBalance: params,
      eth_getLogs: [{ address: params[0]?.address, blockNumber: params[0]?.toBlock }],
    };
    const error = { code: -32000, message: 'no' };
    const answer = method in results ? { result: results[method] } : { error };
    response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, ...answer }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

statement('other-modules.md §4.1', 'with an endpoint requests are relayed; its errors come as RpcError', async (w) => {
  await chain(async (url) => {
    const a = await w.puppet({ request: [eth, root], grant: [eth] });
    const provider = { AddProvider: { chain_id: 31337, trusted: true, provider: { RpcUrl: url } } };
    const done = await answers(
      a,
      provider,
      rpc('eth_getBalance', 31337, ['0x1', 'latest']),
      rpc('eth_call', 31337),
      rpc('eth_getBalance', 1),
      { RemoveProvider: [31337, url] },
      rpc('eth_getBalance', 31337),
    );
    assert.deepEqual(done, [
      'Ok',
      { Response: ['0x1', 'latest'] },
      { Err: { RpcError: { code: -32000, message: 'no' } } },
      { Err: 'NoRpcForChain' },
      'Ok',
      { Err: 'NoRpcForChain' },
    ]);
  });
});

statement('other-modules.md §4.1', 'updates of a subscription come as requests until it is ended', async (w) => {
  await chain(async (url, asked) => {
    const node = await w.launch('chained.os', { settings: { ethRpc: { '31337': url } } });
    const a = await w.puppet(mayAsk, { node });
    assert.deepEqual(await answers(a, subscription(7)), ['Ok']);
    const [update] = await until('an update', async () => {
      const seen = await a.recorded();
      return seen.length > 0 && seen;
    });
    const body = JSON.parse(String(update?.request?.body));
    assert.equal(update?.request?.expects, null);
    assert.deepEqual([body.Ok.id, body.Ok.result.address], [7, '0x01']);
    assert.deepEqual(await answers(a, { UnsubscribeLogs: 7 }), ['Ok']);
    const before = asked.length;
    await a.recorded();
    assert(asked.length - before < 3);
  });
});

statement('other-modules.md §4.4', 'the configuration needs the root capability', async (w) => {
  const a = await w.puppet(mayAsk);
  assert.deepEqual(await answers(a, 'GetProviders', 'SetPublic', { AllowNode: 'b.os' }), [
    'PermissionDenied',
    'PermissionDenied',
    'PermissionDenied',
  ]);
  const b = await w.puppet({ request: [eth, root], grant: [eth] });
  const access = { AccessSettings: { public: true, allow: ['b.os'], deny: [] } };
  const done = await answers(
    b,
    { AddProvider: { chain_id: 5, trusted: false, provider: { RpcUrl: 'wss://x.example' } } },
    'GetProviders',
    { AllowNode: 'b.os' },
    'SetPublic',
    'GetAccessSettings',
    'SetPrivate',
    { UnallowNode: 'b.os' },
    { RemoveProvider: [5, 'wss://x.example'] },
    { RemoveProvider: [5, 'wss://x.example'] },
  );
  const provider = { chain_id: 5, trusted: false, provider: { RpcUrl: { url: 'wss://x.example' } } };
  assert.deepEqual(done, ['Ok', { Providers: [provider] }, 'Ok', 'Ok', access, 'Ok', 'Ok', 'Ok', 'ProviderNotFound']);
});

const homepage = 'homepage:homepage:sys';
const onPage: PuppetChoice = { request: [homepage], grant: [homepage] };
const tell = (a: Puppet, body: unknown, more = {}) => a.do(send(`our@${homepage}`, JSON.stringify(body), more));
const apps = async (a: Puppet) =>
  ((await call(a, homepage, 'GetApps')).answer as { GetApps: Record<string, unknown>[] }).GetApps;

statement('packages.md §10.2', 'Add makes the sender’s entry, and replaces it', async (w) => {
  const a = await w.puppet(onPage);
  const own = async () => (await apps(a)).find(({ id }) => id === a.id);
  await tell(a, { Add: { label: 'Chat', icon: 'data:,', path: '/index.html', widget: '<b>' } });
  const [, package_name, publisher] = a.id.split(':');
  const { order, ...entry } = (await own()) ?? {};
  assert(Number.isInteger(order));
  assert.deepEqual(entry, {
    id: a.id,
    process: 'main',
    package_name,
    publisher,
    path: `/${a.id}/index.html`,
    label: 'Chat',
    base64_icon: 'data:,',
    widget: '<b>',
    favorite: false,
  });
  await tell(a, { Add: { label: 'X' } });
  const replaced = await own();
  assert.deepEqual([replaced?.['path'], replaced?.['base64_icon'], replaced?.['widget']], [null, null, null]);
  await tell(a, { Add: { label: 'X', path: '' } });
  assert.equal((await own())?.['path'], `/${a.id}/`);
  await tell(a, 'Remove');
  assert.equal(await own(), undefined);
});

statement(
  'packages.md §10.1',
  'RemoveOther needs its capability on the message; uninstalling removes the entry',
  async (w) => {
    const a = await w.puppet(onPage);
    const b = await w.puppet({ ...onPage, request: [homepage, { process: homepage, params: 'RemoveOther' }] });
    const has = async (id: string) => (await apps(a)).some((app) => app['id'] === id);
    await tell(b, { Add: { label: 'B' } });
    await tell(a, { RemoveOther: b.id });
    await tell(b, { RemoveOther: b.id });
    assert.equal(await has(b.id), true);
    await tell(b, { RemoveOther: b.id }, { capabilities: [{ issuer: `our@${homepage}`, params: '"RemoveOther"' }] });
    assert.equal(await has(b.id), true, 'an issuer `our` is not the node');
    await tell(
      b,
      { RemoveOther: b.id },
      { capabilities: [{ issuer: `alpha.os@${homepage}`, params: '"RemoveOther"' }] },
    );
    assert.equal(await has(b.id), false);
    await tell(b, { Add: { label: 'B' } });
    await w.node.uninstall(b.package);
    assert.equal(await has(b.id), false);
  },
);

statement(
  'other-modules.md §6',
  'GetPushSubscription is null; what comes from the RPC endpoint is never answered',
  async (w) => {
    const a = await w.puppet(onPage);
    assert.deepEqual((await call(a, homepage, 'GetPushSubscription')).answer, { PushSubscription: null });
    const answer = await fetchRaw(w.node, '/rpc:distro:sys/message', {
      method: 'POST',
      headers: { 'X-Hyperware-Http-Server-Timeout': '1' },
      body: JSON.stringify({ process: homepage, body: '"GetApps"', expects_response: 1 }),
    });
    assert.equal(answer.status, 408);
  },
);

statement('packages.md §10.3', 'the page, /apps, /favorite and /order', async (w) => {
  const a = await w.puppet(onPage);
  await tell(a, { Add: { label: 'Shown <here>', path: '/' } });
  const page = await fetchRaw(w.node, '/');
  assert.match(page.body, /Shown &lt;here&gt;/);
  const listed = async () =>
    (JSON.parse((await fetchRaw(w.node, '/apps')).body) as Record<string, unknown>[]).find(({ id }) => id === a.id);
  const post = async (path: string, body: string) => (await fetchRaw(w.node, path, { method: 'POST', body })).status;
  assert.equal((await fetchRaw(w.node, '/favorite')).status, 405);
  assert.equal(await post('/favorite', '{}'), 400);
  assert.equal(await post('/favorite', JSON.stringify([a.id, true])), 200);
  assert.equal((await listed())?.['favorite'], true);
  assert.equal(await post('/order', JSON.stringify([[a.id, 77]])), 200);
  assert.equal((await listed())?.['order'], 77);
  await tell(a, { Add: { label: 'again' } });
  const again = await listed();
  assert.deepEqual([again?.['favorite'], again?.['order']], [false, 77]);
  assert.equal((await fetchRaw(w.node, '/version')).status, 425);
});

statement(
  'packages.md §10.1',
  'SetStylesheet needs its capability, is served at /hyperware.css, and lasts',
  async (w) => {
    const node = await w.launch('styled.os');
    const a = await w.puppet({ request: [homepage, { process: homepage, params: 'SetStylesheet' }] }, { node });
    const css = async () => (await fetchRaw(node, '/hyperware.css')).body;
    const original = await css();
    await tell(a, { SetStylesheet: 'body{}' });
    await apps(await w.puppet(onPage, { node }));
    assert.equal(await css(), original);
    const capabilities = [{ issuer: `styled.os@${homepage}`, params: '"SetStylesheet"' }];
    await tell(a, { SetStylesheet: 'body{}' }, { capabilities });
    await until('the stylesheet', async () => (await css()) === 'body{}');
    await until('it is kept', async () =>
      (await w.events(node)).some((e) => e.kind === 'response' && e.target.includes(homepage) && e.body === '"Ok"'),
    );
    await node.stop();
    await node.start();
    w.forgetMarks(node);
    assert.equal(await css(), 'body{}');
  },
);

differs(
  'packages.md §10.3',
  'The homepage is an app of its own at `/`',
  'A plain list of apps and widgets. `/icon-180.png` and the fonts are not there',
  async (w) => {
    assert.equal((await fetchRaw(w.node, '/icon-180.png')).status, 404);
    assert.equal((await fetchRaw(w.node, '/icon.svg')).status, 200);
  },
);

const notifications = 'notifications:distro:sys';
const mayNotify: PuppetChoice = { request: [notifications], grant: [notifications] };

statement('other-modules.md §7', 'subscriptions are kept; nothing is answered with an error', async (w) => {
  const a = await w.puppet(mayNotify);
  const endpoint = 'https://push.example/1';
  const subscribed = { endpoint, keys: { p256dh: 'a', auth: 'b' }, created_at: 1_700_000_000_000 };
  const done = await calls(a, notifications, [
    ['InitializeKeys'],
    [{ AddSubscription: { subscription: subscribed } }],
    [{ GetSubscription: { endpoint } }],
    [{ RemoveSubscription: { endpoint } }],
    [{ GetSubscription: { endpoint } }],
    ['ClearSubscriptions'],
    [{ SendNotification: { title: 1 } }, { seconds: 1 }],
  ] as (readonly [unknown, CallChoice?])[]);
  assert.deepEqual(
    done.map(({ answer }) => answer),
    [
      'KeysInitialized',
      'SubscriptionAdded',
      { SubscriptionInfo: subscribed },
      'SubscriptionRemoved',
      { SubscriptionInfo: null },
      'SubscriptionsCleared',
      'timeout',
    ],
  );
  await w.printed('notifications: error handling request: ', 0);
});

statement('other-modules.md §7', 'the homepage serves /api/notifications/…', async (w) => {
  const get = await fetchRaw(w.node, '/api/notifications/vapid-key');
  assert.equal(Buffer.from(JSON.parse(get.body).publicKey, 'base64url').length, 65);
  assert.equal(get.headers['content-type'], 'application/octet-stream');
  assert.equal((await fetchRaw(w.node, '/api/notifications/subscribe')).status, 405);
  const bad = await fetchRaw(w.node, '/api/notifications/subscribe', { method: 'POST', body: 'x' });
  assert.equal(bad.status, 400);
});

notEmulated(
  'other-modules.md §7',
  '`notifications:distro:sys` pushes to browsers',
  '`SendNotification` is answered at once and printed on the console; nothing is delivered to a browser',
  async (w) => {
    const a = await w.puppet(mayNotify);
    const note = { SendNotification: { title: 'Title', body: 'text', icon: null, data: { a: 1 } } };
    assert.equal((await call(a, notifications, note)).answer, 'NotificationSent');
    await w.printed(`notification of ${a.id}: Title: text`, 0);
  },
);
