/** The control API over a real socket: server.ts with client.ts. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, describe, it } from 'node:test';
import { network } from '../kernel/capability.ts';
import type { Module } from '../kernel/module.ts';
import type { InstalledPackage } from '../kernel/module-set.ts';
import { bytes, node, TestKernel, type TestProcess, text, turn } from '../kernel/test-kernel.ts';
import { Console } from '../trace/console.ts';
import { type ControlClient, ControlError, connect } from './client.ts';
import { injectModule } from './inject.ts';
import type { LogLine, TraceRow } from './protocol.ts';
import { startControlServer } from './server.ts';
import { controlSocketPath } from './socket-path.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'ctl-'));
const cleanups: (() => Promise<void> | void)[] = [];
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  fs.rmSync(root, { recursive: true, force: true });
});
let count = 0;

async function serve(options: { modules?: readonly Module[]; packages?: () => readonly InstalledPackage[] } = {}) {
  const k = new TestKernel({ modules: [injectModule, ...(options.modules ?? [])] });
  const lines = new Console({ capacity: 100, now: Date.now });
  const socketPath = controlSocketPath(path.join(root, String(count++)));
  let stops = 0;
  const server = await startControlServer({
    socketPath,
    kernel: k.kernel,
    console: lines,
    now: () => k.clock.now(),
    packages: options.packages ?? (() => []),
    stop: () => {
      stops += 1;
    },
    info: () => ({ name: node, version: '1', pid: 1, http: 'h', home: root, network: 'dev', peer: [], startedAt: 1 }),
  });
  const client = await connect(socketPath);
  cleanups.push(
    () => server.close(),
    () => client.dispose(),
  );
  return { k, lines, client, server, socketPath, stops: () => stops };
}

/** Waits until `found` gives something; fails after a second. */
async function eventually<T>(found: () => T | undefined): Promise<T> {
  for (let n = 0; n < 100; n += 1) {
    const value = found();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not happen');
}

const refusedWith = (code: string) => (error: unknown) =>
  error instanceof ControlError && error.code === code && !!error.mend;

describe('the socket', () => {
  it('is this user’s only, in a folder of this user’s only', async () => {
    const { socketPath } = await serve();
    assert.equal(fs.statSync(socketPath).mode & 0o777, 0o600);
    assert.equal(fs.statSync(path.dirname(socketPath)).mode & 0o777, 0o700);
  });

  it('lies in the runtime folder when the home’s path is too long, and works there', async () => {
    const home = path.join(root, 'x'.repeat(120));
    const socketPath = controlSocketPath(home);
    assert.ok(Buffer.byteLength(socketPath) <= 100);
    assert.ok(!socketPath.startsWith(home));
    assert.equal(controlSocketPath(home), socketPath);
    assert.match(controlSocketPath(home, 'win32'), /^\\\\\.\\pipe\\hyperdev-/);
  });

  it('takes the place of a stale one and is removed by close', async () => {
    const { socketPath, server, client } = await serve();
    client.dispose();
    await server.close();
    assert.equal(fs.existsSync(socketPath), false);
  });
});

describe('calls', () => {
  it('are validated: wrong parameters are refused with a code and a mend', async () => {
    const { client } = await serve();
    await assert.rejects(client.call('process/kill', {} as { process: string }), refusedWith('bad-call'));
  });

  it('node/info and node/stop', async () => {
    const { client, stops } = await serve();
    assert.equal((await client.call('node/info')).name, node);
    await client.call('node/stop');
    await eventually(() => (stops() === 1 ? true : undefined));
  });

  it('process/list, process/kill, process/restart', async () => {
    const { client, k } = await serve();
    await k.process('a:p:pub.os', { public: true });
    const row = (await client.call('process/list')).find(({ id }) => id === 'a:p:pub.os');
    assert.equal(row?.state, 'running');
    assert.equal(row?.kind, 'script');
    await client.call('process/restart', { process: 'a:p:pub.os' });
    assert.equal(k.runs.length, 2);
    await client.call('process/kill', { process: 'a:p:pub.os' });
    assert.equal(k.state('a:p:pub.os'), undefined);
    await assert.rejects(client.call('process/kill', { process: 'a:p:pub.os' }), refusedWith('no-such-process'));
    await assert.rejects(client.call('process/kill', { process: 'vfs:distro:sys' }), refusedWith('no-such-process'));
  });

  it('a bug in the node is an error, printed on its console', async () => {
    const { client, lines } = await serve({
      packages: () => {
        throw new Error('boom');
      },
    });
    await assert.rejects(client.call('package/list'), /boom/);
    assert.match(lines.read().at(-1)?.text ?? '', /control: bug in package\/list: Error: boom/);
  });

  it('peer/list without a network is empty', async () => {
    const { client, k } = await serve();
    k.kernel.connectNetwork(undefined);
    assert.deepEqual(await client.call('peer/list'), []);
    await assert.rejects(client.call('peer/add', { address: 'x' }), refusedWith('no-network'));
  });
});

describe('message/inject', () => {
  const answering = async (client: ControlClient, k: TestKernel, run: TestProcess, more: object = {}) => {
    const call = client.call('message/inject', { target: 'a:p:pub.os', body: '{"Hi":1}', expectsResponse: 5, ...more });
    await eventually(() => run.inbox[0]);
    k.clock.pass(3);
    return { call, message: run.message(0) };
  };

  it('reaches a private process from a local process that is not http-server, and brings its answer', async () => {
    const { client, k } = await serve();
    const run = await k.process('a:p:pub.os');
    const { call, message } = await answering(client, k, run, { blob: 'aGk=', mime: 'text/plain' });
    assert.deepEqual(message.source, { node, process: 'inject:hyperdev:sys' });
    assert.equal(text(message.message.body), '{"Hi":1}');
    assert.deepEqual(message.blob, { mime: 'text/plain', bytes: bytes('hi') });
    run.respond(0, 'ho');
    const { outcome, body, durationMs, span } = await call;
    assert.deepEqual([outcome, body, durationMs], ['ok', 'ho', 3]);
    const rows = await client.call('trace/read', { filter: 'inject:hyperdev' });
    assert.ok(rows.some((row) => row.span === span && row.kind === 'response' && row.durationMs === 3));
  });

  it('without waiting is sent', async () => {
    const { client, k } = await serve();
    const run = await k.process('a:p:pub.os');
    const { outcome } = await client.call('message/inject', { target: `our@a:p:pub.os`, body: 'x' });
    assert.equal(outcome, 'sent');
    assert.deepEqual(run.got, ['x']);
  });

  it('to no such process is refused, with the nearest name', async () => {
    const { client, k } = await serve();
    await k.process('a:p:pub.os');
    const { outcome, detail } = await client.call('message/inject', {
      target: 'x:p:pub.os',
      body: 'x',
      expectsResponse: 5,
    });
    assert.equal(outcome, 'refused');
    assert.match(detail ?? '', /There is no process x:p:pub\.os on a\.os\. Did you mean a:p:pub\.os/);
    await assert.rejects(client.call('message/inject', { target: 'x', body: '' }), refusedWith('bad-address'));
  });

  it('without an answer is a timeout that says what the process does', async () => {
    const { client, k } = await serve();
    const run = await k.process('a:p:pub.os');
    const { call } = await answering(client, k, run);
    k.clock.pass(5000);
    const { outcome, detail } = await call;
    assert.equal(outcome, 'timeout');
    assert.match(detail ?? '', /did not answer within 5\.0 s\. a:p:pub\.os is busy: 1 messages wait/);
  });

  it('to an unreachable node is offline', async () => {
    const { client, k } = await serve();
    const call = client.call('message/inject', { target: 'b.os@a:p:pub.os', body: 'x', expectsResponse: 5 });
    const sent = await eventually(() => k.network.sent[0]);
    k.kernel.undeliverable(sent, 'b.os is not there.');
    assert.deepEqual(await call.then(({ outcome, detail }) => [outcome, detail]), ['offline', 'b.os is not there.']);
  });
});

describe('packages', () => {
  it('go through app-store’s messages as kit sends them, code hashes as pairs', async () => {
    const asked: unknown[] = [];
    const appStore: Module = {
      id: 'main:app-store:sys',
      public: false,
      handle(message, context) {
        const request = JSON.parse(text(message.message.body)) as Record<string, unknown>;
        asked.push(request);
        const [name] = Object.keys(request);
        const answer = name === 'Uninstall' ? 'Failure' : 'Success';
        context.respond(message, { body: bytes(JSON.stringify({ [`${name}Response`]: answer })) });
      },
    };
    const installed = { id: 'chat:template.os', versionHash: 'h', processes: ['chat:chat:template.os'], ui: undefined };
    const { client } = await serve({ modules: [appStore], packages: () => [installed] });
    const metadata = {
      properties: {
        package_name: 'chat',
        publisher: 'template.os',
        current_version: '0.1.0',
        code_hashes: { '0.1.0': '' },
        mirrors: [],
      },
    };
    const info = await client.call('package/install', { zip: Buffer.from('zip').toString('base64'), metadata });
    assert.equal(info.id, 'chat:template.os');
    const package_id = { package_name: 'chat', publisher_node: 'template.os' };
    assert.deepEqual(asked, [
      { NewPackage: { package_id, mirror: true } },
      {
        Install: {
          package_id,
          version_hash: createHash('sha256').update('zip').digest('hex'),
          metadata: { properties: { ...metadata.properties, code_hashes: [['0.1.0', '']] } },
        },
      },
    ]);
    await assert.rejects(client.call('package/remove', { id: 'chat:template.os' }), refusedWith('not-installed'));
    await assert.rejects(client.call('package/install', { zip: '', metadata: {} }), refusedWith('bad-package'));
  });

  it('are refused at once with metadata to which app-store would never answer', async () => {
    const silent: Module = { id: 'main:app-store:sys', public: false, handle: () => undefined };
    const { client } = await serve({ modules: [silent] });
    const whole = { package_name: 'chat', publisher: 'template.os', current_version: '0.1.0', mirrors: [] };
    for (const [key, value] of [
      ['mirrors', undefined],
      ['current_version', undefined],
      ['wit_version', '1'],
      ['dependencies', [1]],
    ] as const) {
      const metadata = { properties: { ...whole, [key]: value } };
      const refused = client.call('package/install', { zip: '', metadata });
      await assert.rejects(refused, (error: Error) => error.message.startsWith(`metadata.json: properties.${key}`));
    }
  });
});

describe('notifications', () => {
  it('come only for subscribed topics, batched, from the moment of subscribing', async () => {
    const { client, k, lines } = await serve();
    const traces: TraceRow[][] = [];
    const logs: LogLine[][] = [];
    const lists: number[] = [];
    client.on('trace/events', (rows) => traces.push(rows));
    client.on('log/lines', (rows) => logs.push(rows));
    client.on('processes/changed', (rows) => lists.push(rows.length));
    lines.print(0, 'before');
    const from = await k.process('a:p:pub.os');
    await k.process('b:p:pub.os', { public: true });
    await client.call('subscribe', { topics: ['trace', 'log', 'processes'] });
    for (let n = 0; n < 30; n += 1) {
      from.request('b:p:pub.os', String(n));
      lines.print(1, `line ${n}`, 'a:p:pub.os');
    }
    await eventually(() =>
      traces.flat().length >= 30 && logs.flat().length >= 30 && lists.length > 0 ? true : undefined,
    );
    assert.equal(traces.length, 1);
    assert.deepEqual(
      traces[0]?.map((row) => row.body),
      Array.from({ length: 30 }, (_, n) => String(n)),
    );
    assert.equal(logs.length, 1);
    assert.equal(logs[0]?.[0]?.text, 'line 0');
    assert.equal(logs[0]?.[0]?.process, 'a:p:pub.os');
  });

  it('end with the connection, and nothing of it is left', async () => {
    const { client, k, server } = await serve();
    await client.call('subscribe', { topics: ['trace', 'log', 'processes'] });
    const closed = new Promise<void>((resolve) => client.onClosed(resolve));
    await server.close();
    await closed;
    await k.process('a:p:pub.os', { capabilities: [network(node)] });
    await turn();
    await assert.rejects(client.call('node/info'), refusedWith('disconnected'));
  });

  it('a client that sends rubbish does not harm the others', async () => {
    const { client, socketPath } = await serve();
    const raw = net.connect(socketPath);
    raw.write('Content-Length: 5\r\n\r\n{{{{{GET / HTTP/1.1\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
    raw.destroy();
    assert.equal((await client.call('node/info')).name, node);
  });
});
