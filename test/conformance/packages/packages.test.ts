/** packages.md: installing, removing, what a manifest gives, and where things lie. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { puppetCode } from '../components.ts';
import { differs, notEmulated, statement } from '../frame.ts';
import {
  entry,
  hashOf,
  install,
  metadataOf,
  packageObject,
  rpc,
  startPackage,
  store,
  uninstall,
  upload,
  zipOf,
} from '../kit/rpc.ts';
import { call } from '../module-calls.ts';
import type { TestNode } from '../node.ts';
import { send, trap } from '../steps.ts';
import { type Puppet, publisher, until, type World } from '../world.ts';

const success = [{ NewPackageResponse: 'Success' }, { InstallResponse: 'Success' }];
const failure = { InstallResponse: 'Failure' };
const vfs = 'vfs:distro:sys';

let count = 0;
const freshId = () => {
  count += 1;
  return `pack-${process.pid}-${count}:${publisher}`;
};
const manifestOf = (...entries: readonly unknown[]) => JSON.stringify(entries);
const folder = (node: TestNode, id: string) => path.join(node.home, 'vfs', id, 'pkg');

/** Held capabilities as `issuer-process params`. */
async function held(a: Puppet): Promise<string[]> {
  const all = (await a.one({ call: 'our-capabilities' })) as { issuer: string; params: string }[];
  return all.map(({ issuer, params }) => `${issuer.slice(issuer.indexOf('@') + 1)} ${params}`).sort();
}

const holds = async (w: World, on: string, process: string, params: string) =>
  (await w.command({ Debug: { HasCap: { on, cap: { issuer: `alpha.os@${process}`, params } } } })) as {
    Debug: { HasCap: boolean | null };
  };

statement(
  'packages.md §3.3',
  'a process holds what its manifest asks, network, its drive and itself; others what it grants',
  async (w) => {
    const a = await w.puppet({
      public: false,
      networking: true,
      request: [
        vfs,
        { process: 'contacts:contacts:sys', params: 'ReadNameOnly' },
        { process: 'x:y:z.os', params: { b: 1, a: [2] } },
      ],
      grant: ['timer:distro:sys', { process: 'http-server:distro:sys', params: { k: 'v' } }],
    });
    const drive = (kind: string) => `${vfs} {"kind":"${kind}","drive":"/${a.package}/pkg"}`;
    assert.deepEqual(
      await held(a),
      [
        `${a.id} "messaging"`,
        'contacts:contacts:sys "ReadNameOnly"',
        'kernel:distro:sys "network"',
        `${vfs} "messaging"`,
        drive('read'),
        drive('write'),
        'x:y:z.os {"a":[2],"b":1}',
      ].sort(),
    );
    for (const [holder, params] of [
      ['timer:distro:sys', '"messaging"'],
      ['http-server:distro:sys', '{"k":"v"}'],
      ['main:app-store:sys', '"messaging"'],
    ] as const)
      assert.deepEqual(await holds(w, holder, a.id, params), { Debug: { HasCap: true } }, holder);
    assert.deepEqual(await holds(w, 'http-server:distro:sys', a.id, '"messaging"'), { Debug: { HasCap: false } });
  },
);

statement('packages.md §3.1', 'what is no capability is skipped, and told where the real node tells it', async (w) => {
  const a = await w.puppet({
    request: ['no id', { process: 'UPPER:x:y', params: 1 }, { params: 1 }, { process: vfs }, 7, vfs],
    grant: ['no:id', { params: 1 }, { process: 'timer:distro:sys' }, null],
  });
  assert((await held(a)).includes(`${vfs} "messaging"`));
  for (const element of ['"no id"', `{"process":"${vfs}"}`, '7'])
    await w.printed(`app-store:sys: manifest requested invalid cap: ${element}`, 0);
  for (const element of ['"no:id"', '{"params":1}', 'null'])
    await w.printed(`app-store:sys: ${a.id} manifest tried to grant invalid cap: ${element}`, 0);
  await w.notPrinted('UPPER');
  await w.notPrinted('{"process":"timer:distro:sys"}');
});

statement('packages.md §7.3', 'NewPackage keeps the zip under its hash and does not install', async (w) => {
  const id = freshId();
  const zip = zipOf({ 'manifest.json': '[]' });
  assert.deepEqual((await upload(w.node, id, zip)).json, { NewPackageResponse: 'Success' });
  assert.deepEqual((await upload(w.node, id, zip)).json, { NewPackageResponse: 'Success' });
  const downloads = path.join(w.node.home, 'vfs/app-store:sys/downloads', id);
  assert.deepEqual(fs.readdirSync(downloads).sort(), [`${hashOf(zip)}.json`, `${hashOf(zip)}.zip`]);
  assert.equal(fs.readFileSync(path.join(downloads, `${hashOf(zip)}.json`), 'utf8'), '[]');
  assert.equal(fs.existsSync(folder(w.node, id)), false);
  const noBlob = await rpc(
    w.node,
    store,
    JSON.stringify({ NewPackage: { package_id: packageObject(id), mirror: false } }),
  );
  assert.deepEqual(noBlob.json, { NewPackageResponse: 'NoBlob' });
});

differs(
  'packages.md §7.3',
  'An upload that is no zip: `InstallFailed` after 5 s',
  '`InstallFailed` at once',
  async (w) => {
    const begun = performance.now();
    const { json } = await upload(w.node, freshId(), Buffer.from('no zip'));
    assert.deepEqual(json, { NewPackageResponse: 'InstallFailed' });
    assert(performance.now() - begun < 4000);
  },
);

statement('packages.md §12', 'a hash that was never uploaded is a Failure, not a crash', async (w) => {
  const id = freshId();
  assert.deepEqual((await install(w.node, id, '00'.repeat(32))).json, failure);
  await w.printed('app-store:sys: error installing package: ', 0);
});

statement('packages.md §7.4', 'a manifest that is missing, no JSON or lacks a field fails the install', async (w) => {
  const { public: _, ...lacking } = entry('main');
  for (const manifest of [undefined, 'x', manifestOf(lacking), '{}']) {
    const files = { 'x.txt': 'x', ...(manifest === undefined ? {} : { 'manifest.json': manifest }) };
    const [, installed] = await startPackage(w.node, freshId(), files);
    assert.deepEqual(installed, failure, manifest ?? 'none');
  }
});

statement('packages.md §3', 'an empty manifest is a package without processes', async (w) => {
  const id = freshId();
  assert.deepEqual(await startPackage(w.node, id, { 'manifest.json': '[]', 'lib.txt': 'x' }), success);
  assert.deepEqual((await uninstall(w.node, id)).json, { UninstallResponse: 'Success' });
});

statement('packages.md §7.2', 'metadata that is not complete, or a missing field, gets no answer at all', async (w) => {
  const id = freshId();
  const zip = zipOf({ 'manifest.json': '[]' });
  await upload(w.node, id, zip);
  const base = { package_id: packageObject(id), version_hash: hashOf(zip) };
  const complete = metadataOf(id) as { properties: Record<string, unknown> };
  const { mirrors: _, ...properties } = complete.properties;
  const hashes = { ...complete.properties, code_hashes: { '0.1.0': '' } };
  const answer = (request: unknown) =>
    rpc(w.node, store, JSON.stringify(request), { headers: { 'X-Hyperware-Http-Server-Timeout': '1' } });
  const requests = [
    { Install: { ...base, metadata: { ...complete, properties } } },
    { Install: { ...base, metadata: { ...complete, properties: hashes } } },
    { NewPackage: { package_id: base.package_id } },
  ];
  const statuses = await Promise.all(requests.map(async (request) => (await answer(request)).http.status));
  assert.deepEqual(statuses, [408, 408, 408]);
  await w.printed('app-store:sys: error handling message: ', 1);
});

statement('packages.md §7.2', 'without metadata the install fails, after the drive was replaced', async (w) => {
  const id = freshId();
  const zip = zipOf({ 'manifest.json': '[]', 'new.txt': 'x' });
  await upload(w.node, id, zip);
  assert.deepEqual((await install(w.node, id, hashOf(zip), null)).json, failure);
  assert(fs.existsSync(path.join(folder(w.node, id), 'new.txt')));
});

statement('packages.md §8', 'the drive `pkg` holds the package’s files, the zip, and the unpacked API', async (w) => {
  const id = freshId();
  const api = zipOf({ 'x.wit': 'interface x {}' });
  const files = { 'manifest.json': '[]', 'api.zip': api, 'ui/index.html': '<p>' };
  assert.deepEqual(await startPackage(w.node, id, files), success);
  const found = fs.readdirSync(folder(w.node, id), { recursive: true, encoding: 'utf8' }).sort();
  assert.deepEqual(found, ['api', 'api.zip', 'api/x.wit', `${id}.zip`, 'manifest.json', 'ui', 'ui/index.html'].sort());
  const got = await rpc(w.node, store, JSON.stringify({ GetApi: packageObject(id) }));
  assert.deepEqual([got.json, got.blob], [{ GetApiResponse: 'Success' }, Buffer.from(api)]);
  const { json } = await rpc(w.node, store, '"Apis"');
  const { apis } = (json as { ApisResponse: { apis: unknown[] } }).ApisResponse;
  assert(apis.some((one) => JSON.stringify(one) === JSON.stringify(packageObject(id))));
  await uninstall(w.node, id);
});

statement(
  'packages.md §7.4',
  'installing again replaces `pkg`, keeps state and other drives, and starts anew',
  async (w) => {
    const name = freshId().split(':')[0]!;
    const choice = { request: [vfs] };
    const a = await w.puppet(choice, { name, files: { 'old.txt': 'x' } });
    await call(a, vfs, { path: `/${a.package}/data`, action: 'CreateDrive' });
    await call(a, vfs, { path: `/${a.package}/data/x`, action: 'Write' }, { blob: 'kept' });
    await a.one({ call: 'set-state', bytes: 'kept' });
    const b = await w.puppet({ ...choice, public: false, grant: [] }, { name, files: { 'new.txt': 'x' } });
    assert.equal(b.id, a.id);
    const files = fs.readdirSync(folder(w.node, a.package));
    assert.deepEqual([files.includes('old.txt'), files.includes('new.txt')], [false, true]);
    assert.equal(await b.one({ call: 'get-state' }), 'kept');
    assert.equal((await call(b, vfs, { path: `/${a.package}/data/x`, action: 'Read' })).blob?.bytes, 'kept');
    assert.equal((await w.node.process(b.id))?.public, false);
  },
);

statement(
  'packages.md §7.4',
  'all processes are initialised before any runs, so they can grant to each other',
  async (w) => {
    const id = freshId();
    const first = entry('first', { public: false, grant_capabilities: [`second:${id}`] });
    const second = entry('second', { public: false, request_capabilities: [`first:${id}`] });
    const files = { 'manifest.json': manifestOf(first, second), ...(await puppetCode('javascript')) };
    assert.deepEqual(await startPackage(w.node, id, files), success);
    assert.deepEqual(await holds(w, `second:${id}`, `first:${id}`, '"messaging"'), { Debug: { HasCap: true } });
    await w.printed(`app-store:sys: successfully installed ${id}`, 0);
    await uninstall(w.node, id);
  },
);

statement(
  'packages.md §7.4',
  'a bad process id, or a wasm that is not there, fails without undoing what came before',
  async (w) => {
    const id = freshId();
    const files = {
      'manifest.json': manifestOf(entry('good'), entry('gone', { process_wasm_path: '/gone.wasm' })),
      ...(await puppetCode('javascript')),
    };
    assert.deepEqual((await startPackage(w.node, id, files))[1], failure);
    assert.equal((await w.node.process(`good:${id}`))?.state, 'initialised');
    const bad = { ...files, 'manifest.json': manifestOf(entry('Bad_Name')) };
    assert.deepEqual((await startPackage(w.node, id, bad))[1], failure);
    assert.deepEqual((await uninstall(w.node, id)).json, { UninstallResponse: 'Success' });
  },
);

statement('packages.md §7.4', 'a component that does not compile is installed all the same', async (w) => {
  const id = freshId();
  const files = {
    'manifest.json': manifestOf(entry('main', { on_exit: 'None' })),
    'puppet.wasm': Buffer.from([0, 97, 115, 109, 9]),
  };
  assert.deepEqual(await startPackage(w.node, id, files), success);
  await w.printed(`kernel: process main:${id} invalid wasm file`, 0);
  await uninstall(w.node, id);
});

statement('packages.md §3', 'a wasm path needs no leading slash; several processes may share one file', async (w) => {
  const id = freshId();
  const files = {
    'manifest.json': manifestOf(entry('one', { process_wasm_path: 'puppet.wasm' }), entry('two')),
    ...(await puppetCode('javascript')),
  };
  assert.deepEqual(await startPackage(w.node, id, files), success);
  for (const name of ['one', 'two'])
    assert.equal(await w.at(`${name}:${id}`).one({ call: 'our' }), `alpha.os@${name}:${id}`);
  await uninstall(w.node, id);
});

statement('packages.md §3.2', 'on_exit with requests sends them when the process ends', async (w) => {
  const listener = await w.puppet();
  const body = [...Buffer.from('"bye"')];
  const request = { inherit: false, expects_response: null, body, metadata: null, capabilities: [] };
  const a = await w.puppet({
    onExit: { Requests: [[listener.address, request, null]] },
    request: [listener.id],
  });
  await a.tell(trap());
  const [seen] = await until('the request', async () => {
    const all = await listener.recorded();
    return all.length > 0 && all;
  });
  assert.equal(seen?.request?.body, '"bye"');
});

statement('packages.md §7.5', 'uninstalling kills the processes and removes `pkg` alone; again it fails', async (w) => {
  const a = await w.puppet({ request: [vfs] });
  await call(a, vfs, { path: `/${a.package}/data`, action: 'CreateDrive' });
  await a.one({ call: 'set-state', bytes: 'kept' });
  assert.deepEqual((await uninstall(w.node, a.package)).json, { UninstallResponse: 'Success' });
  await w.printed(`app-store:sys: successfully uninstalled package ${a.package}`, 0);
  await until('it is gone', async () => (await w.node.process(a.id)) === undefined);
  assert.equal(fs.existsSync(folder(w.node, a.package)), false);
  assert(fs.existsSync(path.join(w.node.home, 'vfs', a.package, 'data')));
  assert.deepEqual((await uninstall(w.node, a.package)).json, { UninstallResponse: 'Failure' });
});

statement('packages.md §7.1', 'requests of other nodes are refused without an answer', async (w) => {
  const beta = await w.other();
  const b = await w.puppet({ networking: true }, { node: beta });
  const seen = await b.ask(`alpha.os@${store}`, '"Apis"', 1);
  assert.equal(seen.error?.kind, 'timeout');
});

statement(
  'packages.md §12',
  'after a restart everything installed runs again with its capabilities, and may be removed',
  async (w) => {
    const node = await w.launch('lasting.os');
    const a = await w.puppet({ networking: true, request: [vfs], grant: ['timer:distro:sys'] }, { node });
    const before = await held(a);
    await node.stop();
    await node.start();
    w.forgetMarks(node);
    const again = w.at(a.id, node);
    assert.deepEqual(await held(again), before);
    const cap = { issuer: `lasting.os@${a.id}`, params: '"messaging"' };
    assert.deepEqual(await node.kernel({ Debug: { HasCap: { on: 'timer:distro:sys', cap } } }), {
      Debug: { HasCap: true },
    });
    const listed = await node.control.call('package/list');
    assert(listed.some(({ id }) => id === a.package));
    assert.deepEqual((await uninstall(node, a.package)).json, { UninstallResponse: 'Success' });
  },
);

statement(
  'packages.md §9',
  'the processes that apps name are there, with bookkeeping of their capabilities',
  async (w) => {
    const a = await w.puppet({
      grant: ['homepage:homepage:sys', 'settings:settings:sys', 'explorer:file-explorer:sys'],
    });
    for (const holder of ['homepage:homepage:sys', 'settings:settings:sys', 'explorer:file-explorer:sys'])
      assert.deepEqual(await holds(w, holder, a.id, '"messaging"'), { Debug: { HasCap: true } }, holder);
    assert.equal((await w.node.process('tester:tester:sys'))?.public, true);
    assert.equal((await w.node.process('timer:distro:sys'))?.public, true);
    assert.equal((await w.node.process('vfs:distro:sys'))?.public, false);
  },
);

differs(
  'packages.md §7.4',
  'The code of a process is `/name.wasm`',
  'The same, or `/name.js` where the package has no wasm of that name: a TypeScript backend runs without being compiled to WebAssembly',
  async (w) => {
    const id = freshId();
    const files = { 'manifest.json': manifestOf(entry('main')), ...(await puppetCode('script')) };
    assert.deepEqual(await startPackage(w.node, id, files), success);
    assert.equal(await w.at(`main:${id}`).one({ call: 'our' }), `alpha.os@main:${id}`);
    await uninstall(w.node, id);
  },
);
differs(
  'packages.md §7.7',
  'Fire-and-forget to `chain` is answered, which misleads the asker',
  'Not answered',
  async (w) => {
    const chain = 'chain:app-store:sys';
    const a = await w.puppet({ request: [chain] });
    await a.do(send(`our@${chain}`, JSON.stringify({ StartAutoUpdate: packageObject(a.package) })));
    await call(a, chain, { GetApp: packageObject(a.package) });
    const answers = (await w.events()).filter(
      (e) => e.kind === 'response' && e.source.endsWith(chain) && e.target === a.address,
    );
    assert.equal(answers.length, 1);
  },
);
notEmulated(
  'packages.md §7.7',
  '`chain:app-store:sys` lists the apps of the chain',
  'Nothing is listed. `Install` without `metadata` fails',
  async (w) => {
    const chain = 'chain:app-store:sys';
    const a = await w.puppet({ request: [chain] });
    assert.deepEqual((await call(a, chain, { GetApp: packageObject(a.package) })).answer, { GetApp: null });
    assert.deepEqual((await call(a, chain, 'GetApps')).answer, { GetApps: [] });
  },
);
notEmulated(
  'packages.md §7.7',
  '`downloads:app-store:sys` mirrors packages to other nodes',
  'Uploads are kept; nothing is fetched from or served to other nodes',
  async (w) => {
    const downloads = 'downloads:app-store:sys';
    const a = await w.puppet({ request: [downloads] });
    const own = packageObject(a.package);
    const { answer } = await call(a, downloads, { GetFiles: own });
    assert.match(JSON.stringify(answer), /^\{"GetFiles":\[\{"File":\{"name":"[0-9a-f]{64}\.zip"/);
    const remote = { package_id: own, worker_address: 'beta.os@x:y:z', desired_version_hash: '00' };
    assert.deepEqual((await call(a, downloads, { RemoteDownload: remote })).answer, { Err: 'NotMirroring' });
  },
);
notEmulated(
  'packages.md §7.8',
  'The app-store has pages',
  'Not served. Use the extension, `hyperdev` or `kit`',
  async (w) => {
    for (const at of ['', '/installed', '/apps']) {
      const answer = await fetch(`${w.node.http}/main:app-store:sys${at}`);
      assert.equal(answer.status, 404, at);
      await answer.arrayBuffer();
    }
  },
);
