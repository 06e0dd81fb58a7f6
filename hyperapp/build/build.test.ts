/** Building apps: the package as kit lays it out, reproducible, and every mistake with its place. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { unzipSync } from 'fflate';
import { writeFixture } from '../sdk/testing/fixture-app.ts';
import { type BuildOptions, type BuiltApp, buildApp, type Problem, stopBundler } from './index.ts';
import { zipName, zipOf } from './zip.ts';

const backend = `import { http, hyperapp } from 'hyperapp';
@hyperapp({ name: 'Probe', ui: true, endpoints: [], saveConfig: 'never' })
export class Probe {
  @http hello(name: string): string { return 'hello ' + name; }
}
`;

const roots: string[] = [];
function fixture(source: string, files?: Readonly<Record<string, string>>): string {
  const root = writeFixture(source, files);
  roots.push(root);
  return root;
}
afterEach(() => {
  for (const root of roots.splice(0)) fs.rmSync(root, { recursive: true, force: true });
});
after(stopBundler);

async function built(root: string, options?: BuildOptions): Promise<BuiltApp> {
  const result = await buildApp(root, options);
  assert.ok(result.ok, JSON.stringify('problems' in result && result.problems));
  return result;
}

async function problems(root: string): Promise<readonly Problem[]> {
  const result = await buildApp(root);
  assert.ok(!result.ok);
  return result.problems;
}

/** `file:line:character-line:character message`, the file from the app's root. */
function told(root: string, { file, range: { start, end }, message }: Problem): string {
  const range = `${start.line}:${start.character}-${end.line}:${end.character}`;
  return `${path.relative(root, file)}:${range} ${message}`;
}

describe('the package', () => {
  const page = {
    'ui/index.html':
      '<html><head><script src="/our.js"></script><link rel="icon" href="icon.svg"><script type="module" src="./src/main.ts"></script></head></html>',
    'ui/src/main.ts': "import { greet } from './greet.ts';\nfetch(import.meta.env.BASE_URL + '/api', { body: greet });",
    'ui/src/greet.ts': "export const greet: string = 'hi';",
    'ui/icon.svg': '<svg/>',
    'ui/assets/deep/data.json': '{}',
    'ui/tsconfig.json': '{}',
  };

  it('holds the manifest, the backend, the API and the page, folders before what is in them', async () => {
    const root = fixture(backend, page);
    const result = await built(root);
    assert.deepEqual(Object.keys(unzipSync(result.zip)), [
      'api.zip',
      'manifest.json',
      'probe.js',
      'ui/',
      'ui/assets/',
      'ui/assets/deep/',
      'ui/assets/deep/data.json',
      'ui/icon.svg',
      'ui/index.html',
      'ui/src/',
      'ui/src/main.js',
    ]);
    assert.equal(result.packageId, 'probe:template.os');
    assert.equal(path.relative(root, result.zipPath), 'target/probe:template.zip');
    assert.deepEqual(fs.readFileSync(result.zipPath), Buffer.from(result.zip));
    assert.deepEqual(result.processes, [{ name: 'probe', kind: 'script' }]);
    assert.deepEqual(result.warnings, []);
    assert.deepEqual(result.metadata, JSON.parse(fs.readFileSync(path.join(root, 'metadata.json'), 'utf8')));
  });

  it('has a page whose own files are found below the process', async () => {
    const root = fixture(backend, page);
    await built(root);
    assert.equal(
      fs.readFileSync(path.join(root, 'pkg/ui/index.html'), 'utf8'),
      '<html><head><script src="/our.js"></script><link rel="icon" href="/probe:probe:template.os/icon.svg"><script type="module" src="/probe:probe:template.os/src/main.js"></script></head></html>',
    );
    const script = fs.readFileSync(path.join(root, 'pkg/ui/src/main.js'), 'utf8');
    assert.match(script, /"\/probe:probe:template\.os\/api"/);
    assert.match(script, /"hi"/);
  });

  it('has the same bytes wherever and whenever it is built, and in every time zone', async () => {
    const first = await built(fixture(backend, page));
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Asia/Tokyo';
    try {
      const second = await built(fixture(backend, page));
      assert.equal(second.zipHash, first.zipHash);
      assert.match(first.zipHash, /^[0-9a-f]{64}$/);
      // Names of modules in the bundle would tell where the SDK lies.
      assert.doesNotMatch(Buffer.from(unzipSync(first.zip)['probe.js']!).toString(), /\.\.\/|node_modules/);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('has kit’s time, mode and compression', () => {
    const zip = Buffer.from(zipOf(new Map([['ui/a.txt', Buffer.from('a'.repeat(1000))]])));
    const central = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    const second = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]), central + 1);
    const entry = (at: number) => ({
      system: zip[at + 5],
      method: zip.readUInt16LE(at + 10),
      time: zip.readUInt32LE(at + 12),
      mode: (zip.readUInt32LE(at + 38) >>> 16).toString(8),
    });
    // 2023-06-19 00:00:00 in DOS form.
    const time = ((2023 - 1980) << 25) | (6 << 21) | (19 << 16);
    assert.deepEqual(entry(central), { system: 3, method: 0, time, mode: '40755' });
    assert.deepEqual(entry(second), { system: 3, method: 8, time, mode: '100755' });
  });

  it('is called as kit calls it', () => {
    const names = ['chat:template.os', 'foo:sys', 'a:b.c.os'].map(zipName);
    assert.deepEqual(names, ['chat:template.zip', 'foo:sys.zip', 'a:b.c.zip']);
  });

  it('takes the fresh script in place of an older component', async () => {
    const root = fixture(backend, { ...page, 'pkg/probe.wasm': 'old' });
    assert.deepEqual((await built(root)).processes, [{ name: 'probe', kind: 'script' }]);
    assert.ok(!fs.existsSync(path.join(root, 'pkg/probe.wasm')));
  });

  it('holds source maps only when asked', async () => {
    const root = fixture(backend, page);
    await built(root);
    const plain = fs.readFileSync(path.join(root, 'pkg/probe.js'), 'utf8');
    await built(root, { sourcemap: true });
    const mapped = fs.readFileSync(path.join(root, 'pkg/probe.js'), 'utf8');
    assert.doesNotMatch(plain, /sourceMappingURL/);
    assert.match(mapped, /sourceMappingURL=data:/);
  });

  it('is built by the page’s own npm script if it has one', async () => {
    const copy =
      "node -e \"const fs=require('fs');fs.mkdirSync('../pkg/ui',{recursive:true});fs.writeFileSync('../pkg/ui/index.html','by npm')\"";
    const root = fixture(backend, {
      'ui/package.json': JSON.stringify({ name: 'ui', private: true, scripts: { 'build:copy': copy } }),
      'ui/node_modules/.keep': '',
    });
    const lines: string[] = [];
    await built(root, { onProgress: (text) => lines.push(text) });
    assert.equal(fs.readFileSync(path.join(root, 'pkg/ui/index.html'), 'utf8'), 'by npm');
    assert.deepEqual(lines, ['Bundling probe', 'Building ui', 'npm run build:copy in ui', 'Packaging']);
  });

  it('of built Rust processes is zipped as it is', async () => {
    const root = fixture('', {
      'probe/src/lib.rs': '',
      'probe/Cargo.toml': '[package]',
      'pkg/probe.wasm': 'component',
      'pkg/ui/index.html': 'page',
    });
    fs.rmSync(path.join(root, 'probe/src/index.ts'));
    const result = await built(root);
    assert.deepEqual(result.processes, [{ name: 'probe', kind: 'component' }]);
    assert.deepEqual(Object.keys(unzipSync(result.zip)), ['manifest.json', 'probe.wasm', 'ui/', 'ui/index.html']);
  });

  it('is built twice at once without a mix-up', async () => {
    const root = fixture(backend, page);
    const [first, second] = await Promise.all([built(root), built(root)]);
    assert.equal(first?.zipHash, second?.zipHash);
  });
});

describe('mistakes', () => {
  it('in the backend have file and range, and leave the old package as it was', async () => {
    const root = fixture(backend);
    await built(root);
    const before = fs.readFileSync(path.join(root, 'pkg/probe.js'), 'utf8');
    fs.writeFileSync(
      path.join(root, 'probe/src/index.ts'),
      `${backend}const ä = 'ö' +;\nimport { x } from './gone.ts';\n`,
    );
    assert.deepEqual(
      (await problems(root)).map((problem) => told(root, problem)),
      ['probe/src/index.ts:5:15-5:16 Unexpected ";"'],
    );
    fs.writeFileSync(path.join(root, 'probe/src/index.ts'), `import { x } from './gone.ts';\n${backend}x;\n`);
    assert.deepEqual(
      (await problems(root)).map((problem) => told(root, problem)),
      ['probe/src/index.ts:0:18-0:29 Could not resolve "./gone.ts"'],
    );
    assert.equal(fs.readFileSync(path.join(root, 'pkg/probe.js'), 'utf8'), before);
  });

  it('in the page have file and range, and leave the old package as it was', async () => {
    const root = fixture(backend, { 'ui/index.html': '<script src="main.ts"></script>', 'ui/main.ts': 'let 1;' });
    assert.deepEqual(
      (await problems(root)).map((problem) => told(root, problem)),
      ['ui/main.ts:0:4-0:5 Expected ";" but found "1"'],
    );
    assert.deepEqual(fs.readdirSync(path.join(root, 'pkg')), ['manifest.json']);
  });

  const manifest = (entry: object) =>
    JSON.stringify([
      {
        process_name: 'probe',
        process_wasm_path: '/probe.wasm',
        on_exit: 'Restart',
        request_networking: true,
        request_capabilities: [],
        grant_capabilities: [],
        public: false,
        ...entry,
      },
    ]);
  const metadata = (properties: object) =>
    JSON.stringify({
      properties: {
        package_name: 'probe',
        publisher: 'template.os',
        current_version: '0.1.0',
        mirrors: [],
        code_hashes: { '0.1.0': '' },
        ...properties,
      },
    });

  const table: [what: string, files: Record<string, string>, expected: RegExp][] = [
    [
      'no JSON',
      { 'metadata.json': '{\n  "properties": {a}\n}' },
      /^metadata\.json:1:17-1:18 This is no JSON: invalid symbol\./,
    ],
    ['an empty file', { 'metadata.json': '' }, /^metadata\.json:0:0-0:0 This is no JSON: value expected\./],
    [
      'a missing part',
      { 'metadata.json': '{"name": "x"}' },
      /^metadata\.json:0:0-0:1 "properties" is missing\. Put package_name, publisher/,
    ],
    [
      'a bad name',
      { 'metadata.json': metadata({ package_name: 'My App' }) },
      /^metadata\.json:0:\d+-0:\d+ properties\.package_name: A package name has lower-case letters/,
    ],
    [
      'no version',
      { 'metadata.json': metadata({ code_hashes: {} }) },
      /code_hashes names no version; add one, as \{"0\.1\.0": ""\}\./,
    ],
    [
      'a manifest that is no list',
      { 'pkg/manifest.json': '{}' },
      /^pkg\/manifest\.json:0:0-0:1 The file: pkg\/manifest\.json is a list/,
    ],
    [
      'an unknown end',
      { 'pkg/manifest.json': manifest({ on_exit: 'restart' }) },
      /\[0\]\.on_exit: Give "None", "Restart" or \{"Requests": \[\.\.\]\}\./,
    ],
    [
      'a bad capability',
      { 'pkg/manifest.json': manifest({ request_capabilities: ['vfs:sys'] }) },
      /request_capabilities\[0\]: A capability is a process id/,
    ],
    [
      'a path of another process',
      { 'pkg/manifest.json': manifest({ process_wasm_path: '/prob.wasm' }) },
      /^pkg\/manifest\.json:0:\d+-0:\d+ No process builds "\/prob\.wasm", and it is not in pkg\/\. The folders here give \/probe\.wasm\./,
    ],
    [
      'an underscore',
      { 'pkg/manifest.json': manifest({ process_wasm_path: '/my_app.wasm' }) },
      /process_wasm_path: Write "\/<process>\.wasm": lower-case/,
    ],
  ];
  for (const [what, files, expected] of table)
    it(`in metadata and manifest have a place and a mend: ${what}`, async () => {
      const root = fixture(backend, files);
      assert.match((await problems(root)).map((problem) => told(root, problem)).join('\n'), expected);
    });

  it('two processes of one name', async () => {
    const entry = JSON.parse(manifest({}))[0] as object;
    const root = fixture(backend, { 'pkg/manifest.json': JSON.stringify([entry, entry]) });
    assert.match((await problems(root))[0]!.message, /Two processes are called "probe"/);
  });

  it('a folder that is no app', async () => {
    const root = fixture(backend);
    fs.rmSync(path.join(root, 'metadata.json'));
    fs.rmSync(path.join(root, 'pkg'), { recursive: true });
    assert.deepEqual(
      (await problems(root)).map(({ message }) => message.split('. ')[0]),
      ['metadata.json is missing', 'pkg/manifest.json is missing'],
    );
  });

  it('a Rust process that is not built', async () => {
    const root = fixture('', { 'probe/src/lib.rs': '', 'probe/Cargo.toml': '[package]' });
    fs.rmSync(path.join(root, 'probe/src/index.ts'));
    const [problem] = await problems(root);
    assert.match(told(root, problem!), /^probe\/Cargo\.toml:0:0-0:0 pkg\/probe\.wasm is missing.*kit build --hyperapp/);
  });

  it('an npm script that fails tells its output', async () => {
    const root = fixture(backend, {
      'ui/package.json': JSON.stringify({ scripts: { build: 'node -e "console.error(\'no luck\');process.exit(3)"' } }),
      'ui/node_modules/.keep': '',
    });
    assert.match((await problems(root))[0]!.message, /npm run build ended with code 3\.[\s\S]*no luck/);
  });

  it('a stopped build says so', async () => {
    const stop = new AbortController();
    const result = await buildApp(fixture(backend), { signal: stop.signal, onProgress: () => stop.abort() });
    assert.ok(!result.ok);
    assert.equal(result.problems[0]?.message, 'The build was stopped.');
  });
});
