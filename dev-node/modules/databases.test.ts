/** kv and sqlite (storage.md §3, §4). */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createKv } from './kv/module.ts';
import { createSqlite } from './sqlite/module.ts';
import { parameterNames } from './sqlite/parameters.ts';
import type { AskOptions } from './testing/in-memory-kernel.ts';
import { InMemoryKernel } from './testing/in-memory-kernel.ts';

const package_id = { package_name: 'app', publisher_node: 'me.os' };
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

describe('kv (storage.md §3)', () => {
  let home: string;
  let kernel: InMemoryKernel;
  before(async () => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'kv-'));
    kernel = await new InMemoryKernel().add(createKv(home));
  });
  after(async () => {
    await kernel.dispose();
    fs.rmSync(home, { recursive: true });
  });
  const ask = (action: unknown, options?: AskOptions, db = 'd') =>
    kernel.ask('kv:distro:sys', { package_id, db, action }, options);
  const json = async (action: unknown, blob?: string) =>
    (await ask(action, blob === undefined ? {} : { blob: Buffer.from(blob) }))?.json;

  test('§6.12: without Open neither reading nor writing is allowed', async () => {
    assert.deepEqual(await json({ Get: [1] }), { Err: 'NoReadCap' });
    assert.deepEqual(await json({ Set: { key: [1], tx_id: null } }, 'x'), { Err: 'NoWriteCap' });
    assert.deepEqual(await json('RemoveDb'), { Err: { IOError: 'No such file or directory (os error 2)' } });
  });

  test('§4.6: set, get, delete; the value travels as blob', async () => {
    assert.equal(await json('Open'), 'Ok');
    assert.equal(await json({ Set: { key: [107] } }, '\u0001\u0002'), 'Ok');
    const got = await ask({ Get: [107] });
    assert.deepEqual(
      [got?.json, text(got?.blob?.bytes), got?.blob?.mime],
      [{ Get: [107] }, '\u0001\u0002', 'application/octet-stream'],
    );
    assert.equal(await json({ Set: { key: [0, 255], tx_id: null } }, ''), 'Ok');
    assert.equal((await ask({ Get: [0, 255] }))?.blob?.bytes.length, 0);
    assert.deepEqual(await json({ Set: { key: [1], tx_id: null } }), { Err: 'MalformedRequest' });
    assert.equal(await json({ Delete: { key: [107] } }), 'Ok');
    assert.deepEqual(await json({ Get: [107] }), { Err: 'KeyNotFound' });
  });

  test('§3.3: a sibling process must open the database itself; another package cannot', async () => {
    assert.deepEqual((await ask({ Get: [0, 255] }, { from: 'other:app:me.os' }))?.json, { Err: 'NoReadCap' });
    assert.deepEqual((await ask('Open', { from: 'main:foreign:me.os' }))?.json, { Err: 'MismatchingPackageId' });
    assert.equal((await ask('Open', { from: 'other:app:me.os' }))?.json, 'Ok');
    assert.deepEqual((await ask({ Get: [0, 255] }, { from: 'other:app:me.os' }))?.json, { Get: [0, 255] });
  });

  test('§3.3: a transaction shows nothing until Commit, and its id is gone then', async () => {
    const { BeginTx } = (await json('BeginTx')) as { BeginTx: { tx_id: number } };
    assert.equal(await json({ Set: { key: [9], ...BeginTx } }, 'nine'), 'Ok');
    assert.deepEqual(await json({ Get: [9] }), { Err: 'KeyNotFound' });
    assert.equal(await json({ Commit: BeginTx }), 'Ok');
    assert.equal(text((await ask({ Get: [9] }))?.blob?.bytes), 'nine');
    assert.deepEqual(await json({ Commit: BeginTx }), { Err: { NoTx: BeginTx.tx_id } });
    assert.deepEqual(await json({ Set: { key: [9], tx_id: 5 } }, 'x'), { Err: { NoTx: 5 } });
  });

  test('§6.11: after RemoveDb the database is empty, not absent', async () => {
    assert.equal(await json('RemoveDb'), 'Ok');
    assert.deepEqual(await json({ Get: [9] }), { Err: 'KeyNotFound' });
  });

  test('a name that leads out of the home is refused; errors are answered always', async () => {
    for (const db of ['../x', '..', '', 'a/b', 'a\\b'])
      assert.deepEqual((await ask('Open', {}, db))?.json, { Err: 'MalformedRequest' }, db);
    assert.deepEqual((await ask('Nonsense', { expects: false }))?.json, { Err: 'MalformedRequest' });
    assert.equal(await ask({ Delete: { key: [1] } }, { expects: false }), undefined);
  });

  test('what was set survives a restart of the node', async () => {
    await json({ Set: { key: [3] } }, 'three');
    await kernel.dispose();
    const again = await new InMemoryKernel().add(createKv(home));
    again.grant('main:app:me.os', ...kernel.held('main:app:me.os'));
    const got = await again.ask('kv:distro:sys', { package_id, db: 'd', action: { Get: [3] } });
    assert.equal(text(got?.blob?.bytes), 'three');
    await again.dispose();
  });
});

describe('sqlite (storage.md §4)', () => {
  let home: string;
  let kernel: InMemoryKernel;
  before(async () => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'sqlite-'));
    kernel = await new InMemoryKernel().add(createSqlite(home));
    assert.equal(await run('Open'), 'Ok');
  });
  after(async () => {
    await kernel.dispose();
    fs.rmSync(home, { recursive: true });
  });
  const ask = (action: unknown, parameters?: string, from = 'main:app:me.os') =>
    kernel.ask(
      'sqlite:distro:sys',
      { package_id, db: 'd', action },
      { from, blob: parameters === undefined ? undefined : Buffer.from(parameters) },
    );
  const run = async (action: unknown, parameters?: string) => (await ask(action, parameters))?.json;
  const write = (statement: string, parameters?: string, tx_id: number | null = null) =>
    run({ Write: { statement, tx_id } }, parameters);
  const rows = async (sql: string, parameters?: string) => {
    const answer = await ask({ Query: sql }, parameters);
    return answer?.json === 'Read' ? text(answer.blob?.bytes) : answer?.json;
  };

  test('§4.6: write and query with parameters', async () => {
    assert.equal(await write('CREATE TABLE u(a, b)'), 'Ok');
    assert.equal(await write('INSERT INTO u(a,b) VALUES (?1,?2)', '["x y",1]'), 'Ok');
    assert.equal(await rows('SELECT a,b FROM u', '[]'), '[{"a":"x y","b":1}]');
    assert.equal(await rows('SELECT a FROM u WHERE b = :b', '[1]'), '[{"a":"x y"}]');
    assert.equal(await rows('SELECT a FROM u WHERE b = 99'), '[]');
  });

  test('§6.13: a string that is base64 is bound as bytes and comes back as the same text', async () => {
    await write('CREATE TABLE t(a)');
    assert.equal(await write('INSERT INTO t(a) VALUES (?)', '["test"]'), 'Ok');
    assert.equal(await rows('SELECT typeof(a) k, a FROM t'), '[{"k":"blob","a":"test"}]');
  });

  test('§6.14: the first word decides', async () => {
    assert.deepEqual(await write('SELECT 1'), { Err: 'NotAWriteKeyword' });
    assert.deepEqual(await rows('INSERT INTO t(a) VALUES (1)'), { Err: 'NotAReadKeyword' });
    assert.deepEqual(await rows('-- c\nSELECT 1'), { Err: 'NotAReadKeyword' });
    assert.deepEqual(await rows('SELECT*FROM t'), { Err: 'NotAReadKeyword' });
  });

  test('§6.15, §4.3: numbers keep their kind and all their digits', async () => {
    assert.equal(await rows('SELECT 1.0 x, 9007199254740993 y'), '[{"x":1.0,"y":9007199254740993}]');
    const kinds = await rows(
      'SELECT typeof(?) a, typeof(?) b, typeof(?) c, typeof(?) d, ? e',
      '[1,1.0,true,9223372036854775808,9223372036854775807]',
    );
    assert.equal(kinds, '[{"a":"integer","b":"real","c":"integer","d":"real","e":9223372036854775807}]');
    assert.equal(await rows('SELECT 1e30 x, NULL y, 9e999 z'), '[{"x":1e30,"y":null,"z":null}]');
  });

  test('§4.2: parameters that are none, too few, too many', async () => {
    for (const bad of ['', '{', '{}', '[[1]]', '[{}]'])
      assert.deepEqual(await rows('SELECT 1', bad), { Err: 'InvalidParameters' }, bad);
    const wrong = (got: number, needed: number) => ({
      Err: { RusqliteError: `Wrong number of parameters passed to query. Got ${got}, needed ${needed}` },
    });
    assert.deepEqual(await rows('SELECT ?, ?', '[1]'), wrong(1, 2));
    assert.deepEqual(await rows("SELECT '?'", '[1]'), wrong(1, 0));
  });

  test('§4.2: SQLite’s own errors, and a Write that returns rows', async () => {
    assert.deepEqual(await rows('SELECT * FROM none'), { Err: { RusqliteError: 'no such table: none' } });
    const returning = await write('INSERT INTO t(a) VALUES (1) RETURNING a');
    assert.deepEqual(returning, { Err: { RusqliteError: 'Execute returned results - did you mean to call query?' } });
  });

  test('§4.5: a transaction is all or nothing', async () => {
    await write('CREATE TABLE v(a UNIQUE)');
    const { BeginTx } = (await run('BeginTx')) as { BeginTx: { tx_id: number } };
    assert.equal(await write('INSERT INTO v VALUES (1)', undefined, BeginTx.tx_id), 'Ok');
    assert.equal(await write('INSERT INTO v VALUES (1)', undefined, BeginTx.tx_id), 'Ok');
    assert.equal(await rows('SELECT * FROM v'), '[]');
    assert.deepEqual(await run({ Commit: BeginTx }), { Err: { RusqliteError: 'UNIQUE constraint failed: v.a' } });
    assert.equal(await rows('SELECT * FROM v'), '[]');
    assert.deepEqual(await run({ Commit: BeginTx }), { Err: { NoTx: BeginTx.tx_id } });
    assert.equal(await write('INSERT INTO v VALUES (2)', undefined, 77), 'Ok');
    assert.equal(await run({ Commit: { tx_id: 77 } }), 'Ok');
    assert.equal(await rows('SELECT * FROM v'), '[{"a":2}]');
  });

  test('§4.4: of several statements only the first runs', async () => {
    assert.equal(await write('DELETE FROM v; DROP TABLE v'), 'Ok');
    assert.equal(await rows('SELECT count(*) FROM v'), '[{"count(*)":0}]');
  });

  test('§4.5: Open and RemoveDb are for the own package; the rest is not checked', async () => {
    assert.deepEqual((await ask('Open', undefined, 'main:foreign:me.os'))?.json, { Err: 'MismatchingPackageId' });
    assert.equal((await ask({ Query: 'SELECT 1' }, undefined, 'main:foreign:me.os'))?.json, 'Read');
    assert.equal(await run('RemoveDb'), 'Ok');
    assert.deepEqual(await rows('SELECT * FROM v'), { Err: { RusqliteError: 'no such table: v' } });
  });

  const statements: [string, readonly string[]][] = [
    ['SELECT ?, ?', ['', '']],
    ['SELECT ?2, ?1, ?', ['', '', '']],
    ['SELECT \':a\', "?", `?`, [?] -- ?\n, /* ? */ :a, :a, @b', [':a', '@b']],
    ["SELECT 'it''s ?', a$b FROM t; SELECT ?", []],
  ];
  for (const [sql, names] of statements)
    test(`parameters of ${JSON.stringify(sql)}`, () => assert.deepEqual(parameterNames(sql), names));
});
