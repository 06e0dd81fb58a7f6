/** kernel.md §5 and §8: the gate, bounces, and what the sender of a failed request sees on one node. */
import assert from 'node:assert/strict';
import { statement } from '../frame.ts';
import { ask, behave, echo, pause, receive, respond, type Seen, send } from '../steps.ts';
import type { Puppet, World } from '../world.ts';

const atOnce = 500;
const noHttp = { name: 'x', path: '/x' };

function isTimeout(seen: Seen, target: string): void {
  assert.equal(seen.error?.kind, 'timeout');
  assert.equal(seen.error?.target, target);
}

statement(
  'kernel.md §8',
  'a request to an unknown local process times out at once; the error names the node by its real name',
  async (w) => {
    const a = await w.puppet();
    const seen = await a.ask(`our@nobody:${a.package}`, 'x', 10);
    isTimeout(seen, `${w.node.name}@nobody:${a.package}`);
    assert(seen.ms < atOnce, `${seen.ms} ms`);
    await w.printed(
      `event loop: process ${a.address} sent message to non-existing ${w.node.name}@nobody:${a.package}; dropping message`,
      2,
    );
  },
  { rust: true },
);

statement(
  'kernel.md §8',
  'a local process that never answers: timeout after n seconds, with the target as it was passed',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: {} });
    const seen = await a.ask(`our@${b.id}`, 'x', 1);
    isTimeout(seen, `our@${b.id}`);
    assert(seen.ms >= 950 && seen.ms < 2000, `${seen.ms} ms`);
  },
);

statement(
  'kernel.md §5',
  'a request to a private process without messaging: the v0 line, and a timeout at once',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: { public: false } });
    const seen = await a.ask(`our@${b.id}`, 'x', 10);
    isTimeout(seen, b.address);
    assert(seen.ms < atOnce, `${seen.ms} ms`);
    await w.printed(`event loop: process ${a.address} doesn't have capability to message process ${b.address}`, 0);
    assert.deepEqual(await b.recorded(), []);
  },
);

statement('kernel.md §5', 'request_capabilities of the sender opens the gate', async (w) => {
  const private_ = await w.puppet({ public: false });
  await private_.do(echo);
  const a = await w.puppet({ request: [private_.id] });
  const back = { request: [a.id] };
  assert.equal(back.request.length, 1);
  assert.equal((await a.ask(private_.address, 'x')).response?.body, 'x');
});

statement('kernel.md §5', 'grant_capabilities of the target opens the gate', async (w) => {
  const a = await w.puppet();
  const b = await w.puppet({ public: false, grant: [a.id] });
  await b.do(echo);
  assert.equal((await a.ask(b.address, 'x')).response?.body, 'x');
});

statement('kernel.md §5', 'a public process is messaged without a capability', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await b.do(echo);
  const held = (await a.one({ call: 'our-capabilities' })) as { issuer: string }[];
  assert(!held.some(({ issuer }) => issuer === b.address));
  assert.equal((await a.ask(b.address, 'x')).response?.body, 'x');
});

statement(
  'kernel.md §9.7',
  'a response to a private process is gated too: timer without a grant does not reach it',
  async (w) => {
    const a = await w.puppet({ public: false });
    const seen = await a.ask('our@timer:distro:sys', '{"SetTimer":1}', 1);
    isTimeout(seen, 'our@timer:distro:sys');
    await w.printed(
      `event loop: process ${w.node.name}@timer:distro:sys doesn't have capability to message process ${a.address}`,
      0,
    );
  },
);

statement('kernel.md §9.7', 'timer is public, and with a grant its response reaches a private process', async (w) => {
  const a = await w.puppet({ public: false, grant: ['timer:distro:sys'] });
  const seen = await a.ask('our@timer:distro:sys', '{"SetTimer":1}', 2);
  assert.equal(seen.from, `${w.node.name}@timer:distro:sys`);
});

statement('kernel.md §5', 'responses of vfs, state and kernel pass to a private process without a grant', async (w) => {
  const a = await w.puppet({ public: false, request: ['vfs:distro:sys', 'kernel:distro:sys'] });
  const path = `/${a.package}/pkg/manifest.json`;
  const read = await a.ask('our@vfs:distro:sys', JSON.stringify({ path, action: 'Read' }));
  assert.equal(read.response?.body, '"Read"');
  const debug = JSON.stringify({ Debug: { Process: 'nobody:at:all' } });
  assert.equal((await a.ask('our@kernel:distro:sys', debug)).response?.body, '{"Debug":{"Process":null}}');
  assert.deepEqual(await a.do({ call: 'set-state', bytes: 'x' }, { call: 'get-state' }), [null, 'x']);
});

statement('kernel.md §5', 'http-server, kv and sqlite need a grant to answer a private process', async (w) => {
  const ids = ['http-server:distro:sys', 'kv:distro:sys', 'sqlite:distro:sys'];
  const a = await w.puppet({ public: false, request: ids });
  const asks = ids.map((id) => ask(`our@${id}`, JSON.stringify(noHttp), 1));
  for (const seen of (await a.do(...asks)) as Seen[]) assert.equal(seen.error?.kind, 'timeout');
  for (const id of ids)
    await w.printed(`process ${w.node.name}@${id} doesn't have capability to message process ${a.address}`, 0);
});

statement(
  'kernel.md §5',
  'a response to a process that may not be messaged vanishes: nobody gets an error',
  async (w) => {
    const { a, b } = await w.puppets({ a: { public: false }, b: {} });
    await b.do(behave(respond('x')));
    const seen = await a.ask(b.address, 'x', 1);
    assert(seen.ms >= 950);
    assert.deepEqual(
      (await b.recorded()).map(({ error }) => error ?? null),
      [null],
    );
  },
);

statement('kernel.md §8', 'a sender without the network capability: timeout at once, and two v0 lines', async (w) => {
  const a = await w.puppet();
  const seen = await a.ask('nowhere.os@x:y:z.os', 'x', 10);
  isTimeout(seen, 'nowhere.os@x:y:z.os');
  assert(seen.ms < atOnce, `${seen.ms} ms`);
  await w.printed(`event loop: process ${a.address} doesn't have capability to send networked messages`, 0);
  await w.printed(/capabilities: .*messaging/, 0);
});

statement('kernel.md §8', 'an unknown node is offline at once', async (w) => {
  const a = await w.puppet({ networking: true });
  const seen = await a.ask('nowhere.os@x:y:z.os', 'x', 10);
  assert.deepEqual([seen.error?.kind, seen.error?.target], ['offline', 'nowhere.os@x:y:z.os']);
  assert(seen.ms < 1500, `${seen.ms} ms`);
});

statement('kernel.md §8', 'a process killed after it got the request: timeout after n seconds', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await b.do(behave(pause(100)));
  const asking = a.do(ask(`our@${b.id}`, 'x', 1));
  await w.traced('the request', (e) => e.kind === 'request' && e.target === b.address && e.body === 'x');
  await w.node.kernel({ KillProcess: b.id });
  const [seen] = (await asking) as [Seen];
  isTimeout(seen, `our@${b.id}`);
  assert(seen.ms >= 950, `${seen.ms} ms`);
});

statement('kernel.md §8', 'a killed process: timeout at once', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  assert.deepEqual(await w.node.kernel({ KillProcess: b.id }), { KilledProcess: b.id });
  const seen = await a.ask(b.address, 'x', 10);
  isTimeout(seen, b.address);
  assert(seen.ms < atOnce, `${seen.ms} ms`);
});

/** A process whose code cannot run: a zombie (§11.1). */
async function zombie(w: World): Promise<Puppet> {
  const broken = Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 99, 99, 99]);
  const b = await w.puppet({}, { files: { 'puppet.wasm': broken } });
  await w.printed(`kernel: process ${b.id} invalid wasm file`, 0);
  return b;
}

statement(
  'kernel.md §11.1',
  'installing an invalid component succeeds; the process is a zombie that is still listed',
  async (w) => {
    const b = await zombie(w);
    const debug = (await w.node.kernel({ Debug: { Process: b.id } })) as { Debug: { Process: unknown } };
    assert.notEqual(debug.Debug.Process, null);
    assert.equal(await w.node.kernel({ RunProcess: b.id }), 'RunProcessError');
  },
);

statement('kernel.md §8', 'a request to a zombie: timeout after n seconds, without a line', async (w) => {
  const b = await zombie(w);
  const a = await w.puppet();
  const seen = await a.ask(`our@${b.id}`, 'x', 1);
  isTimeout(seen, `our@${b.id}`);
  assert(seen.ms >= 950, `${seen.ms} ms`);
  await w.notPrinted(`non-existing ${b.address}`);
});

statement('kernel.md §5', 'any process whose name is `kernel` is the kernel to messages of its node', async (w) => {
  const { kernel, a } = await w.puppets({ kernel: {}, a: {} });
  const seen = await a.ask(kernel.address, JSON.stringify({ Debug: { Process: 'nobody:at:all' } }));
  assert.deepEqual(
    [seen.from, seen.response?.body],
    [`${w.node.name}@kernel:distro:sys`, '{"Debug":{"Process":null}}'],
  );
});

statement(
  'kernel.md §5',
  'a late reply of vfs to a process killed meanwhile: the v0 line and nothing else',
  async (w) => {
    const a = await w.puppet({ request: ['vfs:distro:sys', 'kernel:distro:sys'] });
    const write = JSON.stringify({ path: `/${a.package}/pkg/big`, action: 'Write' });
    await a.tell(
      send('our@vfs:distro:sys', write, { expects: 5, blob: { bytes: { size: 30_000_000 } } }),
      send('our@kernel:distro:sys', JSON.stringify({ KillProcess: a.id })),
      receive,
    );
    await w.printed(
      `event loop: got Response from "${w.node.name}@vfs:distro:sys" for "${a.address}", but target doesn't exist (perhaps it terminated)`,
      0,
    );
  },
);
