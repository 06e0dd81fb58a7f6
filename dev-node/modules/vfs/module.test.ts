import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { capabilityKey } from '../../kernel/capability.ts';
import { root } from '../capabilities.ts';
import { type AskOptions, InMemoryKernel } from '../testing/in-memory-kernel.ts';
import { createVfs } from './module.ts';

const missing = { Err: { IOError: 'No such file or directory (os error 2)' } };
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

describe('vfs (storage.md §2)', () => {
  let home: string;
  let kernel: InMemoryKernel;
  before(async () => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'vfs-'));
    kernel = await new InMemoryKernel().add(createVfs(path.join(home, 'vfs')));
  });
  after(() => fs.rmSync(home, { recursive: true }));

  const ask = async (at: string, action: unknown, options?: AskOptions) => {
    const answer = await kernel.ask('vfs:distro:sys', { path: at, action }, options);
    return answer && { json: answer.json, blob: text(answer.blob?.bytes), mime: answer.blob?.mime };
  };
  const json = async (at: string, action: unknown, blob?: string) =>
    (await ask(at, action, blob === undefined ? {} : { blob: Buffer.from(blob) }))?.json;

  test('§6.1: CreateDrive makes the drive and gives its caller both capabilities', async () => {
    assert.equal(await json('/app:me.os/d', 'CreateDrive'), 'Ok');
    const held = kernel.held('main:app:me.os');
    const issuer = { node: 'me.os', process: 'vfs:distro:sys' };
    for (const kind of ['read', 'write'])
      assert.ok(
        held.some(
          (c) => capabilityKey(c) === capabilityKey({ issuer, params: `{"drive":"/app:me.os/d","kind":"${kind}"}` }),
        ),
      );
    assert.ok(fs.statSync(path.join(home, 'vfs', 'app:me.os', 'd')).isDirectory());
  });

  test('§6.2-§6.4: what is not there, and what has no blob', async () => {
    assert.deepEqual(await json('app:me.os/d/../e/x', 'Write', 'a'), missing);
    assert.deepEqual(await json('/app:me.os/d/x', 'Append', 'a'), missing);
    assert.deepEqual(await json('/app:me.os/d/x', 'WriteAll', 'a'), missing);
    assert.deepEqual(await json('/app:me.os/d/x', 'Write'), { Err: 'NoBlob' });
    assert.deepEqual(await json('/app:me.os/d/x', { OpenFile: { create: false } }), missing);
  });

  test('§6.5: one cursor a file', async () => {
    const x = '/app:me.os/d/x';
    assert.equal(await json(x, { OpenFile: { create: true } }), 'Ok');
    assert.equal(await json(x, 'WriteAll', 'abc'), 'Ok');
    assert.deepEqual(await ask(x, 'ReadToEnd'), { json: 'Read', blob: '', mime: 'application/octet-stream' });
    assert.deepEqual(await json(x, { Seek: { Start: 1 } }), { SeekFrom: { new_offset: 1 } });
    assert.equal((await ask(x, 'ReadToEnd'))?.blob, 'bc');
    assert.deepEqual(await json(x, { Seek: { End: -3 } }), { SeekFrom: { new_offset: 0 } });
    assert.equal((await ask(x, { ReadExact: { length: 2 } }))?.blob, 'ab');
    assert.deepEqual(await json(x, { ReadExact: { length: 2 } }), { Err: { IOError: 'early eof' } });
    assert.deepEqual(await json(x, { Seek: { Current: -9 } }), { Err: { IOError: 'Invalid argument (os error 22)' } });
    await json(x, { Seek: { Start: 1 } });
    assert.equal(await json(x, 'WriteAll', 'XY'), 'Ok');
    assert.equal(await json(x, 'Append', '!'), 'Ok');
    assert.equal((await ask(x, 'Read'))?.blob, 'aXY!');
    assert.deepEqual(await json(x, 'Len'), { Len: 4 });
    assert.equal(await json(x, 'CloseFile'), 'Ok');
    assert.deepEqual(await json(x, 'ReadToString'), { ReadToString: 'aXY!' });
    assert.equal(await json(x, { SetLen: 2 }), 'Ok');
    const { createHash } = await import('node:crypto');
    assert.deepEqual(await json(x, 'Hash'), { Hash: [...createHash('sha256').update('aX').digest()] });
    assert.equal(await json(x, 'CreateFile'), 'Ok');
    assert.deepEqual(await json(x, 'Metadata'), { Metadata: { file_type: 'File', len: 0 } });
    assert.deepEqual(await ask(x, 'Read'), { json: 'Read', blob: '', mime: 'application/octet-stream' });
  });

  test('§6.6-§6.10: paths and capabilities', async () => {
    assert.deepEqual(await json('/app:me.os', 'ReadDir'), { Err: 'NoReadCap' });
    assert.deepEqual(await json('/', 'ReadDir'), { Err: 'NoReadCap' });
    assert.deepEqual(await json('/app:me.os/d', 'ReadDir'), {
      ReadDir: [{ path: 'app:me.os/d/x', file_type: 'File' }],
    });
    assert.deepEqual(await json('app:me.os//d/./', 'ReadDir'), {
      ReadDir: [{ path: 'app:me.os/d/x', file_type: 'File' }],
    });
    assert.deepEqual(await json('/other:me.os/d/x', 'Read'), { Err: 'NoReadCap' });
    assert.deepEqual(await json('/other:me.os/d/x', 'Write'), { Err: 'NoWriteCap' });
    assert.deepEqual(await json('/other:me.os/d', 'CreateDrive'), { Err: 'NoWriteCap' });
    assert.deepEqual(await json('/app:me.os/../other:me.os/d/x', 'Read'), { Err: 'NoReadCap' });
    assert.deepEqual(await json('/../etc/passwd', 'Read'), { Err: 'MalformedRequest' });
    assert.deepEqual(await json('/main:app:me.os/d/x', 'Read'), { Err: 'MalformedRequest' });
    assert.deepEqual(await json('/app:me.os', 'Read'), { Err: 'MalformedRequest' });
    assert.deepEqual(await json('/app:me.os/d/x', { OpenFile: true }), { Err: 'MalformedRequest' });
    assert.deepEqual(await json('/app:me.os/d/x', 'OpenFile'), { Err: 'MalformedRequest' });
    assert.deepEqual(await json('/app:me.os/d/x', { Metadata: null }), { Metadata: { file_type: 'File', len: 0 } });
  });

  test('§2.3: the root capability opens everything, the kernel needs none', async () => {
    kernel.grant('boss:store:sys', root('me.os', 'vfs:distro:sys'));
    const boss = { from: 'boss:store:sys' };
    assert.deepEqual((await ask('/', 'ReadDir', boss))?.json, {
      ReadDir: [{ path: 'app:me.os', file_type: 'Directory' }],
    });
    assert.equal((await ask('/app:me.os/d/x', 'Read', boss))?.json, 'Read');
    assert.equal((await ask('/app:me.os/d/x', 'Read', { from: 'kernel:distro:sys' }))?.json, 'Read');
    assert.equal((await ask('/new:me.os/pkg', 'CreateDrive', boss))?.json, 'Ok');
  });

  test('§2.3: a capability for one drive opens that drive only, and for its kind only', async () => {
    await json('/app:me.os/e', 'CreateDrive');
    const [readD] = kernel.held('main:app:me.os');
    assert.ok(readD && /read/.test(readD.params));
    kernel.grant('guest:guest:me.os', readD);
    const guest = { from: 'guest:guest:me.os' };
    assert.equal((await ask('/app:me.os/d/x', 'Read', guest))?.json, 'Read');
    assert.deepEqual((await ask('/app:me.os/d/x', 'CreateFile', guest))?.json, { Err: 'NoWriteCap' });
    assert.deepEqual((await ask('/app:me.os/d/x', { CopyFile: { new_path: 'guest:me.os/a/b' } }, guest))?.json, {
      Err: 'NoWriteCap',
    });
    assert.deepEqual((await ask('/app:me.os/e', 'ReadDir', guest))?.json, { Err: 'NoReadCap' });
  });

  test('directories: made, listed, refused, removed', async () => {
    assert.equal(await json('/app:me.os/d/a/b', 'CreateDirAll'), 'Ok');
    assert.equal(await json('/app:me.os/d/a/b', 'CreateDirAll'), 'Ok');
    assert.deepEqual(await json('/app:me.os/d/a', 'CreateDir'), { Err: { IOError: 'File exists (os error 17)' } });
    assert.deepEqual(await json('/app:me.os/d/a', { OpenFile: { create: true } }), {
      Err: { IOError: 'Is a directory (os error 21)' },
    });
    assert.deepEqual(await json('/app:me.os/d/a', 'RemoveFile'), { Err: { IOError: 'Is a directory (os error 21)' } });
    assert.deepEqual(await json('/app:me.os/d/a', 'RemoveDir'), {
      Err: { IOError: 'Directory not empty (os error 39)' },
    });
    assert.deepEqual(await json('/app:me.os/d/x', 'ReadDir'), { Err: { IOError: 'Not a directory (os error 20)' } });
    assert.deepEqual(await json('/app:me.os/d/x', 'RemoveDirAll'), {
      Err: { IOError: 'Not a directory (os error 20)' },
    });
    assert.equal(await json('/app:me.os/d/x', { Rename: { new_path: 'app:me.os/d/a/b/y' } }), 'Ok');
    assert.equal(await json('/app:me.os/d/a/b/y', { CopyFile: { new_path: '/app:me.os/d/z' } }), 'Ok');
    assert.deepEqual(await json('/app:me.os/d/z', { Rename: { new_path: 'nonsense' } }), { Err: 'MalformedRequest' });
    assert.equal(await json('/app:me.os/d/a', 'RemoveDirAll'), 'Ok');
    assert.deepEqual(await json('/app:me.os/d', 'ReadDir'), {
      ReadDir: [{ path: 'app:me.os/d/z', file_type: 'File' }],
    });
    assert.equal(await json('/app:me.os/d/z', 'RemoveFile'), 'Ok');
  });

  test('§2.6: AddZip unpacks, makes parents, overwrites; nothing escapes', async () => {
    const zip = (entries: Record<string, string>) =>
      Buffer.from(zipSync(Object.fromEntries(Object.entries(entries).map(([name, body]) => [name, strToU8(body)]))));
    const add = async (archive: Buffer) => (await ask('/app:me.os/d/u', 'AddZip', { blob: archive }))?.json;
    assert.equal(await add(zip({ 'a/b/c.txt': '1', '2': 'two' })), 'Ok');
    assert.equal(await add(zip({ 'a/b/c.txt': '22' })), 'Ok');
    assert.equal((await ask('/app:me.os/d/u/a/b/c.txt', 'Read'))?.blob, '22');
    for (const name of ['../out', '/etc/out', 'a/../../out', '..\\out', 'C:\\out'])
      assert.deepEqual(await add(zip({ [name]: 'x' })), { Err: 'UnzipError' }, name);
    const [error] = Object.values((await add(Buffer.from('no zip'))) as object);
    assert.match(error.ParseError.error, /^invalid Zip archive: /);
    assert.deepEqual(await json('/app:me.os/d/u', 'AddZip'), { Err: 'NoBlob' });
    // A bomb: its directory claims 1.5 GB for a few bytes.
    const bomb = zip({ 'big.txt': 'x' });
    bomb.writeUInt32LE(1_500_000_000, bomb.readUInt32LE(bomb.length - 6) + 24);
    const [tooBig] = Object.values((await add(bomb)) as object);
    assert.match(tooBig.ParseError.error, /more than 1024 MB once unpacked/);
    assert.deepEqual(await json('/app:me.os/d/u/big.txt', 'Metadata'), missing);
  });

  test('a symbolic link may not lead out of the vfs', { skip: process.platform === 'win32' }, async () => {
    const drive = path.join(home, 'vfs', 'app:me.os', 'd');
    fs.writeFileSync(path.join(home, 'secret'), 's');
    fs.symlinkSync(path.join(home, 'secret'), path.join(drive, 'out'));
    fs.symlinkSync(home, path.join(drive, 'outdir'));
    fs.symlinkSync(path.join(home, 'not-there'), path.join(drive, 'dangling'));
    fs.writeFileSync(path.join(drive, 'inner'), 'i');
    fs.symlinkSync('inner', path.join(drive, 'in'));
    const denied = { Err: { IOError: 'Permission denied (os error 13)' } };
    assert.deepEqual(await json('/app:me.os/d/out', 'Read'), denied);
    assert.deepEqual(await json('/app:me.os/d/outdir/secret', 'Read'), denied);
    assert.deepEqual(await json('/app:me.os/d/outdir/new', 'Write', 'x'), denied);
    assert.deepEqual(await json('/app:me.os/d/dangling', 'Write', 'x'), denied);
    assert.equal(fs.existsSync(path.join(home, 'not-there')), false);
    assert.equal((await ask('/app:me.os/d/in', 'Read'))?.blob, 'i');
    const listed = (await json('/app:me.os/d', 'ReadDir')) as { ReadDir: { path: string; file_type: string }[] };
    assert.ok(listed.ReadDir.some((e) => e.path === 'app:me.os/d/in' && e.file_type === 'Symlink'));
  });

  test('§1: requests of one process keep their order, unawaited', async () => {
    const at = '/app:me.os/d/order';
    await json(at, 'CreateFile');
    await Promise.all(Array.from({ length: 30 }, (_, i) => json(at, 'Append', `${i} `)));
    assert.equal((await ask(at, 'Read'))?.blob, `${Array.from({ length: 30 }, (_, i) => i).join(' ')} `);
  });

  test('§1: nothing is answered that nobody waits for; other nodes are ignored; metadata comes back', async () => {
    assert.equal(await ask('/app:me.os/d/order', 'Read', { expects: false }), undefined);
    assert.equal(await ask('/app:me.os/d/nothing', 'Read', { expects: false }), undefined);
    const other = { from: { node: 'other.os', process: 'main:app:me.os' }, expects: false };
    assert.equal(await ask('/app:me.os/d/other', 'CreateFile', other), undefined);
    assert.deepEqual(await json('/app:me.os/d/other', 'Metadata'), missing);
    const answer = await kernel.ask(
      'vfs:distro:sys',
      { path: '/app:me.os/d', action: 'Metadata' },
      { metadata: '{"a":1}' },
    );
    assert.equal(answer?.metadata, '{"a":1}');
  });
});
