/** kernel.md §15 and §16: the kernel's and the state module's own messages. */
import assert from 'node:assert/strict';
import { statement } from '../frame.ts';
import { ask, behave, type Seen, send } from '../steps.ts';
import { type Puppet, until, type World } from '../world.ts';

const kernel = 'our@kernel:distro:sys';
const state = 'our@state:distro:sys';
const both = { request: ['kernel:distro:sys', 'state:distro:sys'] };

const initialise = (id: string, more: object = {}) => ({
  InitializeProcess: {
    id,
    wasm_bytes_handle: '/h.wasm',
    wit_version: 1,
    on_exit: 'None',
    initial_capabilities: [],
    public: true,
    ...more,
  },
});

/** A puppet that may message the kernel, and its question. */
async function asking(w: World): Promise<[Puppet, (command: unknown, seconds?: number) => Promise<Seen>]> {
  const a = await w.puppet(both);
  return [a, (command, seconds) => a.ask(kernel, JSON.stringify(command), seconds)];
}

statement('kernel.md §15.1', 'InitializeProcess without a blob: the v0 line and InitializeProcessError', async (w) => {
  const [a, command] = await asking(w);
  assert.equal((await command(initialise(`x:${a.package}`))).response?.body, '"InitializeProcessError"');
  await w.printed('kernel: process startup requires bytes', 0);
});

statement('kernel.md §1.1', 'InitializeProcess of an id with other characters is refused', async (w) => {
  const bytes = await w.puppetBytes();
  for (const id of ['Upper:case:x.os', 'under_score:p:x.os', 'dot.ted:p:x.os', 'a:pack.age:x.os', 'a:p:Pub.os'])
    assert.equal(await w.command(initialise(id), bytes), 'InitializeProcessError', id);
  await w.printed(/kernel: error initializing process: Process name \(Upper\) can only contain a-z, 0-9, `-`/, 0);
  await w.printed(/Package name \(pack\.age\) can only contain a-z, 0-9, `-`/, 0);
  await w.printed(/Publisher node \(Pub\.os\) can only contain a-z, 0-9, `-`, `\.`/, 0);
});

statement(
  'kernel.md §15.1',
  'InitializeProcess of a taken id fails, and gives messaging of it to the caller',
  async (w) => {
    const b = await w.puppet({ public: false });
    const a = await w.puppet(both);
    const blob = { bytes: 'not looked at' };
    const [seen] = (await a.do(ask(kernel, JSON.stringify(initialise(b.id)), 5, { blob }))) as [Seen];
    assert.equal(seen.response?.body, '"InitializeProcessError"');
    await a.do(send(b.address, 'may I'));
    assert.equal((await b.recorded())[0]?.request?.body, 'may I');
  },
);

statement('kernel.md §15.1', 'wit_version may be null or absent', async (w) => {
  const a = await w.puppet();
  const bytes = await w.puppetBytes();
  const { wit_version: _, ...without } = initialise(`one:${a.package}`).InitializeProcess;
  assert.equal(await w.command({ InitializeProcess: without }, bytes), 'InitializedProcess');
  assert.equal(await w.command(initialise(`two:${a.package}`, { wit_version: null }), bytes), 'InitializedProcess');
  for (const name of ['one', 'two']) await w.node.kernel({ KillProcess: `${name}:${a.package}` });
});

statement(
  'kernel.md §13.3',
  'a caller other than the kernel can give only what it holds; the rest has a v0 line',
  async (w) => {
    const a = await w.puppet({ request: ['kernel:distro:sys', 'vfs:distro:sys', 'timer:distro:sys'] });
    const id = `made:${a.package}`;
    const cap = (issuer: string) => ({ issuer: `${w.node.name}@${issuer}`, params: '"messaging"' });
    const init = initialise(id, { initial_capabilities: [cap('timer:distro:sys'), cap('kv:distro:sys')] });
    const blob = { bytes: 'for (;;) require("hyperware:process/standard@1.0.0").receive();' };
    await a.do(ask(kernel, JSON.stringify(init), 5, { blob }));
    const found = (await w.node.kernel({ Debug: { Process: id } })) as {
      Debug: { Process: { capabilities: { issuer: string }[] } };
    };
    const issuers = found.Debug.Process.capabilities.map(({ issuer }) => issuer);
    assert.deepEqual(issuers.toSorted(), [`${w.node.name}@${id}`, `${w.node.name}@timer:distro:sys`].toSorted());
    await w.printed(`kernel: InitializeProcess caller ${a.id} doesn't have capability`, 0);
    await w.node.kernel({ KillProcess: id });
  },
);

statement('kernel.md §15.1', 'GrantCapabilities and DropCapabilities act and do not answer', async (w) => {
  const [a, command] = await asking(w);
  const capability = { issuer: `${w.node.name}@kv:distro:sys`, params: '"messaging"' };
  const has = () => w.node.kernel({ Debug: { HasCap: { on: a.id, cap: capability } } });
  assert.equal(
    (await command({ GrantCapabilities: { target: a.id, capabilities: [capability] } }, 1)).error?.kind,
    'timeout',
  );
  assert.deepEqual(await has(), { Debug: { HasCap: true } });
  assert.equal(
    (await command({ DropCapabilities: { target: a.id, capabilities: [capability] } }, 1)).error?.kind,
    'timeout',
  );
  assert.deepEqual(await has(), { Debug: { HasCap: false } });
});

statement('kernel.md §5', 'a grant is in force before the RunProcess that follows it', async (w) => {
  const b = await w.puppet({ public: false });
  const a = await w.puppet({ ...both });
  const id = `granted:${a.package}`;
  await w.command(initialise(id), await w.puppetBytes());
  const grant = { GrantCapabilities: { target: id, capabilities: [{ issuer: b.address, params: '"messaging"' }] } };
  await a.do(send(kernel, JSON.stringify(grant)), send(kernel, JSON.stringify({ RunProcess: id })));
  await w.at(id).do(send(b.address, 'at once'));
  assert.equal((await b.recorded())[0]?.request?.body, 'at once');
  await w.node.kernel({ KillProcess: id });
});

statement('kernel.md §15.1', 'SetOnExit acts and does not answer', async (w) => {
  const [a, command] = await asking(w);
  assert.equal((await command({ SetOnExit: { target: a.id, on_exit: 'None' } }, 1)).error?.kind, 'timeout');
  assert.equal((await w.node.process(a.id))?.onExit, 'none');
});

statement(
  'kernel.md §15.1',
  'RunProcess always answers; of an unknown id with RunProcessError and a v0 line',
  async (w) => {
    const [a, command] = await asking(w);
    assert.equal((await command({ RunProcess: `nobody:${a.package}` })).response?.body, '"RunProcessError"');
    await w.printed(`kernel: no such process nobody:${a.package} to run`, 0);
    assert.equal((await command({ RunProcess: 'vfs:distro:sys' })).response?.body, '"RunProcessError"');
  },
);

statement(
  'kernel.md §15.1',
  'KillProcess answers when a response is expected, and prints at level 0 then',
  async (w) => {
    const { b, c } = await w.puppets({ b: {}, c: {} });
    const [a, command] = await asking(w);
    assert.equal((await command({ KillProcess: b.id })).response?.body, JSON.stringify({ KilledProcess: b.id }));
    await w.printed(`kernel: killing process ${b.id}`, 0);
    await a.do(send(kernel, JSON.stringify({ KillProcess: c.id })));
    await w.printed(`kernel: killing process ${c.id}`, 2);
  },
);

statement('kernel.md §15.1', 'KillProcess of an id that is not a live process of an app: no answer', async (w) => {
  const [a, command] = await asking(w);
  const seen = await command({ KillProcess: `nobody:${a.package}` }, 1);
  assert.equal(seen.error?.kind, 'timeout');
  assert(seen.ms >= 950, `${seen.ms} ms`);
  await w.printed(`kernel: no such process nobody:${a.package} to kill`, 2);
  assert.equal((await command({ KillProcess: 'vfs:distro:sys' }, 1)).error?.kind, 'timeout');
});

statement(
  'kernel.md §15.2',
  'Debug Process gives the process as reported: handle, version, on-exit, capabilities, public',
  async (w) => {
    const [a, command] = await asking(w);
    const seen = await command({ Debug: { Process: a.id } });
    const { Debug } = JSON.parse(`${seen.response?.body}`) as { Debug: { Process: Record<string, unknown> } };
    const { capabilities, ...rest } = Debug.Process;
    assert.deepEqual(rest, {
      wasm_bytes_handle: `/${a.package}/pkg/puppet.wasm`,
      wit_version: 1,
      on_exit: 'Restart',
      public: true,
    });
    assert(
      (capabilities as unknown[]).some(
        (one) =>
          JSON.stringify(one) === JSON.stringify({ issuer: `${w.node.name}@kernel:distro:sys`, params: '"messaging"' }),
      ),
    );
    assert.equal(seen.response?.metadata, null);
  },
);

statement(
  'kernel.md §15.1',
  'Debug ProcessMap lists processes and modules; modules have an empty handle and on-exit Restart',
  async (w) => {
    const a = await w.puppet();
    const { Debug } = (await w.node.kernel({ Debug: 'ProcessMap' })) as {
      Debug: { ProcessMap: Record<string, { wasm_bytes_handle: string; on_exit: unknown; public: boolean }> };
    };
    const map = Debug.ProcessMap;
    assert(map[a.id]);
    for (const name of [
      'kernel',
      'net',
      'http-server',
      'http-client',
      'eth',
      'vfs',
      'state',
      'kv',
      'sqlite',
      'timer',
    ]) {
      const entry = map[`${name}:distro:sys`];
      assert.equal(entry?.wasm_bytes_handle, '', name);
      assert.equal(entry?.on_exit, 'Restart', name);
      assert.equal(entry?.public, name === 'timer', name);
    }
  },
);

statement('kernel.md §15.1', 'Debug of unknown things gives null', async (w) => {
  assert.deepEqual(await w.node.kernel({ Debug: { Process: 'nobody:at:all' } }), { Debug: { Process: null } });
  const cap = { issuer: `${w.node.name}@vfs:distro:sys`, params: '"messaging"' };
  assert.deepEqual(await w.node.kernel({ Debug: { HasCap: { on: 'nobody:at:all', cap } } }), {
    Debug: { HasCap: null },
  });
});

statement('kernel.md §15.1', 'a body that is no command: no answer, and the v0 line', async (w) => {
  const [a, command] = await asking(w);
  assert.equal((await command({ Unknown: 1 }, 1)).error?.kind, 'timeout');
  await w.printed("kernel: couldn't parse command:", 0);
  assert.equal((await a.ask(kernel, 'not json', 1)).error?.kind, 'timeout');
});

statement('kernel.md §15', 'the kernel is not messaged without its messaging capability', async (w) => {
  const a = await w.puppet();
  assert.equal((await a.ask(kernel, JSON.stringify({ Debug: 'ProcessMap' }), 5)).error?.kind, 'timeout');
  await w.printed(
    `process ${a.address} doesn't have capability to message process ${w.node.name}@kernel:distro:sys`,
    0,
  );
});

statement(
  'kernel.md §15',
  'a reply of the kernel goes to rsvp: of an inherited request to the first process',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: both });
    await b.do(behave(send(kernel, JSON.stringify({ Debug: { Process: 'nobody:at:all' } }), { inherit: true })));
    const seen = await a.ask(b.address, 'x');
    assert.deepEqual(
      [seen.from, seen.response?.body],
      [`${w.node.name}@kernel:distro:sys`, '{"Debug":{"Process":null}}'],
    );
  },
);

statement(
  'kernel.md §15.3',
  'on-exit requests are read with capabilities bare or paired with a signature',
  async (w) => {
    const b = await w.puppet();
    const a = await w.puppet();
    const capability = { issuer: a.address, params: '"x"' };
    const request = (capabilities: unknown[]) => ({
      inherit: false,
      expects_response: null,
      body: [98, 121, 101],
      metadata: null,
      capabilities,
    });
    for (const capabilities of [[capability], [[capability, [1, 2, 3]]]]) {
      const on_exit = { Requests: [[b.address, request(capabilities), { mime: null, bytes: [104, 105] }]] };
      await w.node.kernel({ SetOnExit: { target: a.id, on_exit } }, 0).catch(() => undefined);
      const got = (await a.one({ call: 'get-on-exit' })) as unknown;
      // The process's own copy is what it set itself; the kernel's is what counts.
      assert.equal(got, 'restart');
      assert.equal((await w.node.process(a.id))?.onExit, 'requests');
      const { Debug } = (await w.node.kernel({ Debug: { Process: a.id } })) as {
        Debug: { Process: { on_exit: { Requests: [string, { capabilities: unknown[] }, unknown][] } } };
      };
      assert.equal(Debug.Process.on_exit.Requests[0]?.[0], b.address);
      assert.equal(Debug.Process.on_exit.Requests[0]?.[1].capabilities.length, 1);
      assert.deepEqual(Debug.Process.on_exit.Requests[0]?.[2], { mime: null, bytes: [104, 105] });
    }
    await a.tell({ call: 'return' });
    const seen = await until('the request', async () => (await b.recorded())[0]);
    assert.deepEqual([seen.from, seen.request?.body, seen.blob?.bytes], [a.address, 'bye', 'hi']);
  },
);

statement('kernel.md §16', 'processes of other packages get no answer from state', async (w) => {
  const a = await w.puppet(both);
  const seen = await a.ask(state, JSON.stringify({ GetState: a.id }), 1);
  assert.equal(seen.error?.kind, 'timeout');
  assert(seen.ms >= 950, `${seen.ms} ms`);
  await w.printed(/^state: /, 1);
});

statement(
  'kernel.md §16',
  'a script of package terminal:sys can read, write and delete states; errors are exact',
  async (w) => {
    const target = await w.puppet();
    await target.do({ call: 'set-state', bytes: 'its state' });
    // A process of that package, as the terminal starts for a script.
    const id = 'conformance:terminal:sys';
    await w.command(initialise(id, { public: true }), await w.puppetBytes());
    await w.node.kernel({ RunProcess: id });
    const give = {
      GrantCapabilities: {
        target: id,
        capabilities: [{ issuer: `${w.node.name}@state:distro:sys`, params: '"messaging"' }],
      },
    };
    await w.node.control.call('message/inject', { target: 'kernel:distro:sys', body: JSON.stringify(give) });
    const a = w.at(id);
    const say = async (body: unknown, blob?: string) => {
      const [seen, got] = (await a.do(
        ask(state, typeof body === 'string' ? body : JSON.stringify(body), 5, {
          metadata: '"echoed"',
          ...(blob === undefined ? {} : { blob: { bytes: blob } }),
        }),
        { call: 'get-blob' },
      )) as [Seen, unknown];
      assert.equal(seen.response?.metadata, '"echoed"');
      return [JSON.parse(`${seen.response?.body}`), got];
    };
    assert.deepEqual(await say({ GetState: target.id }), [
      'GetState',
      { mime: 'application/octet-stream', bytes: 'its state' },
    ]);
    assert.deepEqual(await say({ SetState: target.id }, 'other'), ['SetState', null]);
    assert.equal(await target.one({ call: 'get-state' }), 'other');
    assert.deepEqual(await say({ SetState: target.id }), [{ Err: { BadBytes: { action: 'SetState' } } }, null]);
    assert.deepEqual(await say({ DeleteState: target.id }), ['DeleteState', null]);
    assert.deepEqual(await say({ DeleteState: target.id }), ['DeleteState', null]);
    assert.deepEqual(await say({ GetState: target.id }), [{ Err: { NotFound: { process_id: target.id } } }, null]);
    assert.deepEqual(await say('"Backup"'), ['Backup', null]);
    const [bad] = (await say('nonsense')) as [{ Err: { BadJson: { error: string } } }];
    assert.equal(typeof bad.Err.BadJson.error, 'string');
    await w.node.kernel({ KillProcess: id });
  },
);
