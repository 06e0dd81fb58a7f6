/** The app-store's three processes with the real vfs, and a kernel that records its commands. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { strToU8, type Zippable, zipSync } from 'fflate';
import type { Store } from '../../store/store.ts';
import { parseBody } from '../body.ts';
import { InMemoryKernel } from '../testing/in-memory-kernel.ts';
import { createVfs } from '../vfs/module.ts';
import { createChain } from './chain.ts';
import { createDownloads } from './downloads.ts';
import { type AppStore, createAppStore } from './main.ts';

const store = 'main:app-store:sys';
const packageId = { package_name: 'chat', publisher_node: 'template.os' };
const metadata = {
  name: 'chat',
  properties: {
    package_name: 'chat',
    publisher: 'template.os',
    current_version: '0.1.0',
    mirrors: [],
    code_hashes: [['0.1.0', '']],
    wit_version: 1,
    api_includes: null,
  },
};
const entry = (more: object = {}) => ({
  process_name: 'chat',
  process_wasm_path: '/chat.wasm',
  on_exit: 'Restart',
  request_networking: true,
  request_capabilities: ['vfs:distro:sys', { process: 'contacts:contacts:sys', params: { b: 1, a: 'x' } }, 'No Id', 7],
  grant_capabilities: ['http-server:distro:sys'],
  public: false,
  ...more,
});
const zipOf = (manifest: unknown, files: Zippable = { 'chat.wasm': strToU8('\0asm') }) =>
  zipSync({ 'manifest.json': strToU8(JSON.stringify(manifest)), ...files });
const hashOf = (zip: Uint8Array) => createHash('sha256').update(zip).digest('hex');

function memoryStore(): Store {
  const states = new Map<string, Uint8Array>();
  return {
    getState: (process) => states.get(process),
    setState: async (process, bytes) => void states.set(process, bytes),
    clearState: async (process) => void states.delete(process),
    processes: () => [],
    saveProcesses: () => undefined,
    backup: async () => undefined,
    close: () => undefined,
  };
}

class Node {
  readonly home: string;
  readonly kernel = new InMemoryKernel('fake.os');
  readonly commands: unknown[] = [];
  readonly code: string[] = [];
  readonly removed: unknown[] = [];
  appStore!: AppStore;
  constructor(home = fs.mkdtempSync(path.join(os.tmpdir(), 'store-'))) {
    this.home = home;
  }

  async start(): Promise<this> {
    this.appStore = createAppStore();
    const states = memoryStore();
    await this.kernel.add(
      createVfs(path.join(this.home, 'vfs')),
      createChain(),
      createDownloads(states),
      this.appStore.module,
    );
    this.kernel.process('homepage:homepage:sys', (message) => {
      this.removed.push([parseBody(message.message.body), message.message.capabilities]);
    });
    this.kernel.process('kernel:distro:sys', (message, context) => {
      const command = parseBody(message.message.body) as object;
      this.commands.push(command);
      const reply =
        'InitializeProcess' in command ? 'InitializedProcess' : 'RunProcess' in command ? 'StartedProcess' : undefined;
      if ('InitializeProcess' in command) this.code.push(Buffer.from(message.blob?.bytes ?? []).toString());
      if (reply) context.respond(message, { body: Buffer.from(JSON.stringify(reply)) });
    });
    return this;
  }

  async ask(body: unknown, blob?: Uint8Array): Promise<unknown> {
    return (await this.kernel.ask(store, body, { from: 'http-server:distro:sys', blob }))?.json;
  }

  upload = (zip: Uint8Array) => this.ask({ NewPackage: { package_id: packageId, mirror: true } }, zip);
  install = (version_hash: string, more: object = { metadata }) =>
    this.ask({ Install: { package_id: packageId, version_hash, ...more } });
  file = (name: string) => path.join(this.home, 'vfs', 'chat:template.os', 'pkg', name);
}

describe('app-store (packages.md §7)', () => {
  let node: Node;
  before(async () => {
    node = await new Node().start();
  });
  after(() => fs.rmSync(node.home, { recursive: true }));

  const api = zipSync({ 'chat:template.os-v0.wit': strToU8('world') });
  const zip = zipOf([entry(), entry({ process_name: 'second', request_networking: false, grant_capabilities: [] })], {
    'chat.wasm': strToU8('\0asm'),
    'api.zip': api,
    ui: { 'index.html': strToU8('<p>') },
  });

  test('§7.3: NewPackage keeps the zip and its manifest, and installs nothing', async () => {
    assert.deepEqual(await node.ask({ NewPackage: { package_id: packageId, mirror: true } }), {
      NewPackageResponse: 'NoBlob',
    });
    assert.deepEqual(await node.upload(Buffer.from('no zip')), { NewPackageResponse: 'InstallFailed' });
    assert.deepEqual(await node.upload(zip), { NewPackageResponse: 'Success' });
    const folder = path.join(node.home, 'vfs/app-store:sys/downloads/chat:template.os');
    assert.deepEqual(fs.readFileSync(path.join(folder, `${hashOf(zip)}.zip`)), Buffer.from(zip));
    assert.ok(fs.existsSync(path.join(folder, `${hashOf(zip)}.json`)));
    assert.deepEqual(node.commands, []);
    const files = await node.kernel.ask('downloads:app-store:sys', { GetFiles: null });
    assert.deepEqual(files?.json, { GetFiles: [{ Dir: { name: 'chat:template.os', mirroring: true } }] });
  });

  test('§7.4: Install sends the kernel exactly these commands, in this order', async () => {
    assert.deepEqual(await node.install(hashOf(zip)), { InstallResponse: 'Success' });
    const drive = (kind: string) => ({
      issuer: 'fake.os@vfs:distro:sys',
      params: `{"kind":"${kind}","drive":"/chat:template.os/pkg"}`,
    });
    const requested = [
      { issuer: 'fake.os@vfs:distro:sys', params: '"messaging"' },
      { issuer: 'fake.os@contacts:contacts:sys', params: '{"a":"x","b":1}' },
    ];
    const network = { issuer: 'fake.os@kernel:distro:sys', params: '"network"' };
    const initialise = (id: string) => ({
      InitializeProcess: {
        id,
        wasm_bytes_handle: '/chat:template.os/pkg/chat.wasm',
        wit_version: 1,
        on_exit: 'Restart',
        initial_capabilities: [],
        public: false,
      },
    });
    assert.deepEqual(node.commands, [
      { KillProcess: 'chat:chat:template.os' },
      initialise('chat:chat:template.os'),
      {
        GrantCapabilities: {
          target: 'chat:chat:template.os',
          capabilities: [...requested, network, drive('read'), drive('write')],
        },
      },
      { KillProcess: 'second:chat:template.os' },
      initialise('second:chat:template.os'),
      {
        GrantCapabilities: {
          target: 'second:chat:template.os',
          capabilities: [...requested, drive('read'), drive('write')],
        },
      },
      {
        GrantCapabilities: {
          target: 'http-server:distro:sys',
          capabilities: [{ issuer: 'fake.os@chat:chat:template.os', params: '"messaging"' }],
        },
      },
      { RunProcess: 'chat:chat:template.os' },
      { RunProcess: 'second:chat:template.os' },
    ]);
    assert.deepEqual(node.code, ['\0asm', '\0asm']);
    assert.ok(node.kernel.lines.includes('app-store:sys: manifest requested invalid cap: "No Id"'));
    assert.equal(node.kernel.lines.at(-1), 'app-store:sys: successfully installed chat:template.os');
  });

  test('§8: the drive holds the package, its API unpacked, and the zip itself', () => {
    for (const name of [
      'manifest.json',
      'chat.wasm',
      'ui/index.html',
      'api.zip',
      'api/chat:template.os-v0.wit',
      'chat:template.os.zip',
    ])
      assert.ok(fs.existsSync(node.file(name)), name);
  });

  test('§12.4: installing again replaces pkg and leaves other drives', async () => {
    const log = path.join(node.home, 'vfs/chat:template.os/log');
    fs.mkdirSync(log);
    const slim = zipOf([entry()]);
    await node.upload(slim);
    assert.deepEqual(await node.install(hashOf(slim)), { InstallResponse: 'Success' });
    assert.ok(!fs.existsSync(node.file('ui')) && fs.existsSync(log));
    await node.upload(zip);
    await node.install(hashOf(zip));
  });

  test('§12.2: a wrong hash is Failure and touches nothing', async () => {
    assert.deepEqual(await node.install('00'), { InstallResponse: 'Failure' });
    assert.ok(fs.existsSync(node.file('manifest.json')));
  });

  test('§7.2: metadata null asks the chain and fails; incomplete metadata gets no answer', async () => {
    assert.deepEqual(await node.install(hashOf(zip), {}), { InstallResponse: 'Failure' });
    const { properties, ...incomplete } = metadata;
    const answer = await node.kernel.ask(
      store,
      { Install: { package_id: packageId, version_hash: 'a', metadata: incomplete } },
      { expects: false },
    );
    assert.equal(answer, undefined);
    assert.ok(properties);
  });

  test('§7.2: Apis and GetApi', async () => {
    assert.deepEqual(await node.ask('Apis'), { ApisResponse: { apis: [packageId] } });
    const answer = await node.kernel.ask(store, { GetApi: packageId });
    assert.deepEqual(answer?.json, { GetApiResponse: 'Success' });
    assert.deepEqual(answer?.blob && [answer.blob.mime, Buffer.from(answer.blob.bytes)], [
      'application/json',
      Buffer.from(api),
    ]);
    assert.deepEqual(await node.ask({ GetApi: { package_name: 'no', publisher_node: 'x.os' } }), {
      GetApiResponse: 'Failure',
    });
  });

  test('§7.6: after a restart of the node the package still counts as installed', async () => {
    const again = await new Node(node.home).start();
    assert.deepEqual(await again.appStore.installed(), [
      [
        'chat:template.os',
        { versionHash: hashOf(zip), processes: ['chat:chat:template.os', 'second:chat:template.os'], hasApi: true },
      ],
    ]);
  });

  test('a package whose manifest lacks a field fails, and the line says which', async () => {
    const { public: _, ...broken } = entry();
    const bad = zipOf([broken]);
    await node.upload(bad);
    assert.deepEqual(await node.install(hashOf(bad)), { InstallResponse: 'Failure' });
    assert.match(node.kernel.lines.at(-1) ?? '', /error installing package: manifest\.json: 0\.public: /);
    await node.upload(zip);
    await node.install(hashOf(zip));
  });

  test('§7.5: Uninstall kills, cleans up, and fails the second time', async () => {
    node.commands.length = 0;
    node.removed.length = 0;
    assert.deepEqual(await node.ask({ Uninstall: packageId }), { UninstallResponse: 'Success' });
    assert.deepEqual(node.commands, [
      { KillProcess: 'chat:chat:template.os' },
      { KillProcess: 'second:chat:template.os' },
    ]);
    const issuer = { node: 'fake.os', process: 'homepage:homepage:sys' };
    assert.deepEqual(node.removed[0], [
      { RemoveOther: 'chat:chat:template.os' },
      [{ issuer, params: '"RemoveOther"' }],
    ]);
    assert.ok(!fs.existsSync(node.file('')));
    assert.deepEqual(await node.ask({ Uninstall: packageId }), { UninstallResponse: 'Failure' });
    assert.equal(
      node.kernel.lines.at(-1),
      'app-store:sys: error uninstalling package chat:template.os: package not found',
    );
    assert.deepEqual(await node.appStore.installed(), []);
  });

  test('without name.wasm the script name.js is the process’s code', async () => {
    node.commands.length = 0;
    node.code.length = 0;
    const script = zipOf([entry()], { 'chat.js': strToU8('export default 1') });
    await node.upload(script);
    assert.deepEqual(await node.install(hashOf(script)), { InstallResponse: 'Success' });
    assert.deepEqual(node.code, ['export default 1']);
    const [, command] = node.commands as [unknown, { InitializeProcess: { wasm_bytes_handle: string } }];
    assert.equal(command.InitializeProcess.wasm_bytes_handle, '/chat:template.os/pkg/chat.js');
  });

  test('neither wasm nor script: Failure', async () => {
    const empty = zipOf([entry()], {});
    await node.upload(empty);
    assert.deepEqual(await node.install(hashOf(empty)), { InstallResponse: 'Failure' });
  });

  test('§7.1: other nodes are refused without an answer', async () => {
    const from = { node: 'other.os', process: 'main:app-store:sys' };
    assert.equal(await node.kernel.ask(store, 'Apis', { from, expects: false }), undefined);
  });
});
