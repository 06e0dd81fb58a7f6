/** kernel.md §11: from initialised to killed, and §12. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryStore } from '../store/memory-store.ts';
import { network } from './capability.ts';
import type { HostCall } from './process.ts';
import {
  bytes,
  callerId,
  mayMessage,
  node,
  none,
  restart,
  TestKernel,
  type TestProcess,
  text,
  turn,
} from './test-kernel.ts';

const a = 'a:p:pub.os';
const b = 'b:p:pub.os';

describe('§11.1 states', () => {
  it('initialised: holds messages and errors back and compiles nothing; run delivers them in order', async () => {
    const k = new TestKernel();
    const from = await k.process(a);
    await k.process(b, { public: true, run: false });
    const runs = k.runs.length;
    from.request(b, 'one');
    from.request(b, 'two');
    assert.equal(k.runs.length, runs);
    assert.equal(k.state(b), 'initialised');
    await k.command({ RunProcess: b });
    assert.deepEqual(k.runs.at(-1)?.got, ['one', 'two']);
    assert.equal(k.state(b), 'running');
  });

  it('a second run arrives as an ordinary request with body run from the kernel', async () => {
    const k = new TestKernel();
    const run = await k.process(a);
    assert.equal(await k.command({ RunProcess: a }), 'StartedProcess');
    assert.deepEqual(run.got, ['run']);
    assert.equal(run.message(0).source.process, 'kernel:distro:sys');
  });

  it('code that cannot run: printed, no on-exit, the id stays taken until killed; run answers RunProcessError', async () => {
    const k = new TestKernel();
    k.invalid.add('broken');
    await k.process(a, { onExit: restart, code: 'broken' });
    assert.ok(k.lines.includes('0 kernel: process a:p:pub.os invalid wasm file: not a component'));
    assert.equal(k.state(a), 'ended');
    assert.equal(await k.command({ RunProcess: a }), 'RunProcessError');
    k.kernel.kill(a);
    await k.process(a);
    assert.equal(k.state(a), 'running');
  });

  it('killed: its thread ends, on-exit is not performed, and what it still says does not count', async () => {
    const k = new TestKernel();
    const to = await k.process(b, { public: true });
    const run = await k.process(a, { onExit: restart });
    k.kernel.kill(a);
    assert.equal(run.killed, true);
    assert.equal(k.state(a), undefined);
    run.request(b, 'late');
    run.traps();
    k.clock.pass(1_000_000);
    assert.deepEqual(to.got, []);
    assert.equal(k.state(a), undefined);
  });
});

describe('§11.2 end of init', () => {
  it('returned: v1 prints', async () => {
    const k = new TestKernel();
    const run = await k.process(a);
    run.returns();
    assert.ok(k.lines.includes('1 process a.os@a:p:pub.os returned without error'));
    assert.ok(k.lines.includes('1 process a:p:pub.os has OnExit behavior None'));
  });

  it('trapped: v0 with the captured stderr, else the reason', async () => {
    const k = new TestKernel();
    (await k.process(a)).traps('panicked at src/lib.rs:5');
    assert.ok(
      k.lines.includes(
        '0 \u001b[38;5;196mprocess a.os@a:p:pub.os ended with error:\u001b[0m\npanicked at src/lib.rs:5',
      ),
    );
    (await k.process(b)).traps();
    assert.ok(k.lines.some((line) => line.endsWith('ended with error:\u001b[0m\nunreachable')));
  });
});

describe('§11.3 on-exit', () => {
  it('None: the process is killed and what it issued is revoked', async () => {
    const k = new TestKernel();
    const run = await k.process(a);
    assert.ok(k.capabilities(callerId).includes(`${node}@${a} "messaging"`));
    run.returns();
    assert.equal(k.state(a), undefined);
    assert.ok(!k.capabilities(callerId).includes(`${node}@${a} "messaging"`));
  });

  it('Restart: same code, capabilities kept, nothing revoked', async () => {
    const k = new TestKernel();
    const first = await k.process(a, { onExit: restart, code: 'v1', capabilities: [network(node)] });
    k.clock.pass(10_000);
    k.files.set(`/${a}.wasm`, 'v2');
    first.traps();
    const second = k.runs.at(-1) as TestProcess;
    assert.notEqual(second, first);
    assert.deepEqual(second.start.code, { kind: 'script', source: 'v1', name: `/${a}.wasm` });
    assert.ok(k.capabilities(a).includes(`${node}@kernel:distro:sys "network"`));
    assert.ok(k.capabilities(callerId).includes(`${node}@${a} "messaging"`));
  });

  it('Requests: each is sent with the dead process as source and without expecting a response; then it is killed', async () => {
    const k = new TestKernel();
    const to = await k.process(b, { public: true });
    const run = await k.process(a);
    run.start.events.setOnExit({
      kind: 'requests',
      requests: [
        {
          target: { node: 'our', process: b },
          request: {
            kind: 'request',
            inherit: false,
            expectsResponse: 5n,
            body: bytes('bye'),
            metadata: undefined,
            capabilities: [],
          },
          blob: undefined,
        },
      ],
    });
    run.traps();
    assert.deepEqual(to.got, ['bye']);
    const { message, source } = to.message(0);
    assert.equal(source.process, a);
    assert.equal(message.kind === 'request' && message.expectsResponse, undefined);
    assert.equal(k.state(a), undefined);
  });

  it('uses the value set last, and may be switched to Restart', async () => {
    const k = new TestKernel();
    const run = await k.process(a, { onExit: none });
    run.start.events.setOnExit(restart);
    k.clock.pass(6000);
    run.traps();
    assert.equal(k.state(a), 'running');
  });
});

describe('§11.4 restart back-off', () => {
  it('waits 2, 4, 8 … 600 s for a process that ends at once', async () => {
    const k = new TestKernel();
    await k.process(a, { onExit: restart });
    const waits: number[] = [];
    for (let n = 0; n < 11; n += 1) {
      (k.runs.at(-1) as TestProcess).traps();
      assert.equal(k.state(a), 'restarting');
      let seconds = 0;
      while (k.state(a) === 'restarting') {
        k.clock.pass(1000);
        seconds += 1;
      }
      waits.push(seconds);
    }
    assert.deepEqual(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
  });

  it('restarts at once after a healthy run of 5 s, and a healthy run after failures starts over', async () => {
    const k = new TestKernel();
    await k.process(a, { onExit: restart });
    k.clock.pass(5000);
    k.runs.at(-1)?.traps();
    assert.equal(k.state(a), 'running');
    k.runs.at(-1)?.traps();
    k.clock.pass(2000);
    k.runs.at(-1)?.traps();
    assert.equal(k.state(a), 'restarting');
    k.clock.pass(4000);
    // The back-off is 4 s now: a healthy run takes 20 s.
    k.clock.pass(20_000);
    k.runs.at(-1)?.traps();
    assert.equal(k.state(a), 'running');
  });

  it('during the wait requests bounce at once', async () => {
    const k = new TestKernel();
    const from = await k.process(a);
    (await k.process(b, { onExit: restart, public: true })).traps();
    from.request(b, 'hi', { expects: 5n });
    assert.deepEqual(from.got, ['error:timeout']);
  });

  it('a kill during the wait cancels the restart (as a dev node should)', async () => {
    const k = new TestKernel();
    (await k.process(a, { onExit: restart })).traps();
    assert.equal(k.kernel.kill(a), true);
    const runs = k.runs.length;
    k.clock.pass(1_000_000);
    assert.equal(k.runs.length, runs);
  });

  it('an install during the wait takes the id, and starts the count afresh', async () => {
    const k = new TestKernel();
    (await k.process(a, { onExit: restart })).traps();
    const run = await k.process(a, { onExit: restart, code: 'repaired' });
    k.clock.pass(10_000);
    assert.equal(k.runs.at(-1), run);
    assert.equal(k.state(a), 'running');
  });

  it('restart by hand: at once, with the same code and capabilities', async () => {
    const k = new TestKernel();
    const first = await k.process(a, { onExit: none, capabilities: [network(node)] });
    assert.equal(k.kernel.restart(a), true);
    assert.equal(first.killed, true);
    assert.equal(k.state(a), 'running');
    assert.ok(k.capabilities(a).includes(`${node}@kernel:distro:sys "network"`));
    assert.equal(k.kernel.restart('no:such:one'), false);
  });
});

describe('§11.5 spawn', () => {
  const call = (more: Partial<HostCall & { call: 'spawn' }> = {}): HostCall => ({
    call: 'spawn',
    name: 'child',
    wasmPath: '/p:pub.os/pkg/child.wasm',
    onExit: none,
    requestCapabilities: [],
    grantCapabilities: [],
    public: false,
    ...more,
  });
  const parent = async () => {
    const k = new TestKernel();
    k.files.set('/p:pub.os/pkg/child.wasm', 'child code');
    const run = await k.process(a, { capabilities: [mayMessage('vfs:distro:sys')] });
    return { k, run };
  };

  it('starts the child with messaging between parent and child granted before it runs', async () => {
    const { k, run } = await parent();
    assert.deepEqual(await run.call(call()), { kind: 'spawned', process: 'child:p:pub.os' });
    const child = k.runs.at(-1) as TestProcess;
    child.request(a, 'hello parent');
    run.request('child:p:pub.os', 'hello child');
    assert.deepEqual(run.got, ['hello parent']);
    assert.deepEqual(child.got, ['hello child']);
    assert.ok(!k.capabilities('child:p:pub.os').some((c) => c.includes('network')));
  });

  it('a missing file is no-file-at-path; so is a caller that may not message vfs', async () => {
    const { k, run } = await parent();
    const missing = { kind: 'spawn-error', error: 'no-file-at-path' };
    assert.deepEqual(await run.call(call({ wasmPath: '/nothing' })), missing);
    const other = await k.process(b);
    assert.deepEqual(await other.call(call()), missing);
  });

  it('an unsafe name traps', async () => {
    const { run } = await parent();
    assert.equal((await run.call(call({ name: 'Child' }))).kind, 'trap');
  });

  it('without a name the child has a number', async () => {
    const { run } = await parent();
    const answer = await run.call(call({ name: undefined }));
    assert.match(answer.kind === 'spawned' ? answer.process : '', /^\d+:p:pub\.os$/);
  });

  it('a taken name returns the same id and sends the holder an extra run', async () => {
    const { k, run } = await parent();
    await run.call(call());
    const child = k.runs.at(-1) as TestProcess;
    assert.deepEqual(await run.call(call()), { kind: 'spawned', process: 'child:p:pub.os' });
    assert.equal(k.runs.at(-1), child);
    assert.deepEqual(child.got, ['run']);
  });

  it('passes on requested capabilities only if the caller holds or issues them; grants are given to others', async () => {
    const { k, run } = await parent();
    await k.process(b);
    const issued = { issuer: { node, process: a }, params: '"mine"' };
    await run.call(
      call({
        requestCapabilities: [network(node), issued],
        grantCapabilities: [{ process: b, params: '"messaging"' }],
      }),
    );
    const held = k.capabilities('child:p:pub.os');
    assert.ok(held.includes(`${node}@${a} "mine"`));
    assert.ok(!held.includes(`${node}@kernel:distro:sys "network"`));
    assert.ok(k.capabilities(b).includes(`${node}@child:p:pub.os "messaging"`));
  });
});

describe('§11.6 boot', () => {
  it('brings installed processes back with their capabilities, and not those with on-exit None', async () => {
    const store = createMemoryStore();
    const k = new TestKernel({ store });
    await k.process(a, { onExit: restart, capabilities: [network(node)], public: true });
    await k.process(b, { onExit: none });
    k.kernel.grant(callerId, [mayMessage(a)]);
    await turn();
    // No stop: the node is gone as by kill -9.
    const again = new TestKernel({ store });
    again.files.set(`/${a}.wasm`, 'code');
    await again.kernel.boot();
    assert.equal(again.state(a), 'running');
    assert.equal(again.state(b), undefined);
    assert.ok(again.capabilities(a).includes(`${node}@kernel:distro:sys "network"`));
    assert.ok(again.capabilities(callerId).includes(`${node}@${a} "messaging"`));
    assert.equal(again.kernel.view.process(a)?.public, true);
  });

  it('a killed process does not come back', async () => {
    const store = createMemoryStore();
    const k = new TestKernel({ store });
    await k.process(a, { onExit: restart });
    k.kernel.kill(a);
    await turn();
    const again = new TestKernel({ store });
    await again.kernel.boot();
    assert.equal(again.state(a), undefined);
  });

  it('an entry whose file is missing is dropped with a print', async () => {
    const store = createMemoryStore();
    const k = new TestKernel({ store });
    await k.process(a, { onExit: restart });
    await turn();
    const again = new TestKernel({ store });
    await again.kernel.boot();
    await turn();
    assert.ok(again.lines.some((line) => line.startsWith('0 kernel: could not start a:p:pub.os: no file')));
    assert.ok(!store.processes().some(({ id }) => id === a));
  });

  it('an unsafe id on disk is dropped with a print', async () => {
    const store = createMemoryStore();
    store.saveProcesses([{ id: 'Bad_Name:p:pub.os', entry: '{}' }], []);
    const k = new TestKernel({ store });
    assert.ok(k.lines.some((line) => line.includes('Bad_Name')));
    assert.ok(!store.processes().some(({ id }) => id.startsWith('Bad')));
  });
});

describe('§12 process state', () => {
  it('none at first, whole overwrite, empty bytes are some, survives a kill, clear', async () => {
    const k = new TestKernel();
    const run = await k.process(a);
    assert.deepEqual(await run.call({ call: 'get-state' }), { kind: 'state', bytes: undefined });
    assert.deepEqual(await run.call({ call: 'set-state', bytes: bytes('long one') }), { kind: 'done' });
    await run.call({ call: 'set-state', bytes: bytes('x') });
    k.kernel.kill(a);
    const again = await k.process(a);
    const got = await again.call({ call: 'get-state' });
    assert.equal(got.kind === 'state' && text(got.bytes as Uint8Array), 'x');
    await again.call({ call: 'set-state', bytes: new Uint8Array(0) });
    const empty = await again.call({ call: 'get-state' });
    assert.equal(empty.kind === 'state' && empty.bytes?.length, 0);
    await again.call({ call: 'clear-state' });
    assert.deepEqual(await again.call({ call: 'get-state' }), { kind: 'state', bytes: undefined });
  });

  it('a disk that refuses is a trap', async () => {
    const store = { ...createMemoryStore(), setState: () => Promise.reject(new Error('disk full')) };
    const k = new TestKernel({ store });
    const run = await k.process(a);
    assert.deepEqual(await run.call({ call: 'set-state', bytes: bytes('x') }), {
      kind: 'trap',
      text: 'filesystem did not respond properly to SetState!!',
    });
  });
});
