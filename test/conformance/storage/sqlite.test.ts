/** storage.md §4: sqlite. */
import assert from 'node:assert/strict';
import { differs, statement } from '../frame.ts';
import { type CallChoice, calls } from '../module-calls.ts';
import type { Puppet, PuppetChoice, World } from '../world.ts';

const sqlite = 'sqlite:distro:sys';
const choice: PuppetChoice = { request: [sqlite] };

const packageObject = (id: string) => {
  const [package_name, publisher_node] = id.split(':');
  return { package_name, publisher_node };
};

type Action = readonly [unknown, CallChoice?];

const write = (statement: string, parameters?: string, tx_id: number | null = null): Action => [
  { Write: { statement, tx_id } },
  parameters === undefined ? {} : { blob: parameters },
];
const query = (sql: string, parameters?: string): Action => [
  { Query: sql },
  parameters === undefined ? {} : { blob: parameters },
];

/** The answers; of a query the text of its rows. */
async function actsOn(a: Puppet, owner: string, ...actions: readonly Action[]): Promise<unknown[]> {
  const bodies = actions.map(
    ([action, more]) => [{ package_id: packageObject(owner), db: 'db', action }, more ?? {}] as const,
  );
  return (await calls(a, sqlite, bodies)).map(({ answer, blob }) => (answer === 'Read' ? blob?.bytes : answer));
}

const acts = (a: Puppet, ...actions: readonly Action[]) => actsOn(a, a.package, ...actions);

async function table(w: World, columns = 'a, b') {
  const a = await w.puppet(choice);
  assert.deepEqual(await acts(a, ['Open'], write(`CREATE TABLE t (${columns})`)), ['Ok', 'Ok']);
  return a;
}

const failed = (text: string) => ({ Err: { RusqliteError: text } });

statement('storage.md §4.6', 'Write with parameters and Query: rows are objects keyed by column', async (w) => {
  const a = await table(w);
  const answers = await acts(
    a,
    write('INSERT INTO t(a,b) VALUES (?1,?2)', '["x y",1]'),
    query('SELECT a,b FROM t', '[]'),
    query('SELECT a FROM t WHERE b=?1', '[1]'),
    query('SELECT a FROM t WHERE b=?1', '[2]'),
    query('SELECT count(*) FROM t'),
  );
  assert.deepEqual(answers, ['Ok', '[{"a":"x y","b":1}]', '[{"a":"x y"}]', '[]', '[{"count(*)":1}]']);
});

statement('storage.md §4.3', 'a string that is valid base64 is bound as a blob, any other as text', async (w) => {
  const a = await table(w);
  const types = [];
  for (const text of ['test', '', 'user', 'x y', 'tes', 'é', 'ab=='])
    types.push(
      ...(
        await acts(
          a,
          write('DELETE FROM t'),
          write('INSERT INTO t(a) VALUES (?)', JSON.stringify([text])),
          query('SELECT typeof(a) k, a FROM t'),
        )
      ).slice(2),
    );
  const rows = types.map((row) => JSON.parse(row as string)[0]);
  assert.deepEqual(rows, [
    { k: 'blob', a: 'test' },
    { k: 'blob', a: '' },
    { k: 'blob', a: 'user' },
    { k: 'text', a: 'x y' },
    { k: 'text', a: 'tes' },
    { k: 'text', a: 'é' },
    // The bits after the last byte are not zero: not canonical.
    { k: 'text', a: 'ab==' },
  ]);
});

statement('storage.md §4.3', 'numbers keep their kind and all 64 bits, both ways', async (w) => {
  const a = await table(w);
  const insert = 'INSERT INTO t VALUES (?,?)';
  const [, , rows, literals] = await acts(
    a,
    write(insert, '[9007199254740993,1.0]'),
    write(insert, '[-9223372036854775808,9223372036854775808]'),
    query('SELECT typeof(a) ta, a, typeof(b) tb, b FROM t'),
    query('SELECT 1.0 x, 9007199254740993 y, 1e30 z'),
  );
  assert.match(String(rows), /"ta":"integer","a":9007199254740993,"tb":"real","b":1\.0\}/);
  assert.match(
    String(rows),
    /"a":-9223372036854775808,"tb":"real","b":(9223372036854776000\.0|9\.223372036854776e\+?18)\}/,
  );
  assert.match(String(literals), /"x":1\.0,"y":9007199254740993,"z":1(\.0)?e\+?30/);
});

statement('storage.md §4.3', 'true, false and null are 1, 0 and NULL; a blob comes back as base64', async (w) => {
  const a = await table(w);
  assert.deepEqual(
    await acts(
      a,
      write('INSERT INTO t VALUES (?,?)', '[true,null]'),
      write('INSERT INTO t VALUES (?,?)', '[false,"AAH/"]'),
      query('SELECT a, b, typeof(b) k FROM t'),
    ),
    ['Ok', 'Ok', '[{"a":1,"b":null,"k":"null"},{"a":0,"b":"AAH/","k":"blob"}]'],
  );
});

statement('storage.md §4.2', 'parameters that are no JSON array of plain values are InvalidParameters', async (w) => {
  const a = await table(w);
  for (const bad of ['', 'x', '{"a":1}', '[[1]]', '[{}]'])
    assert.deepEqual(await acts(a, query('SELECT 1', bad)), [{ Err: 'InvalidParameters' }], bad);
});

statement('storage.md §4.2', 'a wrong number of parameters is told with both numbers', async (w) => {
  const a = await table(w);
  const wrong = failed('Wrong number of parameters passed to query. Got 1, needed 2');
  assert.deepEqual(await acts(a, write('INSERT INTO t VALUES (?,?)', '[1]'), query('SELECT ?,?', '["a"]')), [
    wrong,
    wrong,
  ]);
});

statement('storage.md §4.4', 'the first word decides: read words for Query, write words for Write', async (w) => {
  const a = await table(w);
  const notWrite = { Err: 'NotAWriteKeyword' };
  const notRead = { Err: 'NotAReadKeyword' };
  for (const sql of [
    'SELECT 1',
    'PRAGMA user_version=1',
    '-- x\nINSERT INTO t VALUES (1,2)',
    'WITH x AS (SELECT 1) SELECT 1',
  ])
    assert.deepEqual(await acts(a, write(sql)), [notWrite], sql);
  for (const sql of ['INSERT INTO t VALUES (1,2)', 'SELECT*FROM t', 'DROP TABLE t'])
    assert.deepEqual(await acts(a, query(sql)), [notRead], sql);
  assert.deepEqual(await acts(a, query('  values (7)'), query('WITH x AS (SELECT 1 n) SELECT n FROM x')), [
    '[{"column1":7}]',
    '[{"n":1}]',
  ]);
});

statement('storage.md §4.4', 'the keyword is looked at before the parameters, these before the SQL', async (w) => {
  const a = await table(w);
  assert.deepEqual(await acts(a, write('SELECT 1', 'x'), write('INSERT INTO none VALUES (1)', 'x')), [
    { Err: 'NotAWriteKeyword' },
    { Err: 'InvalidParameters' },
  ]);
});

statement('storage.md §4.2', 'SQLite’s errors come in its own words', async (w) => {
  const a = await table(w, 'a UNIQUE, b');
  assert.deepEqual(
    await acts(
      a,
      query('SELECT 1 FROM none'),
      write('INSERT INTO t VALUES (1,1)'),
      write('INSERT INTO t VALUES (1,2)'),
    ),
    [failed('no such table: none'), 'Ok', failed('UNIQUE constraint failed: t.a')],
  );
});

statement('storage.md §4.4', 'only the first of several statements runs', async (w) => {
  const a = await table(w);
  assert.deepEqual(
    await acts(a, write('INSERT INTO t VALUES (1,1); INSERT INTO t VALUES (2,2)'), query('SELECT count(*) n FROM t')),
    ['Ok', '[{"n":1}]'],
  );
});

statement('storage.md §4.5', 'a transaction is buffered unchecked and runs as one at Commit', async (w) => {
  const a = await table(w, 'a UNIQUE, b');
  const [begun] = (await acts(a, ['BeginTx'])) as [{ BeginTx: { tx_id: number } }];
  const { tx_id } = begun.BeginTx;
  const insert = (n: number) => write('INSERT INTO t VALUES (?,?)', `[${n},0]`, tx_id);
  const commit: Action = [{ Commit: { tx_id } }];
  const count = query('SELECT count(*) n FROM t');
  assert.deepEqual(await acts(a, insert(1), insert(2), count, commit, count), [
    'Ok',
    'Ok',
    '[{"n":0}]',
    'Ok',
    '[{"n":2}]',
  ]);
  // An unknown id begins one; the first error takes all of it back.
  assert.deepEqual(await acts(a, insert(3), insert(1), commit, count, commit), [
    'Ok',
    'Ok',
    failed('UNIQUE constraint failed: t.a'),
    '[{"n":2}]',
    { Err: { NoTx: tx_id } },
  ]);
});

statement('storage.md §4.5', 'Open is for the own package; any process may write and query any database', async (w) => {
  const a = await table(w);
  const b = await w.puppet(choice);
  const refused = { Err: 'MismatchingPackageId' };
  assert.deepEqual(
    await actsOn(b, a.package, ['Open'], ['RemoveDb'], write('INSERT INTO t VALUES (1,2)'), query('SELECT a FROM t')),
    [refused, refused, 'Ok', '[{"a":1}]'],
  );
});

statement('storage.md §4.5', 'RemoveDb leaves an empty database', async (w) => {
  const a = await table(w);
  assert.deepEqual(await acts(a, ['RemoveDb'], query('SELECT 1 FROM t'), query('SELECT 1 x')), [
    'Ok',
    failed('no such table: t'),
    '[{"x":1}]',
  ]);
});

differs(
  'storage.md §4.2',
  "Some of SQLite's error texts end in ` in <sql> at offset <n>`",
  'The message alone',
  async (w) => {
    const a = await table(w);
    assert.deepEqual(await acts(a, query('SELECT nope FROM t')), [failed('no such column: nope')]);
  },
);

differs('storage.md §4.3', 'NaN and infinity in a result: no answer', '`null`', async (w) => {
  const a = await table(w);
  assert.deepEqual(await acts(a, query('SELECT 9e999 x')), ['[{"x":null}]']);
});
