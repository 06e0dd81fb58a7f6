/** kernel.md §11.1 to §11.4: how processes start, end and come back. */
import assert from 'node:assert/strict';
import { differs, statement } from '../frame.ts';
import { ask, echo, pause, respond, type Seen, send, trap } from '../steps.ts';
import { type Puppet, sleep, until, type World } from '../world.ts';

const boot = (...steps: unknown[]) => ({ call: 'set-state', bytes: JSON.stringify({ boot: steps }) }) as const;

/** Waits until the process runs a new life. */
async function restarted(puppet: Puppet, times = 1): Promise<void> {
  await until(`${puppet.id} runs again`, async () => {
    const found = await puppet.node.process(puppet.id);
    return found?.state === 'running' && found.restarts >= times;
  });
}

const gone = (w: World, id: string) => until(`${id} is gone`, async () => (await w.node.process(id)) === undefined);

statement(
  'kernel.md §11.1',
  'messages between InitializeProcess and RunProcess are delivered after the start, in order',
  async (w) => {
    const a = await w.puppet();
    const id = `fresh:${a.package}`;
    const init = { id, wasm_bytes_handle: '', wit_version: 1, on_exit: 'None', initial_capabilities: [], public: true };
    assert.equal(await w.command({ InitializeProcess: init }, await w.puppetBytes()), 'InitializedProcess');
    await a.do(send(`our@${id}`, '1'), send(`our@${id}`, '2'), send(`our@${id}`, '3'));
    assert.equal(await w.node.kernel({ RunProcess: id }), 'StartedProcess');
    const seen = await w.at(id).recorded();
    assert.deepEqual(
      seen.map(({ request }) => request?.body),
      ['1', '2', '3'],
    );
    await w.node.kernel({ KillProcess: id });
  },
);

statement('kernel.md §11.1', 'a request to an initialised process that is run later is answered', async (w) => {
  const a = await w.puppet();
  const id = `later:${a.package}`;
  const init = { id, wasm_bytes_handle: '', wit_version: 1, on_exit: 'None', initial_capabilities: [], public: true };
  await w.command({ InitializeProcess: init }, await w.puppetBytes());
  const asking = a.do(ask(`our@${id}`, 'x', 5));
  await w.traced('the request', (e) => e.target.includes(id) && e.body === 'x');
  await w.node.kernel({ RunProcess: id });
  const child = w.at(id);
  await child.do(respond('answered'));
  const [seen] = (await asking) as [Seen];
  assert.equal(seen.response?.body, 'answered');
  await w.node.kernel({ KillProcess: id });
});

statement(
  'kernel.md §11.1',
  'RunProcess of a running process sends it a request with body `run` from the kernel',
  async (w) => {
    const a = await w.puppet();
    assert.equal(await w.node.kernel({ RunProcess: a.id }), 'StartedProcess');
    const [seen] = await a.recorded();
    assert.equal(seen?.from, `${w.node.name}@kernel:distro:sys`);
    assert.deepEqual(seen?.request, { body: 'run', inherit: false, expects: null, metadata: null, capabilities: [] });
  },
);

statement('kernel.md §11.2', 'a process that returns: the v1 lines', async (w) => {
  const a = await w.puppet({ onExit: 'None' });
  await a.tell({ call: 'return' });
  await w.printed(`process ${a.address} returned without error`, 1);
  await w.printed(`process ${a.id} has OnExit behavior None`, 1);
});

statement(
  'kernel.md §11.2',
  'a process that traps: the v0 line in red with what it wrote to stderr, and the v1 line',
  async (w) => {
    const a = await w.puppet({ onExit: 'None' });
    await a.tell(trap('as it was told'));
    const line = await w.printed(`process ${a.address} ended with error:`, 0);
    assert(line.text.startsWith(`\u001b[38;5;196mprocess ${a.address} ended with error:\u001b[0m\n`), line.text);
    assert.match(line.text, /as it was told/);
    await w.printed(`process ${a.id} has OnExit behavior None`, 1);
  },
  { rust: true },
);

statement('kernel.md §11.3', 'on-exit None: the process is killed when it ends', async (w) => {
  const { a, b } = await w.puppets({ a: { onExit: 'None' }, b: {} });
  await a.tell({ call: 'return' });
  await gone(w, a.id);
  assert((await b.ask(a.address, 'x', 5)).ms < 500);
});

statement(
  'kernel.md §11.3',
  'on-exit Restart: it starts again with its capabilities and its state, and without its memory',
  async (w) => {
    const a = await w.puppet({ request: ['timer:distro:sys'] });
    const own = { issuer: a.address, params: '{"saved":1}' };
    await a.do(echo, { call: 'save-capabilities', capabilities: [own] }, { call: 'set-state', bytes: 'kept' });
    const before = (await a.one({ call: 'our-capabilities' })) as unknown[];
    await a.tell(trap());
    await restarted(a);
    const [state, held] = (await a.do({ call: 'get-state' }, { call: 'our-capabilities' })) as [string, unknown[]];
    assert.equal(state, 'kept');
    assert.equal(held.length, before.length);
    assert.deepEqual(await a.recorded(), []);
  },
  { timeout: 20_000 },
);

statement('kernel.md §11.3', 'on-exit Restart is performed after a normal return as well', async (w) => {
  const a = await w.puppet();
  await a.tell({ call: 'return' });
  await w.printed(`process ${a.id} has OnExit behavior Restart`, 1);
  await restarted(a);
});

statement(
  'kernel.md §11.3',
  'a restart takes the bytes of before; they are not read from the disk again',
  async (w) => {
    const a = await w.puppet({ request: ['vfs:distro:sys'] });
    const path = `/${a.package}/pkg/puppet.wasm`;
    const write = ask('our@vfs:distro:sys', JSON.stringify({ path, action: 'Write' }), 5, {
      blob: { bytes: 'rubbish' },
    });
    const [seen] = (await a.do(write)) as [Seen];
    assert.equal(seen.response?.body, '"Ok"');
    await a.tell(trap());
    await restarted(a);
    assert.equal(await a.one({ call: 'our' }), a.address);
  },
);

statement(
  'kernel.md §11.3',
  'on-exit Requests are sent with the dead process as source, without expecting a response; then it is killed',
  async (w) => {
    const { a, b } = await w.puppets({ a: { onExit: 'None' }, b: {} });
    const own = { issuer: a.address, params: '"last"' };
    const request = {
      target: b.address,
      body: 'bye',
      expects: 5,
      capabilities: [own],
      blob: { mime: 'm', bytes: 'blob' },
    };
    await a.do({ call: 'set-on-exit', onExit: { requests: [request] } });
    await a.tell(trap());
    await gone(w, a.id);
    const [seen] = await b.recorded();
    assert.equal(seen?.from, a.address);
    assert.deepEqual([seen?.request?.body, seen?.request?.expects], ['bye', null]);
    assert.deepEqual(seen?.blob, { mime: 'm', bytes: 'blob' });
    await w.printed(`process ${a.id} has OnExit behavior Requests`, 1);
  },
);

statement('kernel.md §11.3', 'on-exit Requests pass the gate like any message', async (w) => {
  const { a, b } = await w.puppets({ a: { onExit: 'None' }, b: { public: false } });
  await a.do({ call: 'set-on-exit', onExit: { requests: [{ target: b.address, body: 'bye' }] } });
  await a.tell(trap());
  await w.printed(`process ${a.address} doesn't have capability to message process ${b.address}`, 0);
  assert.deepEqual(await b.recorded(), []);
});

statement('kernel.md §11.3', 'Requests of a manifest are performed too', async (w) => {
  const b = await w.puppet();
  const request = { inherit: false, expects_response: null, body: [98, 121, 101], metadata: null, capabilities: [] };
  const a = await w.puppet({ onExit: { Requests: [[b.address, request, null]] } });
  await a.tell({ call: 'return' });
  const seen = await until('the request', async () => (await b.recorded())[0]);
  assert.deepEqual([seen.from, seen.request?.body], [a.address, 'bye']);
});

statement('kernel.md §7', 'set-on-exit changes what get-on-exit gives at once, and what the exit does', async (w) => {
  const a = await w.puppet();
  const request = { target: a.address, body: 'x', expects: 3 };
  const [before, , middle, , after] = await a.do(
    { call: 'get-on-exit' },
    { call: 'set-on-exit', onExit: { requests: [request] } },
    { call: 'get-on-exit' },
    { call: 'set-on-exit', onExit: 'none' },
    { call: 'get-on-exit' },
  );
  assert.deepEqual([before, after], ['restart', 'none']);
  const [kept] = (middle as { requests: Record<string, unknown>[] }).requests;
  assert.deepEqual([kept?.['target'], kept?.['body']], [a.address, 'x']);
  await w.printed(`${a.id} set new on-exit behavior`, 2);
  await a.tell({ call: 'return' });
  await gone(w, a.id);
});

differs(
  'kernel.md §11.3',
  'Switching to Restart at run time leaves a zombie at the exit',
  'The process is started again',
  async (w) => {
    const a = await w.puppet({ onExit: 'None' });
    await a.do({ call: 'set-on-exit', onExit: 'restart' });
    await a.tell(trap());
    await restarted(a);
  },
);

statement('kernel.md §11.1', 'a kill performs no on-exit action', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await a.do({ call: 'set-on-exit', onExit: { requests: [{ target: b.address, body: 'bye' }] } });
  await w.node.kernel({ KillProcess: a.id });
  await gone(w, a.id);
  await b.ask(`our@nobody:${a.package}`, 'x', 1);
  assert.deepEqual(await b.recorded(), []);
});

statement('kernel.md §11.4', 'a process that ends at once is started again after 2 s, then after 4 s', async (w) => {
  const a = await w.puppet();
  await a.do(boot(trap('again')));
  await a.tell(trap('first'));
  const ends = await until(
    'three ends',
    async () => {
      const lines = (await w.lines()).filter(({ text }) => text.includes(`process ${a.address} ended with error`));
      return lines.length >= 3 && lines;
    },
    9000,
  );
  const waits = [ends[1]!.time - ends[0]!.time, ends[2]!.time - ends[1]!.time];
  assert(waits[0]! >= 1950 && waits[0]! < 3000, `${waits}`);
  assert(waits[1]! >= 3950 && waits[1]! < 5000, `${waits}`);
});

statement('kernel.md §11.4', 'while a process waits for its restart, requests to it time out at once', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await a.tell(trap());
  await w.printed(`process ${a.id} has OnExit behavior Restart`, 1);
  const seen = await b.ask(a.address, 'x', 10);
  assert.equal(seen.error?.kind, 'timeout');
  assert(seen.ms < 500, `${seen.ms} ms`);
});

statement('kernel.md §11.4', 'a process that ran for 5 s is started again at once', async (w) => {
  const a = await w.puppet();
  await sleep(5050);
  await a.tell(trap());
  const end = await w.printed(`process ${a.address} ended with error`, 0);
  await restarted(a);
  const [now] = (await a.do({ call: 'now' })) as [number];
  assert(now - end.time < 1000, `${now - end.time} ms`);
});

differs(
  'kernel.md §11.4',
  'KillProcess while a process waits for its restart has no effect: it comes back, even after an uninstall',
  'The kill cancels the restart',
  async (w) => {
    const a = await w.puppet();
    await a.tell(trap());
    await w.printed(`process ${a.id} has OnExit behavior Restart`, 1);
    assert.deepEqual(await w.node.kernel({ KillProcess: a.id }), { KilledProcess: a.id });
    await sleep(2200);
    assert.equal(await w.node.process(a.id), undefined);
  },
);

differs(
  'kernel.md §11.4',
  'The count of quick exits outlives a reinstall',
  'An install begins it anew, so a mended process is not punished for the broken one',
  async (w) => {
    const name = `again-${process.pid}`;
    const a = await w.puppet({}, { name });
    await a.tell(trap());
    await w.printed(`process ${a.id} has OnExit behavior Restart`, 1);
    const b = await w.puppet({}, { name });
    await b.tell(trap('second life'));
    await w.printed('second life', 0);
    await restarted(b);
    const lines = await w.lines();
    const [first, second] = lines.filter(({ text }) => text.includes(`process ${a.address} ended with error`));
    assert(first && second);
    const since = Date.now() - second.time;
    assert(since < 3500, `${since} ms, as after a first exit`);
  },
);

statement('kernel.md §3', 'one process is one task: while it computes, other processes go on', async (w) => {
  const { a, b, c } = await w.puppets({ a: {}, b: {}, c: {} });
  await c.do(echo);
  await a.tell(pause(1500));
  const seen = await b.ask(c.address, 'x');
  assert.equal(seen.response?.body, 'x');
  assert(seen.ms < 1000, `${seen.ms} ms`);
});
