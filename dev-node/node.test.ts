/** The whole node, as a child process: launched, used over its control socket, killed, started again. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { ControlError } from './control/client.ts';
import { findNodes, type LaunchedNode, type LaunchOptions, launchNode, readNode } from './control/launch.ts';

const entry = fileURLToPath(new URL('./main.ts', import.meta.url));
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'node-'));
const nodes = path.join(root, '.hyperware', 'nodes');
// A network of this test's own, so that it meets no other node of this machine.
const network = `test-${process.pid}`;
const children = new Set<ChildProcess>();
const env = { XDG_CONFIG_HOME: path.join(root, 'config') };

after(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

async function launch(name: string, more: Partial<LaunchOptions> = {}): Promise<LaunchedNode> {
  const launched = await launchNode({ entry, name, home: path.join(nodes, name), port: 0, network, env, ...more });
  children.add(launched.child);
  return launched;
}

async function ended(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode ?? child.exitCode;
}

async function stop({ client, child }: LaunchedNode): Promise<void> {
  await client.call('node/stop');
  assert.equal(await ended(child), 0);
  client.dispose();
}

async function eventually<T>(what: string, found: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let n = 0; n < 100; n += 1) {
    const value = await found();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`did not happen: ${what}`);
}

/** Counts in its state; answers `ask NODE` with what that node's counter answers to `count`. */
const counter = `
const host = require('hyperware:process/standard@1.0.0');
const encode = (text) => new TextEncoder().encode(text);
const decode = (bytes) => new TextDecoder().decode(bytes);
const answer = (text) => host.sendResponse({ inherit: false, body: encode(text), metadata: undefined, capabilities: [] }, undefined);
for (;;) {
  const [source, message] = host.receive();
  if (message.tag !== 'request') continue;
  const words = decode(message.val.body).split(' ');
  if (words[0] === 'ask') {
    const request = { inherit: false, expectsResponse: 5n, body: encode('count'), metadata: undefined, capabilities: [] };
    try {
      const [from, reply] = host.sendAndAwaitResponse({ node: words[1], process: host.our().process }, request, undefined);
      answer(from.node + ' says ' + decode(reply.val[0].body));
    } catch (error) {
      answer('no answer: ' + error.payload.kind);
    }
  } else {
    const state = host.getState();
    const next = (state ? Number(decode(state)) : 0) + 1;
    host.setState(encode(String(next)));
    answer(String(next));
  }
}`;

const manifest = [
  {
    process_name: 'counter',
    process_wasm_path: '/counter.wasm',
    on_exit: 'Restart',
    request_networking: true,
    request_capabilities: [],
    grant_capabilities: [],
    public: false,
  },
];
const bytes = (text: string) => new TextEncoder().encode(text);
const zip = Buffer.from(
  zipSync({ 'manifest.json': bytes(JSON.stringify(manifest)), 'counter.wasm': bytes(counter) }),
).toString('base64');
const metadata = {
  properties: {
    package_name: 'counter',
    publisher: 'test.os',
    current_version: '0.1.0',
    mirrors: [],
    code_hashes: { '0.1.0': '' },
  },
};
const target = 'counter:counter:test.os';

const ask = async ({ client }: LaunchedNode, body: string) =>
  (await client.call('message/inject', { target, body, expectsResponse: 10 })).body;

describe('a node', () => {
  it('starts, is found, serves, and stops without leaving anything', async () => {
    const alice = await launch('alice.os');
    const { ready } = alice;
    assert.equal(ready.node, 'alice.os');
    assert.deepEqual(await fetch(`${ready.http}/our`).then((answer) => answer.text()), 'alice.os');
    assert.deepEqual(readNode(ready.home), ready);
    fs.mkdirSync(path.join(root, 'app/src'), { recursive: true });
    assert.deepEqual(await findNodes(path.join(root, 'app/src')), [ready]);
    await stop(alice);
    assert.equal(readNode(ready.home), undefined);
    assert.equal(fs.existsSync(ready.control), false);
    assert.deepEqual(await findNodes(root), []);
  });

  it('installs a package, and after kill -9 has it back with its state, its ports and its name', async () => {
    const first = await launch('alice.os', { fresh: true });
    const info = await first.client.call('package/install', { zip, metadata });
    assert.deepEqual(info.processes, [target]);
    assert.equal(await ask(first, 'count'), '1');
    assert.equal(await ask(first, 'count'), '2');
    first.child.kill('SIGKILL');
    await ended(first.child);
    assert.equal(readNode(first.ready.home), undefined, 'a dead node is not found');
    const second = await launch('alice.os');
    assert.equal(second.ready.http, first.ready.http);
    assert.deepEqual(second.ready.peer, first.ready.peer);
    assert.equal(await ask(second, 'count'), '3');
    await second.client.call('package/remove', { id: 'counter:test.os' });
    await stop(second);
    const third = await launch('alice.os');
    const answer = await third.client.call('message/inject', { target, body: 'count', expectsResponse: 5 });
    assert.equal(answer.outcome, 'refused');
    await stop(third);
  });

  it('talks with another node, and the trace of one message goes through both', async () => {
    const [alice, bob] = await Promise.all([launch('alice.os', { fresh: true }), launch('bob.os')]);
    for (const one of [alice, bob]) await one.client.call('package/install', { zip, metadata });
    await alice.client.call('peer/add', { address: bob.ready.peer[0] as string });
    await eventually('alice reaches bob', async () =>
      (await ask(alice, 'ask bob.os')) === 'bob.os says 1' ? true : undefined,
    );
    const rows = await alice.client.call('trace/read', { filter: 'bob.os' });
    const hop = rows.find((row) => row.kind === 'response' && row.source.startsWith('bob.os@'));
    assert.ok(hop?.durationMs !== undefined && hop.body === '1');
    const there = await bob.client.call('trace/read', { filter: 'alice.os@' });
    assert.deepEqual(
      there.filter((row) => row.span === hop.span).map((row) => row.kind),
      ['request', 'response'],
    );
    const outer =
      rows.find((row) => row.span === hop.parent) ??
      (await alice.client.call('trace/read', {})).find((row) => row.span === hop.parent);
    assert.equal(outer?.source, 'alice.os@inject:hyperdev:sys');
    bob.child.kill('SIGKILL');
    await ended(bob.child);
    assert.equal(await ask(alice, 'ask bob.os'), 'no answer: offline');
    await stop(alice);
  });
});

describe('a home', () => {
  it('belongs to one process: the second is told whose it is', async () => {
    const alice = await launch('alice.os');
    await assert.rejects(launch('alice.os'), (error: unknown) => {
      assert.ok(error instanceof ControlError);
      assert.equal(error.code, 'node-not-started');
      assert.match(error.message, new RegExp(`Another node \\(alice\\.os, process ${alice.child.pid}`));
      return true;
    });
    await stop(alice);
  });

  it('is not emptied by --fresh when it is no node’s', async () => {
    const home = path.join(root, 'photos');
    fs.mkdirSync(home);
    fs.writeFileSync(path.join(home, 'cat.jpg'), 'cat');
    await assert.rejects(launch('cat.os', { home, fresh: true }), /is not a node's home/);
    assert.ok(fs.existsSync(path.join(home, 'cat.jpg')));
  });

  it('works where its path is too long for a socket', async () => {
    const node = await launch('long.os', { home: path.join(nodes, 'l'.repeat(110)) });
    assert.equal((await node.client.call('node/info')).name, 'long.os');
    await stop(node);
    assert.equal(fs.existsSync(node.ready.control), false);
  });
});

describe('the end of a node', () => {
  it('comes with its parent, even when that is killed', async () => {
    const home = path.join(nodes, 'child.os');
    const program = `
      import { launchNode } from ${JSON.stringify(new URL('./control/launch.ts', import.meta.url).href)};
      const { ready } = await launchNode({ entry: ${JSON.stringify(entry)}, name: 'child.os', home: ${JSON.stringify(home)}, port: 0, network: ${JSON.stringify(network)} });
      console.log(ready.pid);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    children.add(parent);
    await Promise.race([once(parent.stdout.setEncoding('utf8'), 'data'), once(parent, 'exit')]);
    assert.ok(readNode(home));
    parent.kill('SIGKILL');
    await eventually('the node has stopped', () =>
      readNode(home) === undefined && !fs.existsSync(path.join(home, 'node.json')) ? true : undefined,
    );
  });

  it('detached, does not come with its parent', async () => {
    const home = path.join(nodes, 'free.os');
    const program = `
      import { launchNode } from ${JSON.stringify(new URL('./control/launch.ts', import.meta.url).href)};
      await launchNode({ entry: ${JSON.stringify(entry)}, name: 'free.os', home: ${JSON.stringify(home)}, port: 0, network: ${JSON.stringify(network)}, detached: true });
      process.exit();`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    assert.equal(await ended(parent), 0);
    const ready = readNode(home);
    assert.ok(ready);
    process.kill(ready.pid, 'SIGTERM');
    await eventually('the node has stopped', () => (readNode(home) === undefined ? true : undefined));
  });

  it('by a signal is graceful, with exit code 0', async () => {
    const node = await launch('signal.os');
    node.child.kill('SIGINT');
    assert.equal(await ended(node.child), 0);
    assert.equal(fs.existsSync(path.join(node.ready.home, 'node.json')), false);
    node.client.dispose();
  });

  it('wrong usage is exit code 2, with the usage', async () => {
    const child = spawn(process.execPath, [entry, '--name', 'Bad_Name', '--home', root], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (more) => {
      stderr += more;
    });
    assert.equal(await ended(child), 2);
    assert.match(stderr, /Node \(Bad_Name\) can only contain[\s\S]*usage:/);
  });
});
