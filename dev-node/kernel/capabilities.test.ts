/** kernel.md §13: the oracle, and what is attached to messages. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capabilityKey, network } from './capability.ts';
import type { Capability, ProcessId } from './message.ts';
import { callerId, mayMessage, node, TestKernel } from './test-kernel.ts';

const a = 'a:p:pub.os';
const b = 'b:p:pub.os';
const of = (process: ProcessId, params: string, at = node): Capability => ({ issuer: { node: at, process }, params });

describe('§13.1 equality', () => {
  it('is that of parsed JSON: key order and white space do not count, unparsable text is null', () => {
    const key = (params: string) => capabilityKey(of(a, params));
    assert.equal(key('{"a":1,"b":[{"c":2,"d":3}]}'), key(' {"b":[ {"d":3,"c":2} ], "a":1}'));
    assert.notEqual(key('{"a":1}'), key('{"a":2}'));
    assert.notEqual(key('[1,2]'), key('[2,1]'));
    assert.equal(key('not json'), key('null'));
    assert.notEqual(capabilityKey(of(a, '"x"')), capabilityKey(of(b, '"x"')));
  });

  it('adding an equal one keeps the text first stored', async () => {
    const k = new TestKernel();
    await k.process(a);
    k.kernel.grant(a, [of(b, '{"x":1,"y":2}')]);
    k.kernel.grant(a, [of(b, '{"y":2,"x":1}')]);
    assert.deepEqual(
      k.capabilities(a).filter((c) => c.includes(b)),
      [`${node}@${b} {"x":1,"y":2}`],
    );
  });

  it('messaging with other white space opens the gate all the same', async () => {
    const k = new TestKernel();
    const to = await k.process(b);
    const from = await k.process(a, { capabilities: [of(b, ' "messaging" ')] });
    from.request(b, 'hi');
    assert.deepEqual(to.got, ['hi']);
  });
});

describe('§13.3 origin', () => {
  it('initialise gives messaging(self) to the process and messaging(new) to the caller', async () => {
    const k = new TestKernel();
    await k.process(a);
    assert.ok(k.capabilities(a).includes(`${node}@${a} "messaging"`));
    assert.ok(k.capabilities(callerId).includes(`${node}@${a} "messaging"`));
  });

  it('callers other than the kernel can give initial capabilities only if they hold them', async () => {
    const k = new TestKernel();
    const given = [of('kernel:distro:sys', '"network"'), of(b, '"secret"')];
    await k.command(
      {
        InitializeProcess: {
          id: a,
          wasm_bytes_handle: '/a.wasm',
          on_exit: 'None',
          initial_capabilities: given.map(({ issuer, params }) => ({
            issuer: `${issuer.node}@${issuer.process}`,
            params,
          })),
          public: false,
        },
      },
      'code',
    );
    assert.ok(k.capabilities(a).some((c) => c.includes('network')));
    assert.ok(!k.capabilities(a).some((c) => c.includes('secret')));
    assert.ok(k.lines.some((line) => line.includes(`InitializeProcess caller ${callerId} doesn't have capability`)));
  });
});

describe('§13.4 attaching', () => {
  it('keeps own and held ones, drops others silently; the node of an own one is not compared', async () => {
    const k = new TestKernel();
    const to = await k.process(b, { public: true });
    const from = await k.process(a, { capabilities: [of('vfs:distro:sys', '{"kind":"read"}')] });
    const own = of(a, '"own"');
    const ownElsewhere = of(a, '"own"', 'x.os');
    const held = of('vfs:distro:sys', '{ "kind": "read" }');
    from.request(b, 'hi', { capabilities: [own, ownElsewhere, held, network(node)] });
    assert.deepEqual(to.message(0).message.capabilities, [own, ownElsewhere, held]);
  });

  it('receiving does not store', async () => {
    const k = new TestKernel();
    await k.process(b, { public: true });
    const from = await k.process(a);
    from.request(b, 'hi', { capabilities: [of(a, '"own"')] });
    assert.ok(!k.capabilities(b).some((c) => c.includes('own')));
  });

  it('from remote: claims to be ours are dropped unless we sent them there; others pass unchecked', async () => {
    const k = new TestKernel();
    const run = await k.process(a, { capabilities: [network(node)] });
    const ours = of(a, '"ticket"');
    const theirs = of('app:app:b.os', '"theirs"', 'b.os');
    k.remote(a, 'one', { capabilities: [ours, theirs] });
    assert.deepEqual(run.message(0).message.capabilities, [theirs]);
    run.request({ node: 'b.os', process: 'app:app:b.os' }, 'here', { capabilities: [ours] });
    k.remote(a, 'two', { capabilities: [ours, theirs] });
    assert.deepEqual(run.message(1).message.capabilities, [ours, theirs]);
  });
});

describe('§13.5 oracle operations', () => {
  it('save-capabilities adds anything, our-capabilities lists, drop removes, absent ones are ignored', async () => {
    const k = new TestKernel();
    const run = await k.process(a);
    const forged = of('vfs:distro:sys', '{"root":true}');
    await run.call({ call: 'save-capabilities', capabilities: [forged] });
    const list = await run.call({ call: 'our-capabilities' });
    assert.ok(list.kind === 'capabilities' && list.capabilities.some((c) => c.params === '{"root":true}'));
    await run.call({ call: 'drop-capabilities', capabilities: [forged, of(b, '"absent"')] });
    assert.ok(!k.capabilities(a).some((c) => c.includes('root')));
  });

  it('dropping messaging shuts the gate', async () => {
    const k = new TestKernel();
    const to = await k.process(b);
    const from = await k.process(a, { capabilities: [mayMessage(b)] });
    await from.call({ call: 'drop-capabilities', capabilities: [mayMessage(b)] });
    from.request(b, 'hi');
    assert.deepEqual(to.got, []);
  });

  it('a grant to an unknown process is lost', async () => {
    const k = new TestKernel();
    await k.command({ GrantCapabilities: { target: a, capabilities: [] } }, undefined, false);
    k.kernel.grant(a, [network(node)]);
    await k.process(a);
    assert.ok(!k.capabilities(a).some((c) => c.includes('network')));
  });
});

describe('§13.6 revocation', () => {
  it('a kill takes from all others what the killed process had issued since boot', async () => {
    const k = new TestKernel();
    await k.process(b);
    const from = await k.process(a, { capabilities: [mayMessage(b), of(b, '"ticket"')] });
    k.kernel.kill(b);
    const again = await k.process(b);
    from.request(b, 'hi', { expects: 5n });
    assert.deepEqual(again.got, []);
    assert.deepEqual(from.got, ['error:timeout']);
    assert.ok(!k.capabilities(a).some((c) => c.includes(b)));
  });

  it('no-revoke leaves them', async () => {
    const k = new TestKernel();
    await k.process(b);
    const from = await k.process(a, { capabilities: [mayMessage(b), mayMessage('kernel:distro:sys')] });
    from.start.events.emit({
      id: 5n,
      source: from.start.our,
      target: { node, process: 'kernel:distro:sys' },
      rsvp: undefined,
      message: {
        kind: 'request',
        inherit: false,
        expectsResponse: undefined,
        body: new TextEncoder().encode(JSON.stringify({ KillProcess: b })),
        metadata: 'no-revoke',
        capabilities: [],
      },
      blob: undefined,
      cause: undefined,
    });
    assert.equal(k.state(b), undefined);
    assert.ok(k.capabilities(a).includes(`${node}@${b} "messaging"`));
  });
});
