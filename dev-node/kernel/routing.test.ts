/** kernel.md §5: what happens to each message. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { network } from './capability.ts';
import { bytes, callerId, mayMessage, node, silent, TestKernel, text } from './test-kernel.ts';

const a = 'a:p:pub.os';
const b = 'b:p:pub.os';

describe('§5 1: our', () => {
  it('is replaced in source and target before any check', async () => {
    const k = new TestKernel();
    const from = await k.process(a);
    const to = await k.process(b, { public: true });
    from.request({ node: 'our', process: b }, 'hi');
    assert.deepEqual(to.message(0).target, { node, process: b });
  });

  it('is not replaced in rsvp', async () => {
    const k = new TestKernel();
    const from = await k.process(a);
    const to = await k.process(b, { public: true });
    from.request(b, 'hi', { rsvp: { node: 'our', process: a } });
    assert.equal(to.message(0).rsvp?.node, 'our');
  });
});

describe('§5 2 case A: from here to another node', () => {
  it('passes with the network capability', async () => {
    const k = new TestKernel();
    const from = await k.process(a, { capabilities: [network(node)] });
    from.request({ node: 'b.os', process: b }, 'hi', { expects: 5n });
    assert.equal(text(k.network.sent[0]?.message.body as Uint8Array), 'hi');
    assert.deepEqual(from.got, []);
  });

  it('without it prints two lines and bounces', async () => {
    const k = new TestKernel();
    const from = await k.process(a);
    const id = from.request({ node: 'b.os', process: b }, 'hi', { expects: 5n });
    assert.equal(k.network.sent.length, 0);
    assert.match(
      k.lines.at(-2) as string,
      /^0 event loop: process a\.os@a:p:pub\.os doesn't have capability to send networked messages$/,
    );
    assert.match(k.lines.at(-1) as string, /^0 event loop: its capabilities: .*messaging/);
    assert.deepEqual(from.got, ['error:timeout']);
    assert.equal(from.inbox[0]?.kind === 'error' && from.inbox[0].id, id);
    assert.equal(k.event('dropped').cause, 'missing-network-capability');
    assert.match(
      k.event('dropped').detail as string,
      /"request_networking": true for "a" in pkg\/manifest\.json of p:pub\.os/,
    );
  });
});

describe('§5 2 case B: from another node', () => {
  it('passes when the target holds the network capability, public or not', async () => {
    const k = new TestKernel();
    const to = await k.process(b, { capabilities: [network(node)] });
    k.remote(b, 'hi');
    assert.deepEqual(to.got, ['hi']);
  });

  it('to an unknown target prints v2 and tells nobody', async () => {
    const k = new TestKernel();
    k.remote(b, 'hi', { expects: 5n });
    assert.match(k.lines.at(-1) as string, /^2 .*non-existing/);
    assert.equal(k.network.sent.length, 0);
    assert.equal(k.event('dropped').cause, 'unknown-process');
  });

  it('to a target without the capability prints v0 and tells nobody', async () => {
    const k = new TestKernel();
    const to = await k.process(b, { public: true });
    k.remote(b, 'hi', { expects: 5n });
    assert.match(
      k.lines.at(-1) as string,
      /^0 event loop: process a\.os@b:p:pub\.os got a message from over the network, but doesn't have capability to receive networked messages$/,
    );
    assert.deepEqual(to.got, []);
    assert.equal(k.network.sent.length, 0);
    assert.equal(k.event('dropped').cause, 'target-not-networked');
  });

  it('never reaches the kernel’s commands', async () => {
    const k = new TestKernel();
    await k.process(b);
    k.remote('kernel:distro:sys', JSON.stringify({ KillProcess: b }));
    assert.equal(k.state(b), 'running');
    assert.match(k.lines.at(-1) as string, /^0 event loop: got Request from .* but target doesn't exist/);
  });

  it('is refused when its source is not the peer that sent it (§17)', async () => {
    const k = new TestKernel();
    const to = await k.process(b, { capabilities: [network(node)] });
    k.remote(b, 'hi', { from: { node: 'c.os', process: a } });
    assert.deepEqual(to.got, []);
  });
});

describe('§5 2 case C: kernel, state and vfs', () => {
  it('always pass, so that a private process gets vfs’s answer', async () => {
    const k = new TestKernel();
    k.files.set('/x', 'data');
    const from = await k.process(a, { capabilities: [mayMessage('vfs:distro:sys')] });
    from.request('vfs:distro:sys', '{"path":"/x","action":"Read"}', { expects: 5n });
    await Promise.resolve();
    assert.deepEqual(from.got, ['"Read"']);
  });

  it('to a process killed meanwhile: the v0 line and nothing else', async () => {
    const k = new TestKernel();
    k.files.set('/x', 'data');
    const from = await k.process(a, { capabilities: [mayMessage('vfs:distro:sys')] });
    from.request('vfs:distro:sys', '{"path":"/x","action":"Read"}', { expects: 5n });
    k.kernel.kill(a);
    await Promise.resolve();
    assert.match(
      k.lines.at(-1) as string,
      /^0 event loop: got Response from "a\.os@vfs:distro:sys" for "a\.os@a:p:pub\.os"/,
    );
    assert.deepEqual(from.got, []);
  });
});

describe('§5 2 case D: between local processes', () => {
  it('passes to a public target', async () => {
    const k = new TestKernel();
    const from = await k.process(a);
    const to = await k.process(b, { public: true });
    from.request(b, 'hi');
    assert.deepEqual(to.got, ['hi']);
  });

  it('passes with messaging(target)', async () => {
    const k = new TestKernel();
    const to = await k.process(b);
    const from = await k.process(a, { capabilities: [mayMessage(b)] });
    from.request(b, 'hi');
    assert.deepEqual(to.got, ['hi']);
  });

  it('without it prints v0, bounces, and says who must ask or grant, and where', async () => {
    const k = new TestKernel();
    const to = await k.process('b:q:other.os');
    const from = await k.process(a);
    from.request('b:q:other.os', 'hi', { expects: 10n, blob: { mime: 'x', bytes: bytes('blob') } });
    assert.equal(
      k.lines.at(-1),
      "0 event loop: process a.os@a:p:pub.os doesn't have capability to message process a.os@b:q:other.os",
    );
    assert.deepEqual(to.got, []);
    const [bounce] = from.inbox;
    assert.ok(bounce?.kind === 'error');
    assert.equal(bounce.error.kind, 'timeout');
    assert.deepEqual(bounce.error.target, { node, process: 'b:q:other.os' });
    assert.equal(text(bounce.error.message.body), 'hi');
    assert.equal(text(bounce.error.blob?.bytes as Uint8Array), 'blob');
    const { cause, detail } = k.event('dropped');
    assert.equal(cause, 'missing-messaging-capability');
    assert.match(
      detail as string,
      /"b:q:other\.os" to request_capabilities of "a" in pkg\/manifest\.json of p:pub\.os/,
    );
    assert.match(detail as string, /"a:p:pub\.os" to grant_capabilities of "b" in pkg\/manifest\.json of q:other\.os/);
  });

  it('gates responses too: a private caller’s answer is dropped, and the timeout says why', async () => {
    const k = new TestKernel();
    const to = await k.process(b, { public: true });
    const from = await k.process(a);
    const id = from.request(b, 'hi', { expects: 5n });
    to.respond(0, 'ho');
    assert.deepEqual(from.got, []);
    k.clock.pass(5000);
    from.start.events.timedOut(id);
    const { outcome, detail, durationMs } = k.event('error');
    assert.equal(outcome, 'timeout');
    assert.equal(durationMs, 5000);
    assert.match(detail as string, /A response came, but it was dropped: b:p:pub\.os may not message a:p:pub\.os/);
  });

  it('to an unknown target prints v2 and bounces a request that expects a response, at once', async () => {
    const k = new TestKernel();
    const from = await k.process(a);
    from.request('no:such:one', 'hi', { expects: 10n });
    assert.equal(
      k.lines.at(-1),
      '2 event loop: process a.os@a:p:pub.os sent message to non-existing a.os@no:such:one; dropping message',
    );
    assert.deepEqual(from.got, ['error:timeout']);
  });

  it('never bounces fire-and-forget', async () => {
    const k = new TestKernel();
    const from = await k.process(a);
    from.request('no:such:one', 'hi');
    assert.deepEqual(from.got, []);
    assert.equal(k.event('dropped').outcome, 'dropped');
  });

  it('never bounces to modules; the one who asks is told by the kernel', async () => {
    const k = new TestKernel({ modules: [silent('timer:distro:sys')] });
    await k.process(b);
    const { result } = k.kernel.ask(
      'timer:distro:sys',
      { target: { node, process: b }, body: bytes('hi'), expectsResponse: 5n },
      5000,
    );
    const answer = await result;
    assert.equal(answer.outcome, 'refused');
    assert.match(answer.outcome === 'refused' ? answer.detail : '', /grant_capabilities of "b"/);
  });
});

describe('§5 4: dispatch', () => {
  it('keeps the order of one sender', async () => {
    const k = new TestKernel();
    const from = await k.process(a);
    const to = await k.process(b, { public: true });
    for (let n = 0; n < 50; n += 1) from.request(b, String(n));
    assert.deepEqual(
      to.got,
      Array.from({ length: 50 }, (_, n) => String(n)),
    );
  });

  it('loses a message to a zombie without print or bounce', async () => {
    const k = new TestKernel();
    k.invalid.add('broken');
    await k.process(b, { public: true, code: 'broken' });
    const from = await k.process(a);
    const before = k.lines.length;
    const id = from.request(b, 'hi', { expects: 3n });
    assert.deepEqual(from.got, []);
    assert.equal(k.lines.length, before);
    k.clock.pass(3000);
    from.start.events.timedOut(id);
    assert.match(k.event('error').detail as string, /b:p:pub\.os has ended/);
  });

  it('to another node without a network is offline at once', async () => {
    const k = new TestKernel();
    k.kernel.connectNetwork(undefined);
    const from = await k.process(a, { capabilities: [network(node)] });
    from.request({ node: 'b.os', process: b }, 'hi', { expects: 5n });
    assert.deepEqual(from.got, ['error:offline']);
  });

  it('an error of the network reaches the sender of a request that expects a response, and nobody else', async () => {
    const k = new TestKernel();
    const from = await k.process(a, { capabilities: [network(node)] });
    from.request({ node: 'b.os', process: b }, 'one', { expects: 5n });
    from.request({ node: 'b.os', process: b }, 'two');
    for (const message of k.network.sent) k.kernel.undeliverable(message, 'b.os is not there.');
    assert.deepEqual(from.got, ['error:offline']);
    assert.equal(k.recorder.read().filter((event) => event.cause === 'offline').length, 2);
  });

  it('a response goes to rsvp, which need not be the source', async () => {
    const k = new TestKernel();
    const asker = await k.process('c:p:pub.os', { public: true });
    const from = await k.process(a);
    const to = await k.process(b, { public: true });
    from.request(b, 'hi', { id: 71n, rsvp: asker.start.our });
    to.respond(0, 'ho');
    assert.deepEqual(asker.got, ['ho']);
    assert.equal(asker.message(0).id, 71n);
  });

  it('counts a message of a module as sent by it', async () => {
    const k = new TestKernel();
    await k.command({ Debug: 'ProcessMap' });
    const counted = k.kernel.processes().find((process) => process.id === callerId);
    assert.equal(counted?.messagesOut, 1);
    assert.equal(counted?.messagesIn, 1);
  });
});
