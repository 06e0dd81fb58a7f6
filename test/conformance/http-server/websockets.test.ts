/** http-server.md §9: WebSockets, both ways, and how they end. */
import assert from 'node:assert/strict';
import { notEmulated, statement } from '../frame.ts';
import { send } from '../steps.ts';
import { type Puppet, until, type World } from '../world.ts';
import {
  answering,
  bind,
  bindOf,
  type Client,
  channelMessages,
  connect,
  fetchRaw,
  mayServe,
  server,
  site,
  tellServer,
  webSocketBindOf,
} from './http.ts';

/** A puppet with a bound path, and one client on it. */
async function channel(w: World) {
  const a = await w.puppet(mayServe);
  await bind(a, webSocketBindOf('/ws'));
  const client = await connect(w.node, `/${a.id}/ws`);
  const [[opened] = assert.fail()] = await channelMessages(a, 1);
  const id = (opened as { WebSocketOpen: { channel_id: number } }).WebSocketOpen.channel_id;
  return { a, client, id };
}

const push = (channel_id: number, message_type: string) => ({ WebSocketPush: { channel_id, message_type } });
const answers = async (a: Puppet, ...requests: Parameters<typeof tellServer>[1][]) =>
  (await tellServer(a, ...requests.map(([body, choice]) => [body, choice] as never))).map(({ answer }) => answer);

statement(
  'http-server.md §9.2',
  'opening, frames and end of a channel come as requests that expect nothing',
  async (w) => {
    const a = await w.puppet(mayServe);
    await bind(a, webSocketBindOf('/ws'));
    const client = await connect(w.node, `/${a.id}/ws/`, { headers: { 'x-forwarded-for': '10.0.0.1, 10.0.0.2' } });
    client.socket.send('text ü');
    client.socket.send(Buffer.from([1, 255]));
    client.socket.ping('p');
    const got = await channelMessages(a, 4);
    const [first, noBlob] = got[0] ?? assert.fail();
    const { channel_id, source_socket_addr, ...opened } = (first as { WebSocketOpen: Record<string, unknown> })
      .WebSocketOpen;
    assert(Number.isInteger(channel_id) && Number(channel_id) <= 0xffff_ffff);
    assert.match(String(source_socket_addr), /^127\.0\.0\.1:\d+$/);
    assert.deepEqual(opened, { path: '/ws', forwarded_for: '10.0.0.1' });
    assert.equal(noBlob, null);
    const frame = (type: string) => ({ WebSocketPush: { channel_id, message_type: type } });
    assert.deepEqual(got.slice(1), [
      [frame('Text'), 'text ü'],
      [frame('Binary'), [1, 255]],
      [frame('Ping'), 'p'],
    ]);
    await until('the pong', () => client.frames.some(([kind, text]) => kind === 'Pong' && text === 'p'));
    client.socket.terminate();
    assert.deepEqual(await channelMessages(a, 1), [[{ WebSocketClose: channel_id }, null]]);
  },
);

statement(
  'http-server.md §9.3',
  'a client that closes gives a Push "Close" with the reason, then WebSocketClose',
  async (w) => {
    const { a, client, id } = await channel(w);
    client.socket.close(1000, 'done');
    assert.deepEqual(await channelMessages(a, 2), [
      [push(id, 'Close'), 'done'],
      [{ WebSocketClose: id }, null],
    ]);
  },
);

statement('http-server.md §9.3', 'an app that closes sends a Close frame, and hears of the answer', async (w) => {
  const { a, client, id } = await channel(w);
  assert.deepEqual(await answers(a, [{ WebSocketClose: id }]), [{ Ok: null }]);
  await client.closed();
  assert.deepEqual(
    (await channelMessages(a, 2)).map(([body]) => body),
    [push(id, 'Close'), { WebSocketClose: id }],
  );
  const gone = await answers(a, [push(id, 'Text'), { blob: 'x' }], [{ WebSocketClose: id }]);
  assert.deepEqual(gone, [{ Err: 'WsChannelNotFound' }, { Ok: null }]);
});

statement('http-server.md §9.4', 'pushes go out as frames of their kind, in order; text is made UTF-8', async (w) => {
  const { a, client, id } = await channel(w);
  const many = Array.from({ length: 30 }, (_, n) =>
    send(`our@${server}`, JSON.stringify(push(id, 'Text')), { blob: { bytes: `${n}` } }),
  );
  await a.do(...many);
  const done = await answers(
    a,
    [push(id, 'Text'), { blob: [104, 255] }],
    [push(id, 'Binary'), { blob: 'b' }],
    [push(id, 'Ping'), { blob: 'p' }],
    [push(id, 'Pong'), { blob: '' }],
  );
  assert.deepEqual(done, [{ Ok: null }, { Ok: null }, { Ok: null }, { Ok: null }]);
  await until('all frames', () => client.frames.length >= 34);
  assert.deepEqual(
    client.frames.slice(0, 30).map(([, text]) => text),
    Array.from({ length: 30 }, (_, n) => `${n}`),
  );
  assert.deepEqual(client.frames.slice(30), [
    ['Text', 'h\ufffd'],
    ['Binary', 'b'],
    ['Ping', 'p'],
    ['Pong', ''],
  ]);
  client.socket.close();
});

statement(
  'http-server.md §2',
  'a push without blob, a long ping, an unknown or foreign channel are refused',
  async (w) => {
    const { a, client, id } = await channel(w);
    const b = await w.puppet(mayServe);
    const unknown = (id + 1) % 0xffff_ffff;
    const done = await answers(
      a,
      [push(id, 'Text')],
      [push(id, 'Close')],
      [push(id, 'Ping'), { blob: 'x'.repeat(126) }],
      [push(unknown, 'Text'), { blob: 'x' }],
      [{ WebSocketClose: unknown }],
    );
    const error = (name: string) => ({ Err: name });
    assert.deepEqual(done, [
      error('NoBlob'),
      error('NoBlob'),
      error('WsPingPongTooLong'),
      error('WsChannelNotFound'),
      { Ok: null },
    ]);
    const foreign = await answers(b, [push(id, 'Text'), { blob: 'x' }], [{ WebSocketClose: id }]);
    assert.deepEqual(foreign, [error('WsChannelNotFound'), error('WsChannelNotFound')]);
    assert.deepEqual(client.frames, []);
    client.socket.close();
  },
);

statement('http-server.md §9.4', 'a Push "Close" with a blob closes the channel', async (w) => {
  const { a, client, id } = await channel(w);
  assert.deepEqual(await answers(a, [push(id, 'Close'), { blob: '' }]), [{ Ok: null }]);
  await client.closed();
});

statement(
  'http-server.md §9.1',
  'an upgrade to a path that is not bound is a plain GET: root page or 404',
  async (w) => {
    const a = await w.puppet(mayServe);
    await bind(a, webSocketBindOf('/ws'));
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const headers = { ...upgrade, 'sec-websocket-key': Buffer.alloc(16).toString('base64') };
    assert.equal((await fetchRaw(w.node, `/${a.id}/`, { headers })).status, 404);
    await tellServer(a, [bindOf('/', { cache: true }), { blob: { mime: 'text/html', bytes: 'page' } }]);
    const page = await fetchRaw(w.node, `/${a.id}/`, { headers });
    assert.deepEqual([page.status, page.body], [200, 'page']);
    await assert.rejects(connect(w.node, `/${a.id}/`), /200/);
    await bind(a, { WebSocketUnbind: { path: '/ws' } });
    await assert.rejects(connect(w.node, `/${a.id}/ws`), /200/);
  },
);

statement('http-server.md §3', 'HTTP and WebSocket binds of one path are independent', async (w) => {
  const a = await site(w, '/');
  await bind(a, webSocketBindOf('/'));
  await a.do(answering('http'));
  assert.equal((await fetchRaw(w.node, `/${a.id}`)).body, 'http');
  await a.recorded();
  const client = await connect(w.node, `/${a.id}/`);
  const [[opened] = assert.fail()] = await channelMessages(a, 1);
  assert.equal((opened as { WebSocketOpen: { path: string } }).WebSocketOpen.path, '/');
  client.socket.close();
});

statement('http-server.md §1', 'unbinding a WebSocket path leaves its open channels', async (w) => {
  const { a, client, id } = await channel(w);
  await bind(a, { WebSocketUnbind: { path: '/ws' } });
  assert.deepEqual(await answers(a, [push(id, 'Text'), { blob: 'still' }]), [{ Ok: null }]);
  await until('the frame', () => client.frames.length > 0);
  client.socket.close();
});

statement('http-server.md §9.1', 'no subprotocol is negotiated', async (w) => {
  const a = await w.puppet(mayServe);
  await bind(a, webSocketBindOf('/ws'));
  const offered = connect(w.node, `/${a.id}/ws`, {
    protocolVersion: 13,
    headers: { 'sec-websocket-protocol': 'chat' },
  });
  const client = await offered;
  assert.equal(client.socket.protocol, '');
  client.socket.close();
});

statement('http-server.md §15', 'the 129th channel is refused', async (w) => {
  const a = await w.puppet(mayServe);
  await bind(a, webSocketBindOf('/ws'));
  const clients: Client[] = [];
  // Channels of other cases may still be closing.
  await until('128 channels', async () => {
    const one = await connect(w.node, `/${a.id}/ws`).catch(() => undefined);
    if (one) clients.push(one);
    return clients.length >= 128;
  });
  await assert.rejects(connect(w.node, `/${a.id}/ws`), /404/);
  for (const { socket } of clients) socket.terminate();
  await until('room again', async () => {
    const one = await connect(w.node, `/${a.id}/ws`).catch(() => undefined);
    one?.socket.terminate();
    return one !== undefined;
  });
});

notEmulated(
  'http-server.md §9.6',
  'A WebSocket extension gets its frames in its own format',
  'Binding works. Frames are delivered as plain ones; `WebSocketExtPushOutgoing` is answered with `MalformedRequest`',
  async (w) => {
    const a = await w.puppet(mayServe);
    await bind(a, webSocketBindOf('/ext', { extension: true }));
    const client = await connect(w.node, `/${a.id}/ext`);
    client.socket.send('plain');
    assert.equal((await channelMessages(a, 2))[1]?.[1], 'plain');
    const outgoing = {
      WebSocketExtPushOutgoing: { channel_id: 7, message_type: 'Binary', desired_reply_type: 'Response' },
    };
    assert.deepEqual(await answers(a, [outgoing, { blob: 'x' }]), [{ Err: 'MalformedRequest' }]);
    client.socket.close();
  },
);
