/** kernel.md §15: the commands of kernel:distro:sys, in their JSON forms. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { network } from './capability.ts';
import { bytes, callerId, mayMessage, node, restart, TestKernel, text } from './test-kernel.ts';

const a = 'a:p:pub.os';
const b = 'b:p:pub.os';
const initialise = (id: string, more: object = {}) => ({
  InitializeProcess: {
    id,
    wasm_bytes_handle: '/x.wasm',
    on_exit: 'None',
    initial_capabilities: [],
    public: false,
    ...more,
  },
});

describe('§15.1 InitializeProcess', () => {
  it('answers InitializedProcess; wit_version may be null or absent', async () => {
    const k = new TestKernel();
    assert.equal(await k.command(initialise(a), 'code'), 'InitializedProcess');
    assert.equal(await k.command(initialise(b, { wit_version: null }), 'code'), 'InitializedProcess');
  });

  it('without a blob: InitializeProcessError and a v0 print', async () => {
    const k = new TestKernel();
    assert.equal(await k.command(initialise(a)), 'InitializeProcessError');
    assert.ok(k.lines.includes('0 kernel: process startup requires bytes'));
  });

  it('an unsafe id: InitializeProcessError', async () => {
    const k = new TestKernel();
    assert.equal(await k.command(initialise('Chat:p:pub.os'), 'code'), 'InitializeProcessError');
    assert.ok(k.lines.some((line) => line.startsWith('0 kernel: error initializing process: Process name (Chat)')));
  });

  it('a taken id: InitializeProcessError, and the caller has messaging(id) all the same', async () => {
    const k = new TestKernel();
    await k.process(a);
    const other = await k.process(b, { capabilities: [mayMessage('kernel:distro:sys')] });
    other.request('kernel:distro:sys', JSON.stringify(initialise(a)), {
      expects: 5n,
      blob: { mime: undefined, bytes: bytes('code') },
    });
    assert.deepEqual(other.got, ['"InitializeProcessError"']);
    assert.ok(k.capabilities(b).includes(`${node}@${a} "messaging"`));
  });

  it('answers even if no response was asked', async () => {
    const k = new TestKernel();
    const from = await k.process(b, { capabilities: [mayMessage('kernel:distro:sys')] });
    from.request('kernel:distro:sys', JSON.stringify(initialise(a)), {
      blob: { mime: undefined, bytes: bytes('code') },
    });
    assert.deepEqual(from.got, ['"InitializedProcess"']);
  });

  it('\\0asm is a component, other text a script, other bytes an error', async () => {
    const k = new TestKernel();
    await k.command(initialise(a), '\0asm\r\0\u0001\0');
    assert.equal(k.kernel.view.process(a)?.kind, 'component');
    await k.command(initialise(b), 'export default 1');
    assert.equal(k.kernel.view.process(b)?.kind, 'script');
    const { result } = k.kernel.ask(
      callerId,
      {
        target: { node, process: 'kernel:distro:sys' },
        body: bytes(JSON.stringify(initialise('c:p:pub.os'))),
        blob: { mime: undefined, bytes: Uint8Array.of(0xff, 0xfe, 0x00) },
        expectsResponse: 5n,
      },
      5000,
    );
    const answer = await result;
    assert.equal(answer.outcome === 'ok' && text(answer.response.body), '"InitializeProcessError"');
  });

  it('needs messaging(kernel), like any target', async () => {
    const k = new TestKernel();
    const from = await k.process(b);
    from.request('kernel:distro:sys', JSON.stringify({ KillProcess: b }), { expects: 5n });
    assert.deepEqual(from.got, ['error:timeout']);
    assert.equal(k.state(b), 'running');
  });
});

describe('§15.1 capabilities', () => {
  it('GrantCapabilities and DropCapabilities take effect at once and have no reply', async () => {
    const k = new TestKernel();
    await k.process(a);
    const capabilities = [{ issuer: `${node}@kernel:distro:sys`, params: '"network"' }];
    assert.equal(await k.command({ GrantCapabilities: { target: a, capabilities } }), undefined);
    assert.ok(k.capabilities(a).some((c) => c.includes('network')));
    assert.equal(await k.command({ DropCapabilities: { target: a, capabilities } }), undefined);
    assert.ok(!k.capabilities(a).some((c) => c.includes('network')));
  });
});

describe('§15.1 RunProcess and KillProcess', () => {
  it('RunProcess of a module or an unknown id: RunProcessError and a v0 print', async () => {
    const k = new TestKernel();
    assert.equal(await k.command({ RunProcess: 'vfs:distro:sys' }), 'RunProcessError');
    assert.equal(await k.command({ RunProcess: a }), 'RunProcessError');
    assert.ok(k.lines.includes(`0 kernel: no such process ${a} to run`));
  });

  it('KillProcess answers only if a response is expected', async () => {
    const k = new TestKernel();
    await k.process(a);
    await k.process(b);
    assert.deepEqual(await k.command({ KillProcess: a }), { KilledProcess: a });
    assert.ok(k.lines.includes(`0 kernel: killing process ${a}`));
    assert.equal(await k.command({ KillProcess: b }, undefined, false), undefined);
    assert.ok(k.lines.includes(`2 kernel: killing process ${b}`));
  });

  it('KillProcess of an unknown id or a module: no reply', async () => {
    const k = new TestKernel();
    assert.equal(await k.command({ KillProcess: a }), undefined);
    assert.ok(k.lines.includes(`2 kernel: no such process ${a} to kill`));
    assert.equal(await k.command({ KillProcess: 'vfs:distro:sys' }), undefined);
    assert.match(k.event('error').detail as string, /does not answer KillProcess/);
  });
});

describe('§15.1 others', () => {
  it('Booted runs every userspace process', async () => {
    const k = new TestKernel();
    await k.process(a, { run: false });
    await k.command('Booted', undefined, false);
    assert.equal(k.state(a), 'running');
  });

  it('Shutdown stops the node', async () => {
    const k = new TestKernel();
    await k.command('Shutdown', undefined, false);
    assert.equal(k.shutdowns, 1);
  });

  it('SetOnExit has no reply', async () => {
    const k = new TestKernel();
    await k.process(a);
    assert.equal(await k.command({ SetOnExit: { target: a, on_exit: 'Restart' } }), undefined);
    assert.equal(k.kernel.processes().find(({ id }) => id === a)?.onExit, 'restart');
  });

  it('anything unparsable: v0 print, no reply, and the trace says what is wrong', async () => {
    const k = new TestKernel();
    assert.equal(await k.command('raw:{"RunProcess"'), undefined);
    assert.ok(k.lines.some((line) => line.startsWith("0 kernel: couldn't parse command:")));
    assert.equal(await k.command({ RunProcess: 'a:b' }), undefined);
    assert.equal(k.event('dropped').cause, 'bad-command');
    assert.match(k.event('error').detail as string, /could not read the command/);
  });
});

describe('§15.1 Debug, §15.2', () => {
  it('Process and ProcessMap report PROCESS', async () => {
    const k = new TestKernel();
    await k.process(a, { onExit: restart, public: true, capabilities: [network(node)] });
    const expected = {
      wasm_bytes_handle: `/${a}.wasm`,
      wit_version: 1,
      on_exit: 'Restart',
      capabilities: [
        { issuer: `${node}@${a}`, params: '"messaging"' },
        { issuer: `${node}@kernel:distro:sys`, params: '"network"' },
      ],
      public: true,
    };
    assert.deepEqual(await k.command({ Debug: { Process: a } }), { Debug: { Process: expected } });
    assert.deepEqual(await k.command({ Debug: { Process: b } }), { Debug: { Process: null } });
    const map = (await k.command({ Debug: 'ProcessMap' })) as { Debug: { ProcessMap: Record<string, unknown> } };
    assert.deepEqual(map.Debug.ProcessMap[a], expected);
    assert.equal((map.Debug.ProcessMap['vfs:distro:sys'] as { wasm_bytes_handle: string }).wasm_bytes_handle, '');
  });

  it('HasCap is true, false, or null for an unknown process', async () => {
    const k = new TestKernel();
    await k.process(a, {
      capabilities: [{ issuer: { node, process: 'vfs:distro:sys' }, params: '{"root":true,"x":1}' }],
    });
    const ask = (on: string, params: string) =>
      k.command({ Debug: { HasCap: { on, cap: { issuer: `${node}@vfs:distro:sys`, params } } } });
    assert.deepEqual(await ask(a, '{"x":1,"root":true}'), { Debug: { HasCap: true } });
    assert.deepEqual(await ask(a, '{"root":true}'), { Debug: { HasCap: false } });
    assert.deepEqual(await ask(b, '{"root":true}'), { Debug: { HasCap: null } });
  });
});

describe('§15.3 OnExit with requests', () => {
  for (const [form, capabilities] of [
    ['the guest library’s bare capabilities', [{ issuer: `${node}@${a}`, params: '"x"' }]],
    ['the runtime’s pairs with signatures', [[{ issuer: `${node}@${a}`, params: '"x"' }, [1, 2, 3]]]],
  ] as const) {
    it(`accepts ${form}`, async () => {
      const k = new TestKernel();
      await k.process(a);
      const request = {
        inherit: false,
        expects_response: null,
        body: [34, 98, 121, 101, 34],
        metadata: null,
        capabilities,
      };
      const on_exit = { Requests: [[`${node}@${b}`, request, { mime: null, bytes: [104, 105] }]] };
      await k.command({ SetOnExit: { target: a, on_exit } }, undefined, false);
      const reported = (await k.command({ Debug: { Process: a } })) as { Debug: { Process: { on_exit: unknown } } };
      assert.deepEqual(reported.Debug.Process.on_exit, {
        Requests: [
          [
            `${node}@${b}`,
            { ...request, capabilities: [{ issuer: `${node}@${a}`, params: '"x"' }] },
            { mime: null, bytes: [104, 105] },
          ],
        ],
      });
    });
  }
});
