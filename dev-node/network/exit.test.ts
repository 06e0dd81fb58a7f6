/** A stopped network leaves nothing that keeps the process alive; a killed peer is noticed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { startLibp2p } from './libp2p.ts';

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'exit-'));
after(() => fs.rm(folder, { recursive: true }));

/** Runs `body` in a process of its own, with `start(name, peers)` at hand. */
function child(body: string) {
  const program = `
    const { startLibp2p } = await import(${JSON.stringify(new URL('./libp2p.ts', import.meta.url).href)});
    const start = (name, peers = []) => startLibp2p({
      name, peers, network: 't', listen: [], home: ${JSON.stringify(folder)} + '/' + name, keyFile: ${JSON.stringify(`${folder}/t.key`)},
      events: { received() {}, undeliverable() {}, print() {} },
    });
    ${body}`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('after stop() the process ends by itself', { timeout: 20_000 }, async () => {
  const process = child(`
    const alice = await start('alice.os');
    const bob = await start('bob.os', [...alice.addresses]);
    while (bob.peers()[0]?.state !== 'connected') await new Promise((resolve) => setTimeout(resolve, 5));
    await alice.stop();
    await bob.stop();
    await bob.stop();
    console.log('stopped');`);
  let output = '';
  process.stdout.on('data', (data) => {
    output += data;
  });
  const [code] = await once(process, 'exit');
  assert.equal(code, 0);
  assert.equal(output, 'stopped\n');
});

test('a killed peer is offline at once', { timeout: 20_000 }, async () => {
  const undeliverable: string[] = [];
  const process = child(`console.log((await start('bob.os')).addresses[0]);`);
  const [line] = await once(process.stdout, 'data');
  const alice = await startLibp2p({
    name: 'alice.os',
    network: 't',
    home: path.join(folder, 'alice.os'),
    keyFile: path.join(folder, 't.key'),
    listen: [],
    peers: [],
    events: { received() {}, undeliverable: (_message, detail) => undeliverable.push(detail), print() {} },
  });
  await alice.addPeer(`${line}`.trim());
  assert.equal(alice.peers()[0]?.state, 'connected');
  process.kill('SIGKILL');
  await once(process, 'exit');
  const killed = Date.now();
  while (alice.peers()[0]?.state !== 'offline') await new Promise((resolve) => setTimeout(resolve, 5));
  const address = { node: 'bob.os', process: 'a:b:c.os' };
  alice.deliver({
    kind: 'message',
    at: 0,
    message: {
      id: 1n,
      source: { node: 'alice.os', process: 'a:b:c.os' },
      target: address,
      rsvp: undefined,
      message: {
        kind: 'request',
        inherit: false,
        expectsResponse: 5n,
        body: new Uint8Array(),
        metadata: undefined,
        capabilities: [],
      },
      blob: undefined,
      trace: undefined,
    },
  });
  while (undeliverable.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.match(undeliverable[0]!, /^bob\.os is offline: nothing listens at/);
  assert.ok(Date.now() - killed < 2000);
  await alice.stop();
});
