/** storage.md §2: the vfs, as processes of the package that owns a drive and of others see it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { zipSync } from 'fflate';
import { differs, statement } from '../frame.ts';
import { type CallChoice, call, calls } from '../module-calls.ts';
import { send } from '../steps.ts';
import type { Puppet, PuppetChoice, World } from '../world.ts';

const vfs = 'vfs:distro:sys';
const choice: PuppetChoice = { request: [vfs] };
const io = (text: string) => ({ Err: { IOError: text } });
const missing = io('No such file or directory (os error 2)');
const isDirectory = io('Is a directory (os error 21)');

/** A puppet with its drive `d`; `at('x')` is a path in it. */
async function drive(w: World) {
  const a = await w.puppet(choice);
  const at = (name: string) => `/${a.package}/d${name === '' ? '' : `/${name}`}`;
  await call(a, vfs, { path: at(''), action: 'CreateDrive' });
  return { a, at };
}

/** Actions on one path, in order: their answers, with a blob's bytes where one came. */
async function acts(a: Puppet, file: string, ...actions: readonly (readonly [unknown, CallChoice?])[]) {
  const done = await calls(
    a,
    vfs,
    actions.map(([action, more]) => [{ path: file, action }, more ?? {}] as const),
  );
  return done.map(({ answer, blob }) => (blob ? [answer, blob.bytes] : answer));
}

statement(
  'storage.md §2.3',
  'CreateDrive makes the drive and gives its caller both capabilities',
  async (w) => {
    const { a, at } = await drive(w);
    const held = (await a.one({ call: 'our-capabilities' })) as { issuer: string; params: string }[];
    const ours = held.filter(({ issuer }) => issuer.endsWith(vfs)).map(({ params }) => JSON.parse(params));
    for (const kind of ['read', 'write'])
      assert(ours.some((params) => params.kind === kind && params.drive === at('')));
    assert.deepEqual(await acts(a, at(''), ['CreateDrive']), ['Ok']);
  },
  { rust: true },
);

statement('storage.md §6', 'an action in a drive that was never made is an IOError', async (w) => {
  const { a, at } = await drive(w);
  assert.deepEqual(await acts(a, `${at('..')}/e/x`, ['Write', { blob: 'x' }]), [missing]);
  assert.deepEqual(await acts(a, at('x'), ['Append', { blob: 'x' }], ['Read'], ['Len']), [missing, missing, missing]);
});

statement('storage.md §2.2', 'Write, WriteAll, Append and AddZip without blob are NoBlob', async (w) => {
  const { a, at } = await drive(w);
  const noBlob = { Err: 'NoBlob' };
  const answers = await acts(a, at('x'), ['Write'], ['WriteAll'], ['Append'], ['AddZip']);
  assert.deepEqual(answers, [noBlob, noBlob, noBlob, noBlob]);
});

statement('storage.md §6', 'OpenFile, WriteAll, ReadToEnd and Seek share one cursor', async (w) => {
  const { a, at } = await drive(w);
  const answers = await acts(
    a,
    at('x'),
    [{ OpenFile: { create: true } }],
    ['WriteAll', { blob: 'abc' }],
    ['ReadToEnd'],
    [{ Seek: { Start: 1 } }],
    ['ReadToEnd'],
    [{ Seek: { End: -2 } }],
    [{ ReadExact: { length: 1 } }],
    [{ ReadExact: { length: 5 } }],
    [{ Seek: { Current: -9 } }],
  );
  assert.deepEqual(answers, [
    'Ok',
    'Ok',
    ['Read', ''],
    { SeekFrom: { new_offset: 1 } },
    ['Read', 'bc'],
    { SeekFrom: { new_offset: 1 } },
    ['Read', 'b'],
    io('early eof'),
    io('Invalid argument (os error 22)'),
  ]);
});

statement('storage.md §2.5', 'the cursor of a file is shared by all processes; CloseFile puts it back', async (w) => {
  const { a, b } = await w.puppets({ a: choice, b: choice });
  const file = `/${a.package}/d/x`;
  await call(a, vfs, { path: `/${a.package}/d`, action: 'CreateDrive' });
  await acts(a, file, ['Write', { blob: 'abcdef' }], [{ ReadExact: { length: 2 } }]);
  assert.deepEqual(await acts(b, file, [{ ReadExact: { length: 2 } }], ['CloseFile']), [['Read', 'cd'], 'Ok']);
  assert.deepEqual(await acts(a, file, ['ReadToString']), [{ ReadToString: 'abcdef' }]);
});

statement(
  'storage.md §2.5',
  'WriteAll overwrites at the cursor, Append at the end, Write the whole file',
  async (w) => {
    const { a, at } = await drive(w);
    const answers = await acts(
      a,
      at('x'),
      ['Write', { blob: 'abcdef' }],
      [{ OpenFile: { create: false } }],
      ['WriteAll', { blob: 'XY' }],
      ['Append', { blob: '!' }],
      ['Read'],
      ['Write', { blob: 'new' }],
      ['Read'],
      ['WriteAll', { blob: 'z' }],
      ['Read'],
    );
    const read = answers.filter((answer) => Array.isArray(answer));
    assert.deepEqual(read, [
      ['Read', 'XYcdef!'],
      ['Read', 'new'],
      // The cursor is where Append left it: the gap is zeros.
      ['Read', 'new\0\0\0\0z'],
    ]);
  },
);

statement(
  'storage.md §2.1',
  'OpenFile without create of a missing file, and of a directory, is an IOError',
  async (w) => {
    const { a, at } = await drive(w);
    assert.deepEqual(await acts(a, at('x'), [{ OpenFile: { create: false } }]), [missing]);
    await acts(a, at('dir'), ['CreateDir']);
    const answers = await acts(
      a,
      at('dir'),
      [{ OpenFile: { create: true } }],
      ['Read'],
      ['CreateFile'],
      ['Write', { blob: 'x' }],
    );
    assert.deepEqual(answers, [isDirectory, isDirectory, isDirectory, isDirectory]);
  },
);

statement('storage.md §2.1', 'CreateDir needs its parent and a free name; CreateDirAll needs neither', async (w) => {
  const { a, at } = await drive(w);
  assert.deepEqual(await acts(a, at('p/q'), ['CreateDir'], ['CreateDirAll'], ['CreateDirAll'], ['CreateDir']), [
    missing,
    'Ok',
    'Ok',
    io('File exists (os error 17)'),
  ]);
});

statement('storage.md §2.5', 'CreateFile makes an empty file, also of one that is there', async (w) => {
  const { a, at } = await drive(w);
  const answers = await acts(a, at('x'), ['CreateFile'], ['Write', { blob: 'abc' }], ['CreateFile'], ['Len'], ['Read']);
  assert.deepEqual(answers, ['Ok', 'Ok', 'Ok', { Len: 0 }, ['Read', '']]);
  assert.deepEqual(await acts(a, at('none/x'), ['CreateFile']), [missing]);
});

statement('storage.md §2.1', 'Metadata, Len, SetLen and Hash tell of the file as it is on disk', async (w) => {
  const { a, at } = await drive(w);
  const answers = await acts(
    a,
    at('x'),
    ['Write', { blob: 'abc' }],
    ['Metadata'],
    [{ SetLen: 5 }],
    ['Len'],
    ['Hash'],
    ['SyncAll'],
    ['Read'],
  );
  const hash = [...createHash('sha256').update('abc\0\0').digest()];
  assert.deepEqual(answers.slice(1), [
    { Metadata: { file_type: 'File', len: 3 } },
    'Ok',
    { Len: 5 },
    { Hash: hash },
    'Ok',
    ['Read', 'abc\0\0'],
  ]);
  const [directory] = (await acts(a, at(''), ['Metadata'])) as [{ Metadata: { file_type: string } }];
  assert.equal(directory.Metadata.file_type, 'Directory');
  assert.deepEqual(await acts(a, at('none'), ['Metadata'], ['Hash'], [{ SetLen: 1 }]), [missing, missing, missing]);
});

statement(
  'storage.md §2.4',
  'ReadDir names its entries from the vfs root, without a leading slash, not recursively',
  async (w) => {
    const { a, at } = await drive(w);
    assert.deepEqual(await acts(a, at(''), ['ReadDir']), [{ ReadDir: [] }]);
    await acts(a, at('sub/deep'), ['CreateDirAll']);
    await acts(a, at('x'), ['Write', { blob: '' }]);
    const [answer] = (await acts(a, at(''), ['ReadDir'])) as [{ ReadDir: { path: string }[] }];
    assert.deepEqual(
      answer.ReadDir.toSorted((one, two) => (one.path < two.path ? -1 : 1)),
      [
        { path: `${a.package}/d/sub`, file_type: 'Directory' },
        { path: `${a.package}/d/x`, file_type: 'File' },
      ],
    );
    assert.deepEqual(await acts(a, `${a.package}/d/sub`, ['ReadDir']), [
      { ReadDir: [{ path: `${a.package}/d/sub/deep`, file_type: 'Directory' }] },
    ]);
    assert.deepEqual(await acts(a, at('x'), ['ReadDir']), [io('Not a directory (os error 20)')]);
  },
);

statement('storage.md §2.4', 'ReadDir of the root, or of the own package, needs the root capability', async (w) => {
  const { a, b } = await w.puppets({ a: choice, b: { request: [vfs, { process: vfs, params: { root: true } }] } });
  const noRead = { Err: 'NoReadCap' };
  for (const root of ['/', `/${a.package}`, 'no package/x'])
    assert.deepEqual(await acts(a, root, ['ReadDir']), [noRead], root);
  const [all] = (await acts(b, '/', ['ReadDir'])) as [{ ReadDir: { path: string; file_type: string }[] }];
  assert(all.ReadDir.some((entry) => entry.path === a.package && entry.file_type === 'Directory'));
});

statement(
  'storage.md §2.3',
  'a drive of another package needs its capability, whether the file exists or not',
  async (w) => {
    const { a, at } = await drive(w);
    await acts(a, at('x'), ['Write', { blob: 'abc' }]);
    const stranger = await w.puppet(choice);
    const writes = [
      'CreateDir',
      'CreateFile',
      { OpenFile: { create: false } },
      'RemoveFile',
      'CloseFile',
      { SetLen: 1 },
    ];
    for (const action of [...writes, 'CreateDrive'])
      assert.deepEqual(await acts(stranger, at('x'), [action]), [{ Err: 'NoWriteCap' }], JSON.stringify(action));
    for (const action of ['Read', 'ReadDir', 'Metadata', 'Len', 'Hash', 'ReadToEnd'])
      assert.deepEqual(await acts(stranger, at('x'), [action]), [{ Err: 'NoReadCap' }], action);
    assert.deepEqual(await acts(stranger, at('none'), ['Read']), [{ Err: 'NoReadCap' }]);
  },
);

statement('storage.md §2.3', 'a drive capability opens the drive to another package, for what it says', async (w) => {
  const { a, at } = await drive(w);
  await acts(a, at('x'), ['Write', { blob: 'abc' }]);
  const params = { kind: 'read', drive: at('') };
  const reader = await w.puppet({ request: [vfs, { process: vfs, params }] });
  assert.deepEqual(await acts(reader, at('x'), ['Read'], ['Write', { blob: 'x' }]), [
    ['Read', 'abc'],
    { Err: 'NoWriteCap' },
  ]);
  const root = await w.puppet({ request: [vfs, { process: vfs, params: { root: true } }] });
  assert.deepEqual(await acts(root, at('x'), ['Append', { blob: 'd' }], ['Read']), ['Ok', ['Read', 'abcd']]);
});

statement('storage.md §2.3', 'every process of the package may use its drives, made or not', async (w) => {
  const { a, b } = await w.puppets({ a: choice, b: choice });
  await call(a, vfs, { path: `/${a.package}/d`, action: 'CreateDrive' });
  assert.deepEqual(await acts(b, `/${a.package}/d/x`, ['Write', { blob: 'b' }], ['Read']), ['Ok', ['Read', 'b']]);
  assert.deepEqual(await acts(b, `/${a.package}/never/x`, ['CreateDirAll']), ['Ok']);
});

statement(
  'storage.md §2.4',
  'a path outside the vfs, or whose first part is no package, is a MalformedRequest',
  async (w) => {
    const { a } = await drive(w);
    const malformed = { Err: 'MalformedRequest' };
    for (const at of ['/../etc/passwd', `/${a.id}/d/x`, `/${a.package}`, '/:x/d/y', ''])
      assert.deepEqual(await acts(a, at, ['Read']), [malformed], at);
  },
);

statement('storage.md §2.4', 'paths are normalised: leading and doubled slashes, `.` and `..`', async (w) => {
  const { a, at } = await drive(w);
  await acts(a, at('x'), ['Write', { blob: 'abc' }]);
  const p = a.package;
  for (const same of [`${p}/d/x`, `//${p}//d/./x`, `/${p}/other/../d/x`, `\\${p}/d/x/`])
    assert.deepEqual(await acts(a, same, ['Read']), [['Read', 'abc']], same);
});

statement('storage.md §1', 'what is no request is answered with MalformedRequest', async (w) => {
  const { a, at } = await drive(w);
  const malformed = { Err: 'MalformedRequest' };
  const answers = await acts(a, at('x'), ['OpenFile'], [{ OpenFile: true }], ['NoSuchAction']);
  assert.deepEqual(answers, [malformed, malformed, malformed]);
  assert.deepEqual((await call(a, vfs, 'no object')).answer, malformed);
  await acts(a, at('x'), ['Write', { blob: 'abc' }]);
  assert.deepEqual(await acts(a, at('x'), [{ Read: null }]), [['Read', 'abc']]);
});

statement(
  'storage.md §1',
  'a success carries the request’s metadata, an error none; blobs are octet-stream',
  async (w) => {
    const { a, at } = await drive(w);
    const metadata = '{"n":1}';
    const done = await call(a, vfs, { path: at('x'), action: 'Write' }, { blob: '', metadata });
    assert.equal(done.seen.response?.metadata, metadata);
    const failed = await call(a, vfs, { path: at('none'), action: 'Read' }, { metadata });
    assert.deepEqual([failed.answer, failed.seen.response?.metadata], [missing, null]);
    assert.deepEqual((await call(a, vfs, { path: at('x'), action: 'Read' })).blob, {
      mime: 'application/octet-stream',
      bytes: '',
    });
  },
);

statement('storage.md §1', 'nothing is answered to a request that expects nothing, not even an error', async (w) => {
  const { a, at } = await drive(w);
  const tell = (action: unknown) => send(`our@${vfs}`, JSON.stringify({ path: at('none'), action }));
  await a.do(tell('Read'), tell('CreateFile'));
  await acts(a, at('none'), ['Read']);
  assert.deepEqual(await a.recorded(), []);
});

statement('storage.md §2.1', 'RemoveFile, RemoveDir and RemoveDirAll', async (w) => {
  const { a, at } = await drive(w);
  await acts(a, at('p/q'), ['CreateDirAll']);
  await acts(a, at('p/x'), ['Write', { blob: 'abc' }]);
  assert.deepEqual(await acts(a, at('p'), ['RemoveFile'], ['RemoveDir']), [
    isDirectory,
    io('Directory not empty (os error 39)'),
  ]);
  assert.deepEqual(await acts(a, at('p/q'), ['RemoveDir'], ['RemoveDir']), ['Ok', missing]);
  assert.deepEqual(await acts(a, at('p/x'), ['RemoveDir'], ['RemoveFile'], ['RemoveFile']), [
    io('Not a directory (os error 20)'),
    'Ok',
    missing,
  ]);
  assert.deepEqual(await acts(a, at('p'), ['RemoveDirAll'], ['RemoveDirAll']), ['Ok', missing]);
});

statement('storage.md §2.3', 'Rename and CopyFile stay in the package, or need write on both drives', async (w) => {
  const { a, at } = await drive(w);
  await acts(a, at('x'), ['Write', { blob: 'abc' }]);
  const to = (name: string) => ({ new_path: at(name) });
  assert.deepEqual(await acts(a, at('x'), [{ CopyFile: to('y') }], [{ Rename: to('z') }], ['Read']), [
    'Ok',
    'Ok',
    missing,
  ]);
  assert.deepEqual(await acts(a, at('z'), ['Read']), [['Read', 'abc']]);
  assert.deepEqual(await acts(a, at('y'), ['Read']), [['Read', 'abc']]);
  const other = await w.puppet(choice);
  const foreign = { new_path: `/${other.package}/d/x` };
  assert.deepEqual(await acts(a, at('z'), [{ CopyFile: foreign }], [{ Rename: { new_path: '/x' } }]), [
    { Err: 'NoWriteCap' },
    { Err: 'MalformedRequest' },
  ]);
});

statement('storage.md §2.6', 'AddZip unpacks stored and deflated entries, and overwrites', async (w) => {
  const { a, at } = await drive(w);
  await acts(a, at('x'), ['Write', { blob: 'old' }]);
  const zip = zipSync({
    'sub/': new Uint8Array(),
    'sub/y': [Buffer.from('y'.repeat(50)), { level: 9 }],
    x: Buffer.from('new'),
  });
  assert.deepEqual(await acts(a, at(''), ['AddZip', { blob: [...zip] }]), ['Ok']);
  assert.deepEqual(await acts(a, at('x'), ['Read']), [['Read', 'new']]);
  assert.deepEqual(await acts(a, at('sub/y'), ['Read']), [['Read', 'y'.repeat(50)]]);
  const [broken] = (await acts(a, at(''), ['AddZip', { blob: 'no zip' }])) as [
    { Err: { ParseError: { error: string; path: string } } },
  ];
  assert.match(broken.Err.ParseError.error, /^invalid Zip archive: /);
});

differs(
  'storage.md §2.6',
  '`AddZip` fails for a file whose folder has no entry, and does not check names',
  'Missing folders are made; names that lead out of the target are `UnzipError`',
  async (w) => {
    const { a, at } = await drive(w);
    const zip = (name: string) => [...zipSync({ [name]: Buffer.from('x') })];
    assert.deepEqual(await acts(a, at(''), ['AddZip', { blob: zip('new/x') }], ['AddZip', { blob: zip('../out') }]), [
      'Ok',
      { Err: 'UnzipError' },
    ]);
    assert.deepEqual(await acts(a, at('new/x'), ['Read']), [['Read', 'x']]);
  },
);

differs(
  'storage.md §1',
  'Two requests of one process may overtake each other',
  'Requests of one process are done in order, and those for one package one after another',
  async (w) => {
    const { a, at } = await drive(w);
    await acts(a, at('x'), ['CreateFile']);
    const appends = Array.from({ length: 40 }, (_, n) =>
      send(`our@${vfs}`, JSON.stringify({ path: at('x'), action: 'Append' }), { blob: { bytes: `${n},` } }),
    );
    await a.do(...appends);
    const expected = Array.from({ length: 40 }, (_, n) => `${n},`).join('');
    assert.deepEqual(await acts(a, at('x'), ['Read']), [['Read', expected]]);
  },
);

differs(
  'storage.md §2.5',
  'Open files are handles, limited by fd-manager',
  'A cursor only; the file is opened for each request',
  async (w) => {
    const { a, at } = await drive(w);
    await acts(a, at('x'), ['Write', { blob: 'abc' }], [{ OpenFile: { create: false } }]);
    await acts(a, at(''), ['RemoveDirAll'], ['CreateDirAll']);
    assert.deepEqual(await acts(a, at('x'), ['WriteAll', { blob: 'y' }]), [missing]);
  },
);

differs(
  'storage.md §2.4',
  'Symbolic links are followed anywhere',
  'Followed inside the vfs only; out of it: `Permission denied (os error 13)`',
  async (w) => {
    const { a, at } = await drive(w);
    const folder = path.join(w.node.home, 'vfs', a.package, 'd');
    fs.symlinkSync(path.join(w.node.home, 'settings.json'), path.join(folder, 'out'));
    fs.writeFileSync(path.join(folder, 'x'), 'abc');
    fs.symlinkSync('x', path.join(folder, 'in'));
    assert.deepEqual(await acts(a, at('out'), ['Read']), [io('Permission denied (os error 13)')]);
    assert.deepEqual(await acts(a, at('in'), ['Read']), [['Read', 'abc']]);
    const [listed] = (await acts(a, at(''), ['ReadDir'])) as [{ ReadDir: { path: string; file_type: string }[] }];
    assert.equal(listed.ReadDir.find((entry) => entry.path.endsWith('/in'))?.file_type, 'Symlink');
  },
);

differs('storage.md §2.4', '`new_path` is joined as it was given', 'Normalised first', async (w) => {
  const { a, at } = await drive(w);
  await acts(a, at('x'), ['Write', { blob: 'abc' }], [{ CopyFile: { new_path: `${at('no')}/../y` } }]);
  assert.deepEqual(await acts(a, at('y'), ['Read']), [['Read', 'abc']]);
});

statement('storage.md §1', 'a request from another node is ignored', async (w) => {
  const networked = { ...choice, networking: true };
  const beta = await w.puppet(networked, { node: await w.other() });
  const { a, at } = await drive(w);
  await acts(a, at('x'), ['Write', { blob: 'abc' }]);
  const seen = await beta.ask(`${w.node.name}@${vfs}`, JSON.stringify({ path: at('x'), action: 'Read' }), 1);
  assert.equal(seen.error?.kind, 'timeout');
});

statement('storage.md §2.4', 'files lie in the home folder, at their path', async (w) => {
  const { a, at } = await drive(w);
  await acts(a, at('ü#'), ['Write', { blob: 'abc' }]);
  assert.equal(fs.readFileSync(path.join(w.node.home, 'vfs', a.package, 'd', 'ü#'), 'utf8'), 'abc');
});
