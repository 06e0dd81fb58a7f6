/** kit.md: what an unmodified kit expects of a node, over HTTP alone. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { unzipSync } from 'fflate';
import { javascriptComponent, puppetCode } from '../components.ts';
import { differs, notEmulated, statement } from '../frame.ts';
import { fetchRaw } from '../http-server/http.ts';
import { behave, echo, respond } from '../steps.ts';
import { until } from '../world.ts';
import { endpoint, entry, packageObject, rpc, startPackage, store, uninstall } from './rpc.ts';

/** What a process needs for its answer to reach http-server (http-server.md §14). */
const mayAnswer = { request: ['http-server:distro:sys'] };
const short = { headers: { 'X-Hyperware-Http-Server-Timeout': '1' } };

statement(
  'kit.md §2.2',
  'an answer is JSON: the body’s bytes as numbers, the blob’s as numbers of its base64',
  async (w) => {
    const a = await w.puppet(mayAnswer);
    await a.do(behave(respond('"Ack"')));
    const { http } = await rpc(w.node, a.id, '"hi"');
    assert.deepEqual([http.status, http.headers['content-type']], [200, 'text/html']);
    assert.deepEqual(JSON.parse(http.body), { body: [34, 65, 99, 107, 34], lazy_load_blob: null });
    await a.do(behave(respond('"Ok"', { blob: { mime: 'application/json', bytes: [0x50, 0x4b, 0x03] } })));
    assert.deepEqual(JSON.parse((await rpc(w.node, a.id, 'x')).http.body).lazy_load_blob, {
      mime: 'application/json',
      bytes: [85, 69, 115, 68],
    });
  },
);

statement(
  'kit.md §2.1',
  'the process sees a request of http-server with body, blob, metadata and rsvp as sent',
  async (w) => {
    const a = await w.puppet(mayAnswer);
    await a.do(echo);
    assert.equal(
      (await rpc(w.node, a.id, 'not json ü', { data: Buffer.from('blob'), metadata: 'm' })).text,
      'not json ü',
    );
    const [seen] = await a.recorded();
    assert.equal(seen?.from, 'alpha.os@http-server:distro:sys');
    assert.deepEqual(seen?.request, {
      body: 'not json ü',
      inherit: false,
      expects: 15,
      metadata: 'm',
      capabilities: [],
    });
    assert.deepEqual(seen?.blob, { mime: 'application/octet-stream', bytes: 'blob' });
  },
);

statement(
  'kit.md §2.1',
  'only `process` is required; unknown keys and any method pass; bad base64 is no blob',
  async (w) => {
    const a = await w.puppet(mayAnswer);
    await a.do(echo);
    const post = (body: unknown, method = 'POST') => fetchRaw(w.node, endpoint, { method, body: JSON.stringify(body) });
    assert.equal((await post({ process: a.id })).status, 200);
    assert.equal((await post({ process: a.id, more: 1, body: 'x', expects_response: 5 }, 'PUT')).status, 200);
    assert.equal((await post({ process: a.id, data: '***', mime: 'x', body: 'y' })).status, 200);
    await until(
      'all three',
      async () => (await w.events()).filter((e) => e.kind === 'request' && e.target.includes(a.id)).length >= 3,
    );
    assert.deepEqual(
      (await a.recorded()).map(({ request, blob }) => [request?.body, blob ?? null]),
      [
        ['', null],
        ['x', null],
        ['y', null],
      ],
    );
  },
);

statement('kit.md §2.2', 'a body that is no request is an empty 400; the trailing slash is optional', async (w) => {
  for (const body of ['', 'x', '{}', '{"process":"a:b"}', '{"process":7}']) {
    const answer = await fetchRaw(w.node, `${endpoint}/`, { method: 'POST', body });
    assert.deepEqual([answer.status, answer.body], [400, ''], body);
  }
});

statement('kit.md §2.2', 'requests through a proxy are an empty 403', async (w) => {
  const answer = await rpc(w.node, store, '"Apis"', { headers: { 'x-forwarded-for': '127.0.0.1' } });
  assert.deepEqual([answer.http.status, answer.http.body], [403, '']);
});

statement('kit.md §14', 'without expects_response the answer is an empty 200 at once', async (w) => {
  const a = await w.puppet(mayAnswer);
  const { http } = await rpc(w.node, a.id, 'x', { expects: null });
  assert.deepEqual([http.status, http.body], [200, '']);
  await w.traced('the message', (e) => e.kind === 'request' && e.target.includes(a.id) && e.body === 'x');
  assert.equal((await a.recorded())[0]?.request?.expects, null);
  assert.equal((await rpc(w.node, 'no:such:process', 'x', { expects: null })).http.status, 200);
});

statement('kit.md §2.2', 'a process that does not answer, is private or does not exist is a 408', async (w) => {
  const { silent, closed } = await w.puppets({ silent: {}, closed: { public: false } });
  for (const process of [silent.id, closed.id, 'no:such:process'])
    assert.equal((await rpc(w.node, process, 'x', short)).http.status, 408, process);
  await w.printed(
    `process alpha.os@http-server:distro:sys doesn't have capability to message process ${closed.address}`,
    0,
  );
});

statement('kit.md §2.1', '`node` reaches a process of another node', async (w) => {
  const beta = await w.other();
  const b = await w.puppet({ ...mayAnswer, networking: true }, { node: beta });
  await b.do(echo);
  assert.equal((await rpc(w.node, b.id, 'far', { node: 'beta.os' })).text, 'far');
});

statement('kit.md §4', 'start-package works, twice in a row; remove-package once', async (w) => {
  const id = `kit-start-${process.pid}:template.os`;
  const files = {
    'manifest.json': JSON.stringify([entry('main', { request_capabilities: mayAnswer.request })]),
    ...(await puppetCode('javascript')),
  };
  const success = [{ NewPackageResponse: 'Success' }, { InstallResponse: 'Success' }];
  assert.deepEqual(await startPackage(w.node, id, files), success);
  assert.deepEqual(await startPackage(w.node, id, files), success);
  const a = w.at(`main:${id}`);
  await a.do(echo);
  assert.equal((await rpc(w.node, a.id, '"hi"')).text, '"hi"');
  assert.deepEqual((await uninstall(w.node, id)).json, { UninstallResponse: 'Success' });
  assert.deepEqual((await uninstall(w.node, id)).json, { UninstallResponse: 'Failure' });
  assert.equal(await w.node.process(a.id), undefined);
});

statement('kit.md §14', 'data of twenty megabytes and more is taken', async (w) => {
  const a = await w.puppet(mayAnswer);
  await a.do(behave(respond('"Ok"')));
  assert.equal((await rpc(w.node, a.id, 'big', { data: new Uint8Array(20_000_000) })).text, '"Ok"');
  assert.deepEqual((await a.recorded())[0]?.blob?.bytes, { size: 20_000_000 });
});

statement('kit.md §10', 'view-api lists the APIs and gets one as a zip', async (w) => {
  const { json } = await rpc(w.node, store, '"Apis"', { expects: 5 });
  const { apis } = (json as { ApisResponse: { apis: { package_name: string; publisher_node: string }[] } })
    .ApisResponse;
  assert(apis.some(({ package_name, publisher_node }) => package_name === 'tester' && publisher_node === 'sys'));
  const got = await rpc(w.node, store, JSON.stringify({ GetApi: packageObject('tester:sys') }), { expects: 5 });
  assert.deepEqual([got.json, got.mime], [{ GetApiResponse: 'Success' }, 'application/json']);
  const wit = unzipSync(got.blob ?? new Uint8Array())['tester:sys-v0.wit'];
  assert.match(String(Buffer.from(wit ?? [])), /world tester-sys-v0 \{/);
  const none = await rpc(w.node, store, JSON.stringify({ GetApi: packageObject('no:such') }), { expects: 5 });
  assert.deepEqual([none.json, none.blob], [{ GetApiResponse: 'Failure' }, undefined]);
});

const write = (w: { node: Parameters<typeof rpc>[0] }, file: string, data: Uint8Array) =>
  rpc(w.node, 'vfs:distro:sys', JSON.stringify({ action: 'Write', path: file }), { data });

statement('kit.md §9.2', 'the boot poll of run-tests is answered as soon as HTTP is there', async (w) => {
  const node = await w.launch('polled.os');
  const poll = await rpc(node, 'vfs:distro:sys', '{"action":"ReadDir","path":"/tester:sys/tests"}');
  assert.deepEqual(poll.json, { Err: 'NoReadCap' });
  assert.equal((await write({ node }, '/tester:sys/tests/x.wasm', Buffer.from('x'))).json, 'Ok');
  assert.equal((await write({ node }, '/tester:sys/setup/y.wasm', Buffer.from('y'))).json, 'Ok');
  assert.deepEqual((await write({ node }, '/tester:sys/pkg/z', Buffer.from('z'))).json, { Err: 'NoWriteCap' });
  const files = path.join(node.home, 'vfs', 'tester:sys');
  assert.equal(fs.readFileSync(path.join(files, 'tests', 'x.wasm'), 'utf8'), 'x');
});

const run = (node: Parameters<typeof rpc>[0], input_node_names: string[], test_names: string[], test_timeout = 5) =>
  rpc(node, 'tester:tester:sys', JSON.stringify({ Run: { input_node_names, test_names, test_timeout } }));

statement(
  'kit.md §9.4',
  'Run starts the tests on the master, with the capabilities that were written for them',
  async (w) => {
    const test = await javascriptComponent('run-test');
    for (const name of ['good-test', 'failing-test']) await write(w, `/tester:sys/tests/${name}.wasm`, test);
    const caps = { 'good-test': { request_capabilities: ['kv:distro:sys'], grant_capabilities: ['timer:distro:sys'] } };
    await write(w, '/tester:sys/tests/capabilities.json', Buffer.from(JSON.stringify(caps)));
    assert.deepEqual((await run(w.node, ['alpha.os', 'beta.os'], ['good-test'])).json, { Run: { Ok: null } });
    const said = await w.printed('asked by tester, holds ', 0);
    assert.match(String(said.process), /^\d+:tester:sys$/);
    for (const one of ['kv"messaging"', 'kernel"network"', 'vfs"messaging"'])
      assert(said.text.includes(one), said.text);
    const cap = { issuer: `alpha.os@${said.process}`, params: '"messaging"' };
    assert.deepEqual(await w.command({ Debug: { HasCap: { on: 'timer:distro:sys', cap } } }), {
      Debug: { HasCap: true },
    });
    const failed = await run(w.node, ['alpha.os'], ['failing-test', 'good-test']);
    assert.deepEqual(failed.json, {
      Run: { Err: { test: 'failing-test', file: 'failing-test/src/lib.rs', line: 57, column: 9 } },
    });
  },
);

statement(
  'kit.md §9.4',
  'a node that is not the master answers Ok; a test that is not there fails as `tester`',
  async (w) => {
    assert.deepEqual((await run(w.node, ['other.os', 'alpha.os'], ['x'])).json, { Run: { Ok: null } });
    const { json } = await run(w.node, ['alpha.os'], ['missing-test']);
    assert.equal((json as { Run: { Err: { test: string } } }).Run.Err.test, 'tester');
    await w.printed('test missing-test not found', 0);
  },
);

differs(
  'kit.md §9.4',
  'A tester that fails names its own file and line, and panics',
  'File `tester`, line 0; the reason is on the console, and the tester goes on',
  async (w) => {
    const fail = { test: 'tester', file: 'tester', line: 0, column: 0 };
    for (const name of ['missing', 'missing'])
      assert.deepEqual((await run(w.node, ['alpha.os'], [name])).json, { Run: { Err: fail } });
  },
);
statement(
  'kit.md §14',
  'started with kit’s options it answers under that name, and stops at 0x03 from its terminal',
  async () => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'kit-'));
    // A terminal between: `script` has one made for the node, and writes there what it reads.
    const options =
      '--port 0 --verbosity 2 --expose-local --password secret --fake-node-name kitted --fakechain-port 8545';
    const main = path.join(import.meta.dirname, '../../../dev-node/main.ts');
    const terminal = spawn('script', ['-qec', `${process.execPath} ${main} ${home}/node ${options}`, '/dev/null']);
    try {
      let said = '';
      terminal.stdout.on('data', (bytes) => {
        said += bytes;
      });
      const http = await until('it runs', () => /kitted\.os runs at (http:\S+)/.exec(said)?.[1], 20_000);
      assert.equal(await (await fetch(`${http}/our`)).text(), 'kitted.os');
      const ended = once(terminal, 'exit');
      terminal.stdin.write('\u0003');
      await ended;
      assert.match(said, /graceful exit/);
      assert.equal(fs.existsSync(path.join(home, 'node', 'node.json')), false);
    } finally {
      terminal.kill();
      fs.rmSync(home, { recursive: true, force: true });
    }
  },
);

statement('kit.md §8', 'SIGINT stops a node', async (w) => {
  const node = await w.launch('interrupted.os');
  const ended = once(node.launched.child, 'exit');
  node.launched.child.kill('SIGINT');
  assert.deepEqual(await ended, [0, null]);
});
differs(
  'kit.md §2.2',
  'In simulation mode a request waits 600 s',
  '15 s, as a normal node, unless kit has started it; `"httpTimeoutSeconds"` in settings.json, or the header `X-Hyperware-Http-Server-Timeout`',
  async (w) => {
    const node = await w.launch('brief.os', { settings: { httpTimeoutSeconds: 1 } });
    const a = await w.puppet({}, { node });
    const begun = performance.now();
    assert.equal((await rpc(node, a.id, 'x')).http.status, 408);
    assert(performance.now() - begun < 5000);
  },
);
notEmulated(
  'kit.md §10',
  'A package that is not there is downloaded from its publisher',
  '`LocalDownload` is not answered: `kit view-api` of an unknown package fails after its wait. Give `kit build` the package with `--local-dependency`',
  async (w) => {
    const LocalDownload = { package_id: packageObject('no:such'), download_from: 'x.os', desired_version_hash: '00' };
    const { http } = await rpc(w.node, 'downloads:app-store:sys', JSON.stringify({ LocalDownload }), short);
    assert.equal(http.status, 408);
  },
);

statement(
  'kit.md §11',
  'what the dev server of a UI proxies is served under 127.0.0.1: /our.js, /our and the app',
  async (w) => {
    const host = `127.0.0.1:${new URL(w.node.http).port}`;
    for (const at of ['/our.js', '/our']) assert.equal((await fetchRaw(w.node, at, { headers: { host } })).status, 200);
  },
);

statement('kit.md §2.1', 'two requests at a time are answered each for itself', async (w) => {
  const a = await w.puppet(mayAnswer);
  await a.do(echo);
  const bodies = Array.from({ length: 20 }, (_, n) => `${n}`);
  const answers = await Promise.all(bodies.map((body) => rpc(w.node, a.id, body)));
  assert.deepEqual(
    answers.map(({ text }) => text),
    bodies,
  );
});
