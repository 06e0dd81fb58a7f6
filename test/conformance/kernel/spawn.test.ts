/** kernel.md §11.5: spawn. */
import assert from 'node:assert/strict';
import { differs, statement } from '../frame.ts';
import { ask, echo, receive, type Seen, type Step, send } from '../steps.ts';
import { type Puppet, until, type World } from '../world.ts';

const vfs = ['vfs:distro:sys'];
const spawn = (parent: Puppet, more: Partial<Extract<Step, { call: 'spawn' }>> = {}): Step => ({
  call: 'spawn',
  path: `/${parent.package}/pkg/puppet.wasm`,
  ...more,
});

async function child(w: World, parent: Puppet, more: Partial<Extract<Step, { call: 'spawn' }>> = {}): Promise<Puppet> {
  const result = (await parent.one(spawn(parent, more))) as { spawned?: string };
  assert(result.spawned, JSON.stringify(result));
  return w.at(result.spawned);
}

const capabilitiesOf = async (puppet: Puppet) =>
  ((await puppet.one({ call: 'our-capabilities' })) as { issuer: string; params: string }[]).map(
    ({ issuer, params }) => `${issuer} ${params}`,
  );

statement(
  'kernel.md §11.5',
  'a child with a name is a process of the caller’s package, runs, and both may message each other',
  async (w) => {
    const a = await w.puppet({ public: false, request: vfs });
    const c = await child(w, a, { name: 'child' });
    assert.equal(c.id, `child:${a.package}`);
    await c.do(echo);
    assert.equal((await a.ask(c.address, 'x')).response?.body, 'x');
    await a.do(echo);
    assert.equal((await c.ask(a.address, 'y')).response?.body, 'y');
    await w.printed(/spawned a new process/, 2);
  },
  { rust: true },
);

statement('kernel.md §1.2', 'a child without a name has a random decimal number as its name', async (w) => {
  const a = await w.puppet({ request: vfs });
  const [one, two] = [await child(w, a), await child(w, a)];
  assert.match(one.id, new RegExp(`^\\d+:${a.package}$`));
  assert.notEqual(one.id, two.id);
});

statement('kernel.md §11.5', 'the path may be written without a leading slash', async (w) => {
  const a = await w.puppet({ request: vfs });
  assert('spawned' in ((await a.one(spawn(a, { path: `${a.package}/pkg/puppet.wasm` }))) as object));
});

statement(
  'kernel.md §11.5',
  'a missing file, no right to read it, or no messaging(vfs): no-file-at-path',
  async (w) => {
    const a = await w.puppet({ request: vfs });
    const other = await w.puppet();
    assert.deepEqual(await a.one(spawn(a, { path: `${a.package}/pkg/missing.wasm` })), { error: 'no-file-at-path' });
    assert.deepEqual(await a.one(spawn(other)), { error: 'no-file-at-path' });
    assert.deepEqual(await other.one(spawn(other)), { error: 'no-file-at-path' });
  },
);

statement(
  'kernel.md §11.5',
  'a taken name gives ok with the same id, and the process that has it gets a `run` request',
  async (w) => {
    const { a, b } = await w.puppets({ a: { request: vfs }, b: {} });
    assert.deepEqual(await a.one(spawn(a, { name: 'b' })), { spawned: b.id });
    const [seen] = await b.recorded();
    assert.deepEqual([seen?.from, seen?.request?.body], [`${w.node.name}@kernel:distro:sys`, 'run']);
  },
);

statement('kernel.md §11.5', 'a name with other characters than a-z, 0-9 and - traps', async (w) => {
  const a = await w.puppet({ request: vfs, onExit: 'None' });
  await a.tell(spawn(a, { name: 'Not_Safe' }));
  await w.printed(`process ${a.address} ended with error`, 0);
});

statement(
  'kernel.md §11.5',
  'requested capabilities pass when the caller holds or issues them; others are dropped silently',
  async (w) => {
    const a = await w.puppet({ request: [...vfs, 'timer:distro:sys'] });
    const at = (id: string) => ({ issuer: `${w.node.name}@${id}`, params: '"messaging"' });
    const own = { issuer: a.address, params: '{"own":1}' };
    const c = await child(w, a, { request: [at('timer:distro:sys'), at('kv:distro:sys'), own] });
    const held = await capabilitiesOf(c);
    assert(held.includes(`${w.node.name}@timer:distro:sys "messaging"`));
    assert(held.includes(`${a.address} {"own":1}`));
    assert(!held.some((text) => text.includes('kv:distro:sys')));
  },
);

statement(
  'kernel.md §11.5',
  'the child gets messaging of itself and of its parent, but neither network nor drives',
  async (w) => {
    const a = await w.puppet({ request: vfs, networking: true });
    const c = await child(w, a, { name: 'child' });
    const held = await capabilitiesOf(c);
    assert.deepEqual(held.toSorted(), [`${a.address} "messaging"`, `${c.address} "messaging"`].toSorted());
  },
);

statement('kernel.md §11.5', 'granted capabilities are issued by the child', async (w) => {
  const { a, b } = await w.puppets({ a: { request: vfs }, b: {} });
  const c = await child(w, a, { name: 'child', grant: [{ process: b.id, params: '{"see":true}' }] });
  assert((await capabilitiesOf(b)).includes(`${c.address} {"see":true}`));
});

statement('kernel.md §11.5', 'a public child is messaged by anybody, a private one is not', async (w) => {
  const { a, b } = await w.puppets({ a: { request: vfs }, b: {} });
  const open = await child(w, a, { public: true });
  const closed = await child(w, a, { public: false });
  await open.do(echo);
  await closed.do(echo);
  assert.equal((await b.ask(open.address, 'x')).response?.body, 'x');
  assert.equal((await b.ask(closed.address, 'x', 1)).error?.kind, 'timeout');
});

statement('kernel.md §11.5', 'a child outlives its parent', async (w) => {
  const a = await w.puppet({ request: vfs });
  const c = await child(w, a, { public: true });
  await w.node.kernel({ KillProcess: a.id });
  assert.equal(await c.one({ call: 'our' }), c.address);
});

statement('kernel.md §11.5', 'spawning over a zombie: no-file-at-path', async (w) => {
  const broken = Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 99, 99, 99]);
  const a = await w.puppet({ request: vfs }, { files: { 'broken.wasm': broken } });
  const path = `/${a.package}/pkg/broken.wasm`;
  await a.one(spawn(a, { name: 'zombie', path }));
  await w.printed(`kernel: process zombie:${a.package} invalid wasm file`, 0);
  assert.deepEqual(await a.one(spawn(a, { name: 'zombie' })), { error: 'no-file-at-path' });
});

differs(
  'kernel.md §11.5',
  'The messaging capabilities between parent and child are given after the child was started, so its first messages may be refused',
  'They are given before it starts',
  async (w) => {
    const a = await w.puppet({ public: false, request: [...vfs, 'kernel:distro:sys'] });
    const id = `eager:${a.package}`;
    // What the child does as soon as it starts is in its state, which an earlier life of it sets.
    const first = await child(w, a, { name: 'eager' });
    await first.do({ call: 'set-state', bytes: JSON.stringify({ boot: [send(a.address, 'born')] }) });
    await a.do(ask('our@kernel:distro:sys', JSON.stringify({ KillProcess: id })));
    await child(w, a, { name: 'eager' });
    const seen = await until('the message', async () =>
      (await a.recorded()).find(({ request }) => request?.body === 'born'),
    );
    assert.equal(seen.from, `${w.node.name}@${id}`);
  },
);

statement(
  'kernel.md §6.8',
  'messages that come while a process spawns are received afterwards, in order',
  async (w) => {
    const { a, b } = await w.puppets({ a: { request: vfs }, b: {} });
    const doing = a.do(spawn(a), receive, receive);
    await doing.told;
    await b.do(send(a.address, '1'), send(a.address, '2'));
    const [, one, two] = (await doing) as [unknown, Seen, Seen];
    assert.deepEqual([one.request?.body, two.request?.body], ['1', '2']);
  },
);
