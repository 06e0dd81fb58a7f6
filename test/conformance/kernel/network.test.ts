/** kernel.md §8, §13.4 and §17: two nodes. */
import assert from 'node:assert/strict';
import { differs, statement } from '../frame.ts';
import { ask, behave, echo, receive, respond, type Seen, send } from '../steps.ts';
import type { Puppet, PuppetChoice, World } from '../world.ts';

const networked = { networking: true };

/** A puppet on alpha.os and one on beta.os. */
async function pair(w: World, one: PuppetChoice = networked, two: PuppetChoice = networked): Promise<[Puppet, Puppet]> {
  const beta = await w.other();
  return [await w.puppet(one), await w.puppet(two, { node: beta })];
}

statement(
  'kernel.md §17',
  'a request to another node and its response carry body, metadata, expects-response and blobs as they are',
  async (w) => {
    const [a, b] = await pair(w);
    const bytes = [0, 255, 127, 128];
    const answering = b.do(
      receive,
      { call: 'get-blob' },
      respond([9, 200], { metadata: '"r"', blob: { mime: 'r', bytes } }),
    );
    await answering.told;
    const asked = ask(b.address, bytes, 5, { metadata: '{"m":1}', blob: { bytes: 'sent' } });
    const [seen, blob] = (await a.do(asked, { call: 'get-blob' })) as [Seen, unknown];
    assert.deepEqual([seen.from, seen.response?.body, seen.response?.metadata], [b.address, [9, 200], '"r"']);
    assert.deepEqual(blob, { mime: 'r', bytes });
    const [got, sent] = (await answering) as [Seen, unknown];
    assert.equal(got.from, a.address);
    assert.deepEqual(got.request, { body: bytes, inherit: false, expects: 5, metadata: '{"m":1}', capabilities: [] });
    assert.deepEqual(sent, { mime: null, bytes: 'sent' });
  },
  { rust: true },
);

statement(
  'kernel.md §17',
  'an inherited request keeps its id and rsvp between nodes: the far process answers the first',
  async (w) => {
    const [a, c] = await pair(w);
    const b = await w.puppet(networked);
    await b.do(behave(send(c.address, 'from b', { inherit: true })));
    await c.do(behave(respond('from c')));
    const [, seen] = (await a.do(send(b.address, 'x', { expects: 5, context: 'mine' }), receive)) as [null, Seen];
    assert.deepEqual([seen.from, seen.response?.body, seen.context], [c.address, 'from c', 'mine']);
    const [got] = await c.recorded();
    assert.equal(got?.from, b.address);
  },
);

statement('kernel.md §17', 'what one process sends to another node arrives in order', async (w) => {
  const [a, b] = await pair(w);
  const bodies = Array.from({ length: 200 }, (_, n) => `${n}`);
  await a.do({ call: 'send-requests', requests: bodies.map((body) => ({ target: b.address, body })) });
  await b.do(echo);
  await a.ask(b.address, 'last');
  const seen = await b.recorded();
  assert.deepEqual(
    seen.map(({ request }) => request?.body).filter((body) => body !== 'last'),
    bodies,
  );
});

statement(
  'kernel.md §13.2',
  'from another node no messaging capability is needed, only network of the target',
  async (w) => {
    const [a, b] = await pair(w, networked, { networking: true, public: false });
    await b.do(echo);
    assert.equal((await a.ask(b.address, 'x')).response?.body, 'x');
  },
);

statement(
  'kernel.md §8',
  'a process of another node that is not networked: timeout after n seconds, and the v0 line there',
  async (w) => {
    const [a, b] = await pair(w, networked, {});
    const seen = await a.ask(b.address, 'x', 1);
    assert.deepEqual([seen.error?.kind, seen.error?.target], ['timeout', b.address]);
    assert(seen.ms >= 950, `${seen.ms} ms`);
    const line = `event loop: process ${b.address} got a message from over the network, but doesn't have capability to receive networked messages`;
    await w.printed(line, 0, b.node);
  },
);

statement('kernel.md §8', 'an unknown process of another node: timeout after n seconds', async (w) => {
  const [a, b] = await pair(w);
  const target = `${b.node.name}@nobody:${b.package}`;
  const seen = await a.ask(target, 'x', 1);
  assert.deepEqual([seen.error?.kind, seen.error?.target], ['timeout', target]);
  assert(seen.ms >= 950, `${seen.ms} ms`);
});

statement(
  'kernel.md §5',
  'a message from another node to its kernel: the v0 line there, and nobody is told',
  async (w) => {
    const [a, b] = await pair(w);
    const seen = await a.ask(`${b.node.name}@kernel:distro:sys`, JSON.stringify({ Debug: 'ProcessMap' }), 1);
    assert.equal(seen.error?.kind, 'timeout');
    assert(seen.ms >= 950, `${seen.ms} ms`);
    await w.printed(`for "${b.node.name}@kernel:distro:sys", but target doesn't exist`, 0, b.node);
  },
);

statement('kernel.md §17', 'vfs, state and timer ignore requests of other nodes', async (w) => {
  const [a, b] = await pair(w);
  const at = (id: string) => `${b.node.name}@${id}`;
  const results = await a.do(
    send(at('vfs:distro:sys'), '{"path":"/x:y/z","action":"CreateDrive"}', { expects: 1 }),
    send(at('state:distro:sys'), '{"GetState":"a:b:c"}', { expects: 1 }),
    send(at('timer:distro:sys'), '{"SetTimer":1}', { expects: 1 }),
    receive,
    receive,
    receive,
  );
  for (const seen of results.slice(3) as Seen[]) assert.equal(seen.error?.kind, 'timeout');
});

statement('kernel.md §17', 'a text sent to net of another node is printed there and answered with `ack`', async (w) => {
  const [a, b] = await pair(w);
  const seen = await a.ask(`${b.node.name}@net:distro:sys`, 'hello over there', 5);
  assert.equal(seen.response?.body, 'ack');
  await w.printed(`${w.node.name}: hello over there`, 0, b.node);
});

statement(
  'kernel.md §6.3',
  'a capability that claims to be issued by the receiver’s node is taken off when it is forged',
  async (w) => {
    const [a, b] = await pair(w);
    const forged = { issuer: a.address, params: '"root"' };
    const theirs = { issuer: b.address, params: '"mine"' };
    await b.do(
      { call: 'save-capabilities', capabilities: [forged] },
      send(a.address, 'x', { capabilities: [forged, theirs] }),
    );
    await w.traced('its message', (e) => e.source === b.address && e.target === a.address);
    const [seen] = await a.recorded();
    assert.deepEqual(seen?.request?.capabilities, [theirs]);
  },
);

statement(
  'kernel.md §13.4',
  'a capability that was given to another node can be shown again to its issuer',
  async (w) => {
    const [a, b] = await pair(w);
    const mine = { issuer: a.address, params: '{"may":"write"}' };
    const got = b.do(receive);
    await got.told;
    await a.do(send(b.address, 'take it', { capabilities: [mine] }));
    const [seen] = (await got) as [Seen];
    assert.deepEqual(seen.request?.capabilities, [mine]);
    await b.do({ call: 'save-capabilities', capabilities: [mine] }, send(a.address, 'here', { capabilities: [mine] }));
    await w.traced('it comes back', (e) => e.source === b.address && e.target === a.address && e.body === 'here');
    const [back] = await a.recorded();
    assert.deepEqual(back?.request?.capabilities, [mine]);
  },
);

statement(
  'kernel.md §8',
  'a message too large for the network: timeout after n seconds, and a v0 line on the sender',
  async (w) => {
    const [a, b] = await pair(w);
    await b.do(echo);
    const seen = await a.ask(b.address, 'x', 1, { blob: { bytes: { size: 10_485_800 } } });
    assert.deepEqual([seen.error?.kind, seen.error?.target], ['timeout', b.address]);
    assert(seen.ms >= 950, `${seen.ms} ms`);
    await w.printed(/too large|too big|10.?485.?800/i, 0);
    assert.equal((await a.ask(b.address, 'after it', 5)).response?.body, 'after it');
  },
);

statement('kernel.md §17', 'a message of nearly ten megabytes arrives', async (w) => {
  const [a, b] = await pair(w);
  await b.do(behave(respond('got it', { inherit: true })));
  const [seen, blob] = (await a.do(ask(b.address, 'x', 10, { blob: { bytes: { size: 10_000_000 } } }), {
    call: 'get-blob',
  })) as [Seen, unknown];
  assert.equal(seen.response?.body, 'got it');
  assert.deepEqual(blob, { mime: null, bytes: { size: 10_000_000 } });
});

differs(
  'kernel.md §6.3',
  'Signed capabilities of a node are believed through third nodes and after its restart',
  'Capabilities carry no signature. A node believes those of its own that it has sent to that very node since it started',
  async (w) => {
    const [a, b] = await pair(w);
    const mine = { issuer: a.address, params: '"kept"' };
    await a.do(send(b.address, 'take it', { capabilities: [mine] }));
    await b.do({ call: 'save-capabilities', capabilities: [mine] });
    await w.node.stop();
    await w.node.start();
    w.forgetMarks();
    await w.connected(w.node, b.node);
    await b.do(send(a.address, 'here', { capabilities: [mine] }));
    await w.traced('it comes back', (e) => e.source === b.address && e.target === a.address && e.body === 'here');
    const [back] = await a.recorded();
    assert.deepEqual(back?.request?.capabilities, []);
  },
);

statement('kernel.md §8', 'a node that goes away after it took the message: timeout after n seconds', async (w) => {
  const [a, b] = await pair(w);
  const asking = a.do(ask(b.address, 'x', 2));
  await w.traced('the request arrives', (e) => e.target === b.address && e.body === 'x', b.node);
  await b.node.kill9();
  const [seen] = (await asking) as [Seen];
  await b.node.start();
  assert.deepEqual([seen.error?.kind, seen.error?.target], ['timeout', b.address]);
  assert(seen.ms >= 1950, `${seen.ms} ms`);
});

statement('kernel.md §8', 'a node that does not run: offline as soon as that is known', async (w) => {
  const [a, b] = await pair(w);
  await b.node.stop();
  const seen = await a.ask(b.address, 'x', 20);
  await b.node.start();
  assert.deepEqual([seen.error?.kind, seen.error?.target], ['offline', b.address]);
  assert(seen.ms < 6000, `${seen.ms} ms`);
});
