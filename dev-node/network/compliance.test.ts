/** What every network must do, whatever carries its bytes: run against libp2p and against the in-memory twin. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, describe, test } from 'node:test';
import type { KernelMessage } from '../kernel/message.ts';
import { startLibp2p } from './libp2p.ts';
import type { Network, NetworkOptions } from './link.ts';
import { createMemoryNetwork } from './memory.ts';

const implementations: Record<string, () => (options: NetworkOptions) => Promise<Network>> = {
  libp2p: () => startLibp2p,
  memory: () => createMemoryNetwork().start,
};

interface TestNode {
  readonly name: string;
  readonly home: string;
  readonly network: Network;
  readonly received: { readonly message: KernelMessage; readonly from: string }[];
  readonly undeliverable: { readonly message: KernelMessage; readonly detail: string }[];
  readonly console: string[];
  send(target: string, body: string | Uint8Array, change?: Partial<KernelMessage>): KernelMessage;
  stop(): Promise<void>;
}

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'network-'));
const running = new Set<TestNode>();
after(async () => {
  await Promise.all([...running].map((node) => node.stop()));
  await fs.rm(folder, { recursive: true });
});

let nextId = 2n ** 63n;

async function startNode(
  start: (options: NetworkOptions) => Promise<Network>,
  room: string,
  name: string,
  more: Partial<NetworkOptions> & { readonly homeName?: string; readonly publish?: boolean } = {},
): Promise<TestNode> {
  const home = path.join(folder, room, more.homeName ?? name);
  const received: TestNode['received'] = [];
  const undeliverable: TestNode['undeliverable'] = [];
  const lines: string[] = [];
  const networkName = more.network ?? 'test';
  const network = await start({
    name,
    network: networkName,
    home,
    keyFile: path.join(folder, room, `${networkName}.key`),
    listen: [],
    peers: [],
    events: {
      received: (message, from) => received.push({ message, from }),
      undeliverable: (message, detail) => undeliverable.push({ message, detail }),
      print: (_verbosity, text) => lines.push(text),
    },
    ...more,
  });
  // As dev-node/main.ts does when the node is ready.
  if (more.publish !== false)
    await fs.writeFile(
      path.join(home, 'node.json'),
      JSON.stringify({
        event: 'ready',
        node: name,
        http: 'http://localhost:0',
        home,
        peer: network.addresses,
        control: path.join(home, 'control.sock'),
        pid: process.pid,
        version: '0',
        network: networkName,
      }),
    );
  const node: TestNode = {
    name,
    home,
    network,
    received,
    undeliverable,
    console: lines,
    send(target, body, change = {}) {
      const message: KernelMessage = {
        id: nextId++,
        source: { node: name, process: 'chat:chat:template.os' },
        target: { node: target, process: 'chat:chat:template.os' },
        rsvp: undefined,
        message: {
          kind: 'request',
          inherit: false,
          expectsResponse: 5n,
          body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
          metadata: undefined,
          capabilities: [],
        },
        blob: undefined,
        trace: undefined,
        ...change,
      };
      network.deliver({ kind: 'message', at: 0, message });
      return message;
    },
    async stop() {
      running.delete(node);
      await network.stop();
      await fs.rm(path.join(home, 'node.json'), { force: true });
    },
  };
  running.add(node);
  return node;
}

async function until<T>(what: string, look: () => T | undefined | false, withinMs = 15_000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const text = (message: KernelMessage) => new TextDecoder().decode(message.message.body);

for (const [kind, implementation] of Object.entries(implementations))
  describe(`a network over ${kind}`, { timeout: 120_000 }, () => {
    let count = 0;
    const room = () => `${kind}-${count++}`;

    test('carries every field of a message, and the trace beside it', async () => {
      const start = implementation();
      const here = room();
      const alice = await startNode(start, here, 'alice.os');
      const bob = await startNode(start, here, 'bob.os');
      const issuer = { node: 'alice.os', process: 'chat:chat:template.os' };
      const request = alice.send('bob.os', 'hi', {
        id: 2n ** 64n - 1n,
        rsvp: { node: 'carol.os', process: 'a:b:c.os' },
        message: {
          kind: 'request',
          inherit: true,
          expectsResponse: 2n ** 63n,
          body: new Uint8Array([0, 255]),
          metadata: '{"a":1}',
          capabilities: [{ issuer, params: '"x"' }],
        },
        blob: { mime: 'image/png', bytes: new Uint8Array([1, 2, 3]) },
        trace: { trace: 'a'.repeat(32), span: 'b'.repeat(16), parent: undefined },
      });
      const response = bob.send('alice.os', '', {
        id: 0n,
        message: { kind: 'response', inherit: false, body: new Uint8Array(), metadata: undefined, capabilities: [] },
        blob: { mime: undefined, bytes: new Uint8Array() },
      });
      await until('both', () => bob.received.length === 1 && alice.received.length === 1);
      assert.deepEqual(bob.received[0], { message: request, from: 'alice.os' });
      assert.deepEqual(alice.received[0], { message: response, from: 'bob.os' });
      await Promise.all([alice.stop(), bob.stop()]);
    });

    test('keeps the order of a pair, from the first message, which has to connect', async () => {
      const start = implementation();
      const here = room();
      const alice = await startNode(start, here, 'alice.os');
      const bob = await startNode(start, here, 'bob.os');
      for (let i = 0; i < 3000; i++) {
        // Big and small mixed: batches, windows and back-pressure must not let one overtake another.
        alice.send('bob.os', `${i}`, i % 500 === 0 ? { blob: { mime: undefined, bytes: new Uint8Array(1e6) } } : {});
        if (i % 3 === 0) bob.send('alice.os', `${i}`);
      }
      await until('all of both', () => bob.received.length === 3000 && alice.received.length === 1000);
      assert.deepEqual(
        bob.received.map(({ message }) => text(message)),
        Array.from({ length: 3000 }, (_, i) => `${i}`),
      );
      assert.deepEqual(
        alice.received.map(({ message }) => text(message)),
        Array.from({ length: 1000 }, (_, i) => `${3 * i}`),
      );
      await Promise.all([alice.stop(), bob.stop()]);
    });

    test('says at once that an unknown node, a stopped node and a dead address are offline', async () => {
      const start = implementation();
      const here = room();
      const alice = await startNode(start, here, 'alice.os');
      const bob = await startNode(start, here, 'bob.os');
      const begun = Date.now();
      const lost = alice.send('nobody.os', 'hello?');
      const answer = await until('nobody', () => alice.undeliverable[0]);
      assert.equal(answer.message, lost);
      assert.match(answer.detail, /nobody\.os is offline: no node of that name is known on the network test/);
      assert.ok(Date.now() - begun < 1000);

      alice.send('bob.os', 'are you there?');
      await until('bob', () => bob.received.length === 1);
      await bob.stop();
      await until('bob gone', () => alice.network.peers()[0]?.state === 'offline');
      const stopped = Date.now();
      alice.send('bob.os', 'and now?');
      const second = await until('offline', () => alice.undeliverable[1]);
      assert.match(second.detail, /^bob\.os is offline: /);
      assert.ok(Date.now() - stopped < 5500);
      await alice.stop();
      alice.send('bob.os', 'late');
      assert.match(alice.undeliverable[2]!.detail, /this node is stopping/);
    });

    test('closes the connection of a peer that speaks in another name', async () => {
      const start = implementation();
      const here = room();
      const bob = await startNode(start, here, 'bob.os');
      const mallory = await startNode(start, here, 'mallory.os');
      mallory.send('bob.os', 'honest');
      await until('the honest one', () => bob.received.length === 1);
      mallory.send('bob.os', 'forged', { source: { node: 'alice.os', process: 'chat:chat:template.os' } });
      mallory.send('bob.os', 'behind the forged one');
      await until('a line', () =>
        bob.console.some((line) => /closed the connection to mallory\.os .* in the name of alice\.os/.test(line)),
      );
      assert.deepEqual(
        bob.received.map(({ message }) => text(message)),
        ['honest'],
      );
      await Promise.all([bob.stop(), mallory.stop()]);
    });

    test('carries a message up to the limit, and tells the sender alone of a larger one', async () => {
      const start = implementation();
      const here = room();
      const alice = await startNode(start, here, 'alice.os');
      const bob = await startNode(start, here, 'bob.os');
      const big = new Uint8Array(10_485_000).map((_, i) => i * 7);
      alice.send('bob.os', 'large', { blob: { mime: undefined, bytes: big } });
      alice.send('bob.os', 'too large', { blob: { mime: undefined, bytes: new Uint8Array(10_485_800) } });
      alice.send('bob.os', 'small');
      await until('the large and the small', () => bob.received.length === 2, 30_000);
      assert.deepEqual(Buffer.compare(bob.received[0]!.message.blob!.bytes, big), 0);
      assert.equal(text(bob.received[1]!.message), 'small');
      assert.ok(alice.console.some((line) => /too large: 104859\d\d bytes, 10485800 are allowed/.test(line)));
      assert.deepEqual(alice.undeliverable, []);
      await Promise.all([alice.stop(), bob.stop()]);
    });

    test('finds a peer again after it was started anew at another address', async () => {
      const start = implementation();
      const here = room();
      const alice = await startNode(start, here, 'alice.os');
      let bob = await startNode(start, here, 'bob.os');
      await until('connected by themselves', () => alice.network.peers()[0]?.state === 'connected');
      await bob.stop();
      bob = await startNode(start, here, 'bob.os');
      await until('connected again by themselves', () => alice.network.peers()[0]?.state === 'connected');
      alice.send('bob.os', 'again');
      bob.send('alice.os', 'again');
      await until('both', () => bob.received.length === 1 && alice.received.length === 1);
      assert.equal(alice.network.peers().length, 1);
      await Promise.all([alice.stop(), bob.stop()]);
    });

    test('brings nodes together that start at the same moment and all speak at once', async () => {
      const start = implementation();
      const here = room();
      const names = ['a.os', 'b.os', 'c.os', 'd.os', 'e.os', 'f.os'];
      const nodes = await Promise.all(names.map((name) => startNode(start, here, name)));
      const each = 50;
      for (let i = 0; i < each; i++)
        for (const node of nodes) for (const name of names) if (name !== node.name) node.send(name, `${i}`);
      const expected = each * (names.length - 1);
      await until('every message', () => nodes.every((node) => node.received.length === expected));
      for (const node of nodes) {
        assert.deepEqual(node.undeliverable, []);
        for (const name of names.filter((one) => one !== node.name))
          assert.deepEqual(
            node.received.filter(({ from }) => from === name).map(({ message }) => text(message)),
            Array.from({ length: each }, (_, i) => `${i}`),
          );
      }
      await Promise.all(nodes.map((node) => node.stop()));
    });

    test('connects to explicit peers, and goes on trying one that is not there yet', async () => {
      const start = implementation();
      const bob = await startNode(start, room(), 'bob.os');
      const key = path.join(path.dirname(bob.home), 'test.key');
      const alice = await startNode(start, room(), 'alice.os', { keyFile: key, peers: [...bob.network.addresses] });
      alice.send('bob.os', 'hi');
      const carol = await startNode(start, room(), 'carol.os', { keyFile: key });
      await carol.network.addPeer(bob.network.addresses[0]!);
      carol.send('bob.os', 'hi');
      const nowhere = bob.network.addresses[0]!.replace(/\/tcp\/\d+|\/memory\/[^/]+/, (part) =>
        part.startsWith('/tcp') ? '/tcp/1' : '/memory/none',
      );
      await assert.rejects(
        carol.network.addPeer(nowhere.replace(/p2p\/.*/, 'p2p/12D3KooWGYS1cFFpJEVz5Wo8yaQfRXAgaLxLqRKMpLGpiWRj2Jvw')),
      );
      await until('carol at bob', () => bob.received.some(({ from }) => from === 'carol.os'));
      // Alice did not know the name yet when she sent: that is offline, and afterwards she knows it.
      await until('alice knows bob', () => alice.network.peers().some((peer) => peer.name === 'bob.os'));
      alice.send('bob.os', 'hi again');
      await until('alice at bob', () => bob.received.some(({ from }) => from === 'alice.os'));
      await Promise.all([alice.stop(), bob.stop(), carol.stop()]);
    });

    test('never connects nodes of two networks', async () => {
      const start = implementation();
      const here = room();
      const bob = await startNode(start, here, 'bob.os', { network: 'one' });
      const alice = await startNode(start, here, 'alice.os', { network: 'two' });
      await assert.rejects(alice.network.addPeer(bob.network.addresses[0]!), /another network name or key/);
      alice.send('bob.os', 'hi');
      await until('offline', () => alice.undeliverable.length === 1);
      const thief = await startNode(start, here, 'thief.os', {
        network: 'one',
        keyFile: path.join(folder, here, 'guessed.key'),
      });
      await assert.rejects(thief.network.addPeer(bob.network.addresses[0]!), /another network name or key/);
      assert.deepEqual(bob.network.peers(), []);
      await Promise.all([alice.stop(), bob.stop(), thief.stop()]);
    });

    test('keeps a name for its first holder and tells a second claimant', async () => {
      const start = implementation();
      const here = room();
      const bob = await startNode(start, here, 'bob.os');
      const alice = await startNode(start, here, 'alice.os');
      await until('the first alice', () => bob.network.peers()[0]?.state === 'connected');
      const other = await startNode(start, here, 'alice.os', { homeName: 'other' });
      await until(
        'both told',
        () =>
          bob.console.some((line) => /refused peer \w+: the name alice\.os belongs to peer/.test(line)) &&
          other.console.some((line) => /bob\.os .*refuses this node: the name alice\.os belongs to peer/.test(line)),
      );
      other.send('bob.os', 'as alice');
      await until('offline', () => other.undeliverable.length === 1);
      assert.match(other.undeliverable[0]!.detail, /the name alice\.os belongs to peer/);
      alice.send('bob.os', 'the true one');
      await until('the true one', () => bob.received.length === 1);
      assert.equal(text(bob.received[0]!.message), 'the true one');
      await Promise.all([other.stop(), alice.stop(), bob.stop()]);

      const again = await startNode(start, here, 'bob.os');
      const third = await startNode(start, here, 'alice.os', { homeName: 'other', publish: false });
      await until('refused after a restart', () => again.console.some((line) => line.includes('belongs to peer')));
      assert.equal(again.received.length, 0);
      await Promise.all([again.stop(), third.stop()]);
    });

    test('lets a node come back with a new key when its home was emptied', async () => {
      const start = implementation();
      const here = room();
      const bob = await startNode(start, here, 'bob.os');
      const old = await startNode(start, here, 'alice.os');
      await until('connected', () => bob.network.peers()[0]?.state === 'connected');
      await untilFile(path.join(bob.home, 'names.json'), '"home"');
      await old.stop();
      await fs.rm(old.home, { recursive: true });
      const fresh = await startNode(start, here, 'alice.os');
      fresh.send('bob.os', 'new key');
      await until('the new alice', () => bob.received.length === 1);
      assert.ok(bob.console.some((line) => /alice\.os has a new peer id, since its home .* was emptied/.test(line)));
      await Promise.all([fresh.stop(), bob.stop()]);
    });
  });

async function untilFile(file: string, part: string): Promise<void> {
  let seen = '';
  await until(`${part} in ${file}`, () => {
    fs.readFile(file, 'utf8').then(
      (now) => {
        seen = now;
      },
      () => undefined,
    );
    return seen.includes(part);
  });
}
