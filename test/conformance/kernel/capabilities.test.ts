/** kernel.md §13: who holds what, and what travels with messages. */
import assert from 'node:assert/strict';
import { statement } from '../frame.ts';
import { ask, type CapabilityText, receive, respond, type Seen, send } from '../steps.ts';
import type { Puppet, World } from '../world.ts';

const own = { call: 'our-capabilities' } as const;
const held = async (puppet: Puppet) => (await puppet.one(own)) as CapabilityText[];
const texts = (list: readonly CapabilityText[]) => list.map(({ issuer, params }) => `${issuer} ${params}`).toSorted();
const messaging = (w: World, id: string) => ({ issuer: `${w.node.name}@${id}`, params: '"messaging"' });

statement(
  'kernel.md §13.3',
  'an installed process holds messaging of itself, what its manifest requests, and its package’s drive',
  async (w) => {
    const a = await w.puppet({
      networking: true,
      request: ['vfs:distro:sys', { process: 'app:other:x.os', params: { z: 1, a: [true, null] } }],
    });
    const at = w.node.name;
    const drive = `/${a.package}/pkg`;
    assert.deepEqual(
      texts(await held(a)),
      [
        `${a.address} "messaging"`,
        `${at}@app:other:x.os {"a":[true,null],"z":1}`,
        `${at}@kernel:distro:sys "network"`,
        `${at}@vfs:distro:sys "messaging"`,
        `${at}@vfs:distro:sys {"kind":"read","drive":"${drive}"}`,
        `${at}@vfs:distro:sys {"kind":"write","drive":"${drive}"}`,
      ].toSorted(),
    );
  },
  { rust: true },
);

statement(
  'kernel.md §13.3',
  'grant_capabilities gives the listed process a capability that the granting one issues',
  async (w) => {
    const a = await w.puppet();
    const b = await w.puppet({ grant: [a.id, { process: a.id, params: { role: 'admin' } }] });
    const got = texts((await held(a)).filter(({ issuer }) => issuer === b.address));
    assert.deepEqual(got, [`${b.address} "messaging"`, `${b.address} {"role":"admin"}`]);
  },
);

statement('kernel.md §13.3', 'a grant to a process that does not exist is lost', async (w) => {
  const name = `granted-${process.pid}`;
  const b = await w.puppet({ public: false, grant: [`main:${name}:conformance.os`] });
  const a = await w.puppet({}, { name });
  assert(!texts(await held(a)).includes(`${b.address} "messaging"`));
  assert.equal((await a.ask(b.address, 'x', 5)).error?.kind, 'timeout');
});

statement(
  'kernel.md §13.1',
  'capabilities that differ in key order or white space only are one; the text first stored stays',
  async (w) => {
    const a = await w.puppet();
    const issuer = `${w.node.name}@x:y:z.os`;
    const first = { issuer, params: '{"a": 1, "b": [2, {"c":3,"d":4}]}' };
    const same = { issuer, params: '{"b":[2,{"d":4,"c":3}],"a":1}' };
    const [, , list] = (await a.do(
      { call: 'save-capabilities', capabilities: [first] },
      { call: 'save-capabilities', capabilities: [same] },
      own,
    )) as [null, null, CapabilityText[]];
    assert.deepEqual(
      list.filter((one) => one.issuer === issuer),
      [first],
    );
    assert.deepEqual(await w.node.kernel({ Debug: { HasCap: { on: a.id, cap: same } } }), { Debug: { HasCap: true } });
    await a.do({ call: 'drop-capabilities', capabilities: [same] });
    assert.deepEqual(await w.node.kernel({ Debug: { HasCap: { on: a.id, cap: first } } }), {
      Debug: { HasCap: false },
    });
  },
);

statement('kernel.md §13.1', 'params that are not JSON all count as null', async (w) => {
  const a = await w.puppet();
  const cap = (params: string) => ({ issuer: `${w.node.name}@x:y:z.os`, params });
  await a.do({ call: 'save-capabilities', capabilities: [cap('not json')] });
  for (const params of ['null', 'something else'])
    assert.deepEqual(await w.node.kernel({ Debug: { HasCap: { on: a.id, cap: cap(params) } } }), {
      Debug: { HasCap: true },
    });
});

statement('kernel.md §13.1', 'messaging with white space in its params opens the gate as well', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: { public: false } });
  await a.do(
    { call: 'save-capabilities', capabilities: [{ issuer: b.address, params: ' "messaging" ' }] },
    send(b.address, 'x'),
  );
  assert.equal((await b.recorded())[0]?.request?.body, 'x');
});

statement('kernel.md §13.5', 'save-capabilities adds anything, unchecked', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: { public: false } });
  await a.do(
    { call: 'save-capabilities', capabilities: [{ issuer: b.address, params: '"messaging"' }] },
    send(b.address, 'x'),
  );
  assert.equal((await b.recorded())[0]?.request?.body, 'x');
});

statement('kernel.md §7', 'drop-capabilities ignores those that are not held', async (w) => {
  const a = await w.puppet();
  const before = texts(await held(a));
  await a.do({ call: 'drop-capabilities', capabilities: [messaging(w, 'never:held:x.os')] });
  assert.deepEqual(texts(await held(a)), before);
});

statement(
  'kernel.md §13.4',
  'attached capabilities: own and held ones arrive, others are dropped silently',
  async (w) => {
    const { a, b } = await w.puppets({ a: { request: ['vfs:distro:sys'] }, b: {} });
    const mine = { issuer: a.address, params: '{"anything":"I issue"}' };
    const kept = messaging(w, 'vfs:distro:sys');
    const capabilities = [messaging(w, 'kv:distro:sys'), mine, kept, { issuer: b.address, params: '"x"' }];
    await a.do(send(b.address, 'x', { capabilities }));
    assert.deepEqual((await b.recorded())[0]?.request?.capabilities, [mine, kept]);
  },
);

statement('kernel.md §13.4', 'of own capabilities only the process id counts, not the node', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  const elsewhere = { issuer: `nowhere.os@${a.id}`, params: '"x"' };
  await a.do(send(b.address, 'x', { capabilities: [elsewhere] }));
  assert.deepEqual((await b.recorded())[0]?.request?.capabilities, [elsewhere]);
});

statement('kernel.md §6.5', 'capabilities of responses are filtered in the same way', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  const mine = { issuer: b.address, params: '"ticket"' };
  const answering = b.do(receive, respond('x', { capabilities: [mine, messaging(w, 'kv:distro:sys')] }));
  await answering.told;
  const [seen] = (await a.do(ask(b.address, 'x'))) as [Seen];
  assert.deepEqual(seen.response?.capabilities, [mine]);
});

statement('kernel.md §13.4', 'what is received is not stored', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  const mine = { issuer: a.address, params: '"ticket"' };
  await a.do(send(b.address, 'x', { capabilities: [mine] }));
  assert.equal((await b.recorded()).length, 1);
  assert(!texts(await held(b)).includes(`${a.address} "ticket"`));
});

statement('kernel.md §13.6', 'killing a process takes what it issued from every other process', async (w) => {
  const b = await w.puppet({ public: false });
  const a = await w.puppet({ request: [b.id] });
  assert(texts(await held(a)).includes(`${b.address} "messaging"`));
  await w.node.kernel({ KillProcess: b.id });
  assert(!texts(await held(a)).includes(`${b.address} "messaging"`));
});

statement('kernel.md §13.6', 'with metadata `no-revoke` nothing is taken', async (w) => {
  const b = await w.puppet({ public: false });
  const a = await w.puppet({ request: [b.id, 'kernel:distro:sys'] });
  const kill = ask('our@kernel:distro:sys', JSON.stringify({ KillProcess: b.id }), 5, { metadata: 'no-revoke' });
  const [seen] = (await a.do(kill)) as [Seen];
  assert.equal(seen.response?.body, JSON.stringify({ KilledProcess: b.id }));
  assert(texts(await held(a)).includes(`${b.address} "messaging"`));
});

statement(
  'kernel.md §13.6',
  'a package that had requested messaging of a reinstalled one has lost it until it is installed again',
  async (w) => {
    const name = `issuer-${process.pid}`;
    const b = await w.puppet({ public: false }, { name });
    const asker = `asker-${process.pid}`;
    const a = await w.puppet({ request: [b.id] }, { name: asker });
    await w.puppet({ public: false }, { name });
    assert.equal((await a.ask(b.address, 'x', 5)).error?.kind, 'timeout');
    const again = await w.puppet({ request: [b.id] }, { name: asker });
    await again.do(send(b.address, 'now'));
    assert.equal((await b.recorded())[0]?.request?.body, 'now');
  },
);

statement('kernel.md §13.3', '`public: true` waives the messaging check only: not network, not drives', async (w) => {
  const a = await w.puppet({ public: true });
  const b = await w.puppet({ public: true, request: ['vfs:distro:sys'] });
  assert.equal((await a.ask('nowhere.os@x:y:z.os', 'x', 5)).error?.kind, 'timeout');
  const read = JSON.stringify({ path: `/${a.package}/pkg/manifest.json`, action: 'Read' });
  assert.equal((await b.ask('our@vfs:distro:sys', read)).response?.body, '{"Err":"NoReadCap"}');
});

statement('kernel.md §10', 'modules may message each other and other nodes', async (w) => {
  const has = async (on: string, cap: CapabilityText) =>
    ((await w.node.kernel({ Debug: { HasCap: { on, cap } } })) as { Debug: { HasCap: boolean } }).Debug.HasCap;
  for (const id of ['http-server:distro:sys', 'vfs:distro:sys', 'timer:distro:sys', 'net:distro:sys']) {
    assert(await has(id, { issuer: `${w.node.name}@kernel:distro:sys`, params: '"network"' }), id);
    for (const other of ['kernel:distro:sys', 'net:distro:sys', 'vfs:distro:sys', 'kv:distro:sys'])
      assert(await has(id, messaging(w, other)), `${id} to ${other}`);
  }
});

statement('kernel.md §13.6', 'a process that has restarted meanwhile loses them too', async (w) => {
  const b = await w.puppet({ public: false });
  const a = await w.puppet({ request: [b.id] });
  await w.node.control.call('process/restart', { process: a.id });
  assert(texts(await held(a)).includes(`${b.address} "messaging"`));
  await w.node.kernel({ KillProcess: b.id });
  assert(!texts(await held(a)).includes(`${b.address} "messaging"`));
});
