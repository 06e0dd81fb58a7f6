/** kernel.md §11.6 and §12: what a node keeps when it stops, and when it is ended by force. */
import assert from 'node:assert/strict';
import { differs, statement } from '../frame.ts';
import { ask, echo, send, trap } from '../steps.ts';
import { until, type World } from '../world.ts';

async function stopAndStart(w: World, how: 'stop' | 'kill9' = 'stop'): Promise<void> {
  await w.node[how]();
  await w.node.start();
  w.forgetMarks();
}

statement(
  'kernel.md §11.6',
  'installed processes run again after a restart of the node, with their capabilities',
  async (w) => {
    const { a, b } = await w.puppets({
      a: { public: false, request: ['timer:distro:sys'], grant: ['timer:distro:sys'], networking: true },
      b: { request: ['kernel:distro:sys'] },
    });
    const own = { issuer: a.address, params: '{"k":1}' };
    await a.do({ call: 'save-capabilities', capabilities: [own] });
    const before = (await a.one({ call: 'our-capabilities' })) as { params: string }[];
    await stopAndStart(w);
    const after = (await a.one({ call: 'our-capabilities' })) as { params: string }[];
    const text = (list: unknown[]) => list.map((one) => JSON.stringify(one)).toSorted();
    assert.deepEqual(text(after), text(before));
    // The grant to a module is kept as well.
    assert((await a.ask('our@timer:distro:sys', '{"SetTimer":1}')).response);
    assert.equal((await w.node.process(b.id))?.public, true);
  },
);

for (const how of ['stop', 'kill9'] as const) {
  const name = how === 'stop' ? 'a graceful stop' : 'kill -9';
  statement(
    'kernel.md §12',
    `what set-state has acknowledged survives ${name} of the node`,
    async (w) => {
      const a = await w.puppet();
      const [, seen] = await a.do({ call: 'set-state', bytes: `before ${how}` }, { call: 'get-state' });
      assert.equal(seen, `before ${how}`);
      await stopAndStart(w, how);
      assert.equal(await a.one({ call: 'get-state' }), `before ${how}`);
    },
    how === 'kill9' ? { rust: true } : {},
  );
}

statement('kernel.md §12', 'an answered install survives kill -9', async (w) => {
  const a = await w.puppet({ request: ['timer:distro:sys'] });
  await stopAndStart(w, 'kill9');
  await a.do(echo);
  assert.equal((await a.ask('our@timer:distro:sys', '{"SetTimer":1}')).from, `${w.node.name}@timer:distro:sys`);
});

statement('kernel.md §12', 'a big state of many writes is the last one written after kill -9', async (w) => {
  const a = await w.puppet();
  const writes = Array.from({ length: 30 }, (_, n) => ({ call: 'set-state', bytes: { size: 100_000 + n } }) as const);
  await a.do(...writes);
  await stopAndStart(w, 'kill9');
  assert.deepEqual(await a.one({ call: 'get-state' }), { size: 100_029 });
});

statement(
  'kernel.md §12',
  'a fresh process has no state; empty bytes are a state; clear-state removes it',
  async (w) => {
    const a = await w.puppet();
    const get = { call: 'get-state' } as const;
    const results = await a.do(get, { call: 'set-state', bytes: '' }, get, { call: 'clear-state' }, get);
    assert.deepEqual([results[0], results[2], results[4]], [null, '', null]);
  },
);

statement('kernel.md §12', 'state belongs to the id: it survives kill, uninstall and install', async (w) => {
  const name = `kept-${process.pid}`;
  const first = await w.puppet({}, { name });
  await first.do({ call: 'set-state', bytes: 'mine' });
  await w.node.uninstall(first.package);
  const second = await w.puppet({}, { name });
  assert.equal(await second.one({ call: 'get-state' }), 'mine');
});

differs(
  'kernel.md §11.6',
  'Processes with on-exit None that were alive when the map was last written start again with the node',
  'They do not survive a stop of the node, which is what the spec says is intended',
  async (w) => {
    const { a, b } = await w.puppets({ a: { onExit: 'None' }, b: {} });
    await stopAndStart(w);
    assert.equal((await w.node.process(b.id))?.state, 'running');
    assert.equal(await w.node.process(a.id), undefined);
  },
);

differs(
  'kernel.md §11.6',
  'A killed process whose wasm file exists may reappear at the next boot',
  'It stays killed',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: {} });
    await w.node.kernel({ KillProcess: a.id });
    await stopAndStart(w, 'kill9');
    assert.equal((await w.node.process(b.id))?.state, 'running');
    assert.equal(await w.node.process(a.id), undefined);
  },
);

statement('kernel.md §11.6', 'on-exit set at run time is what counts after a restart of the node', async (w) => {
  const a = await w.puppet();
  await a.do({ call: 'set-on-exit', onExit: { requests: [{ target: 'our@nobody:at:all', body: 'x' }] } });
  await stopAndStart(w);
  const got = (await a.one({ call: 'get-on-exit' })) as { requests?: unknown[] };
  assert.equal(got.requests?.length, 1);
});

statement('kernel.md §11.6', 'on-exit Requests are fired at boot, and the process is started anyway', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await a.do({ call: 'set-on-exit', onExit: { requests: [{ target: b.address, body: 'the node was off' }] } });
  await stopAndStart(w);
  const seen = await until('the request', async () => (await b.recorded())[0]);
  assert.deepEqual([seen.from, seen.request?.body], [a.address, 'the node was off']);
  assert.equal(await a.one({ call: 'our' }), a.address);
});

statement('kernel.md §11.6', 'a process whose wasm file is gone is dropped at boot with a v0 line', async (w) => {
  const a = await w.puppet({ request: ['vfs:distro:sys'] });
  const path = `/${a.package}/pkg/puppet.wasm`;
  const [removed] = (await a.do(ask('our@vfs:distro:sys', JSON.stringify({ path, action: 'RemoveFile' })))) as [
    { response?: { body: unknown } },
  ];
  assert.equal(removed.response?.body, '"Ok"');
  await stopAndStart(w);
  await w.printed(`${a.id}`, 0);
  assert.equal(await w.node.process(a.id), undefined);
});

statement('kernel.md §11.6', 'a process that waits for its restart comes back with the node', async (w) => {
  const a = await w.puppet();
  await a.tell(trap());
  await w.printed(`process ${a.id} has OnExit behavior Restart`, 1);
  await stopAndStart(w);
  assert.equal(await a.one({ call: 'our' }), a.address);
});

statement('kernel.md §13.6', 'capabilities loaded at boot survive a kill of their issuer', async (w) => {
  const b = await w.puppet({ public: false });
  const a = await w.puppet({ request: [b.id, 'kernel:distro:sys'] });
  const holds = { Debug: { HasCap: { on: a.id, cap: { issuer: b.address, params: '"messaging"' } } } };
  await stopAndStart(w);
  await w.node.kernel({ KillProcess: b.id });
  assert.deepEqual(await w.node.kernel(holds), { Debug: { HasCap: true } });
});

statement('kernel.md §11.6', 'Shutdown stops the node gracefully', async (w) => {
  const a = await w.puppet({ request: ['kernel:distro:sys'] });
  const { child } = w.node.launched;
  await a.tell(send('our@kernel:distro:sys', '"Shutdown"'));
  await until('the node has stopped', () => child.exitCode === 0);
  await w.node.start();
  w.forgetMarks();
  assert.equal(await a.one({ call: 'our' }), a.address);
});
