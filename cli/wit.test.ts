/** `hyperdev wit` as it is run: the built program on apps of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';

const program = path.join(import.meta.dirname, '..', 'dist', 'hyperdev.js');
const fixtures = path.join(import.meta.dirname, '../test/fixtures/wit');
const folder = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'hyperdev-wit-')));
after(() => fs.rm(folder, { recursive: true, force: true }));

async function wit(...args: string[]) {
  const child = spawn(process.execPath, [program, 'wit', ...args], { env: { ...process.env, NO_COLOR: '1' } });
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, ...out };
}

/** A fixture's app as a package of its own. */
async function appFrom(fixture: string, name = fixture): Promise<string> {
  const root = path.join(folder, name);
  await fs.cp(path.join(fixtures, fixture, 'app'), root, { recursive: true });
  const properties = { package_name: name, publisher: 'alice.os' };
  await fs.writeFile(path.join(root, 'metadata.json'), JSON.stringify({ properties }));
  return root;
}

const golden = (fixture: string, file: string) => fs.readFile(path.join(fixtures, fixture, 'golden/api', file), 'utf8');

describe('hyperdev wit', { concurrency: 2 }, () => {
  let guestbook: string;
  before(async () => {
    guestbook = await appFrom('guestbook');
  });

  test('prints each file under its name, and writes nothing', async () => {
    const { code, stdout, stderr } = await wit(guestbook);
    assert.equal(code, 0, stderr);
    assert.ok(stdout.startsWith(`// api/guestbook.wit\n${await golden('guestbook', 'guestbook.wit')}\n// api/`));
    await assert.rejects(fs.access(path.join(guestbook, 'api')));
  });

  test('--json prints one value that programs can read', async () => {
    const { code, stdout, stderr } = await wit(guestbook, '--json');
    assert.equal(code, 0, stderr);
    const { files, findings } = JSON.parse(stdout);
    assert.deepEqual(findings, []);
    assert.deepEqual(
      files.map((file: { path: string }) => file.path),
      ['api/guestbook.wit', 'api/guestbook-alice-dot-os-v0.wit', 'api/types-guestbook-alice-dot-os-v0.wit'],
    );
    assert.equal(files[0].text, await golden('guestbook', 'guestbook.wit'));
  });

  test('--write puts the very bytes into api/, and tells what has changed since', async () => {
    const root = await appFrom('guestbook', 'written');
    const first = await wit(root, '--write');
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /^api\/guestbook\.wit written$/m);
    for (const name of await fs.readdir(path.join(root, 'api')))
      assert.equal(await fs.readFile(path.join(root, 'api', name), 'utf8'), await golden('guestbook', name));
    const source = path.join(root, 'guestbook/src/lib.rs');
    await fs.writeFile(source, (await fs.readFile(source, 'utf8')).replace('pub stars: u8', 'pub stars: u16'));
    const second = await wit(root, '--write');
    assert.match(second.stderr, /^api\/guestbook\.wit changed$/m);
    assert.match(second.stderr, /^api\/guestbook-alice-dot-os-v0\.wit unchanged$/m);
    assert.match(await fs.readFile(path.join(root, 'api/guestbook.wit'), 'utf8'), /stars: u16,/);
  });

  test('an error is told with its place, nothing is written, and the exit code is 1', async () => {
    const root = await appFrom('shelf-inline-module');
    const { code, stdout, stderr } = await wit(root, '--write');
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^shelf\/src\/lib\.rs:27:38: error: `store::Query` is not known to kit: .* Define it there\.$/m,
    );
    assert.match(stderr, /^hyperdev: The WIT cannot be generated: 2 errors\.$/m);
    await assert.rejects(fs.access(path.join(root, 'api')));
  });

  test('a warning does not keep it from being done', async () => {
    const { code, stdout, stderr } = await wit(await appFrom('keywords'));
    assert.equal(code, 0);
    assert.match(stderr, /^keywords\/src\/lib\.rs:4:29: warning: `Flags` becomes `flags`, a keyword of WIT/m);
    assert.match(stdout, /^interface %list \{$/m);
  });

  test('an app without handlers: what is missing, and exit code 1; no app at all: wrong usage', async () => {
    const root = path.join(folder, 'empty');
    await fs.mkdir(root);
    const properties = { package_name: 'empty', publisher: 'alice.os' };
    await fs.writeFile(path.join(root, 'metadata.json'), JSON.stringify({ properties }));
    const without = await wit(root);
    assert.equal(without.code, 1);
    assert.match(without.stderr, /^hyperdev: No process in .* has handlers that WIT could describe\.$/m);
    const nowhere = await wit(path.join(folder, 'nowhere'));
    assert.equal(nowhere.code, 2);
  });
});
