/** storage.md §3: kv. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { differs, statement } from '../frame.ts';
import { type CallChoice, calls } from '../module-calls.ts';
import { send } from '../steps.ts';
import type { Puppet, PuppetChoice } from '../world.ts';

const kv = 'kv:distro:sys';
const choice: PuppetChoice = { request: [kv] };
const key = [...Buffer.from('k')];
const set = (value: string, tx_id: number | null = null): [unknown, CallChoice] => [
  { Set: { key, tx_id } },
  { blob: value },
];
const get: [unknown] = [{ Get: key }];

const packageObject = (id: string) => {
  const [package_name, publisher_node] = id.split(':');
  return { package_name, publisher_node };
};

async function acts(a: Puppet, ...actions: readonly (readonly [unknown, CallChoice?])[]) {
  return actsOn(a, a.package, 'db', ...actions);
}

async function actsOn(a: Puppet, owner: string, db: string, ...actions: readonly (readonly [unknown, CallChoice?])[]) {
  const bodies = actions.map(
    ([action, more]) => [{ package_id: packageObject(owner), db, action }, more ?? {}] as const,
  );
  return (await calls(a, kv, bodies)).map(({ answer, blob }) => (blob ? [answer, blob.bytes] : answer));
}

const notFound = { Err: 'KeyNotFound' };

statement('storage.md §3.1', 'Open, Set, Get and Delete; Get echoes the key and has the value as blob', async (w) => {
  const a = await w.puppet(choice);
  assert.deepEqual(await acts(a, ['Open'], get, set('value'), get, [{ Delete: { key } }], get, [{ Delete: { key } }]), [
    'Ok',
    notFound,
    'Ok',
    [{ Get: key }, 'value'],
    'Ok',
    notFound,
    'Ok',
  ]);
});

statement('storage.md §3.3', 'an empty value is a blob of no bytes; any bytes are a key', async (w) => {
  const a = await w.puppet(choice);
  const bytes = [0, 255, 10];
  const answers = await acts(
    a,
    ['Open'],
    set(''),
    get,
    [{ Set: { key: bytes, tx_id: null } }, { blob: [1, 255] }],
    [{ Get: bytes }],
  );
  assert.deepEqual(answers.slice(2), [[{ Get: key }, ''], 'Ok', [{ Get: bytes }, [1, 255]]]);
});

statement(
  'storage.md §3.2',
  'Set without blob, and what is no request, is a MalformedRequest, always answered',
  async (w) => {
    const a = await w.puppet(choice);
    const malformed = { Err: 'MalformedRequest' };
    assert.deepEqual(await acts(a, ['Open'], [{ Set: { key, tx_id: null } }], ['Nonsense']), [
      'Ok',
      malformed,
      malformed,
    ]);
    await a.do(send(`our@${kv}`, 'nonsense'));
    // Answers that were not asked for are discarded by the process's own side, so the trace tells.
    await w.traced('the answer', (e) => e.kind === 'response' && e.source.includes(kv) && e.target.includes(a.id));
  },
);

statement('storage.md §3.3', 'each process has to open the database itself', async (w) => {
  const { a, b } = await w.puppets({ a: choice, b: choice });
  await acts(a, ['Open'], set('value'));
  assert.deepEqual(await acts(b, get, set('x')), [{ Err: 'NoReadCap' }, { Err: 'NoWriteCap' }]);
  assert.deepEqual(await acts(b, ['Open'], get), ['Ok', [{ Get: key }, 'value']]);
});

statement('storage.md §3.3', 'Open and RemoveDb of another package’s database are refused', async (w) => {
  const a = await w.puppet(choice);
  const b = await w.puppet(choice);
  const refused = { Err: 'MismatchingPackageId' };
  assert.deepEqual(await actsOn(b, a.package, 'db', ['Open'], ['RemoveDb'], get), [
    refused,
    refused,
    { Err: 'NoReadCap' },
  ]);
});

statement(
  'storage.md §3.3',
  'Open gives the capabilities, and another package that was given one may use it',
  async (w) => {
    const a = await w.puppet(choice);
    await acts(a, ['Open'], set('value'));
    const params = { kind: 'read', db_key: [packageObject(a.package), 'db'] };
    const held = (await a.one({ call: 'our-capabilities' })) as { issuer: string; params: string }[];
    const own = held.filter(({ issuer }) => issuer.endsWith(`@${kv}`)).map((one) => JSON.parse(one.params));
    assert(own.some((one) => one.kind === 'read' && one.db_key[1] === 'db'));
    assert(
      own.some((one) => one.kind === 'write' && one.db_key[0].package_name === packageObject(a.package).package_name),
    );
    const b = await w.puppet({ request: [kv, { process: kv, params }] });
    assert.deepEqual(await actsOn(b, a.package, 'db', get, set('x')), [[{ Get: key }, 'value'], { Err: 'NoWriteCap' }]);
  },
);

statement('storage.md §3.3', 'RemoveDb empties the database and leaves it open', async (w) => {
  const a = await w.puppet(choice);
  assert.deepEqual(await acts(a, ['Open'], set('value'), ['RemoveDb'], get, set('new'), get), [
    'Ok',
    'Ok',
    'Ok',
    notFound,
    'Ok',
    [{ Get: key }, 'new'],
  ]);
});

statement('storage.md §3.3', 'a transaction is buffered, unseen by Get, and applied by Commit at once', async (w) => {
  const a = await w.puppet(choice);
  const [, begun] = (await acts(a, ['Open'], ['BeginTx'])) as ['Ok', { BeginTx: { tx_id: number } }];
  const { tx_id } = begun.BeginTx;
  assert(Number.isSafeInteger(tx_id));
  const answers = await acts(a, set('value', tx_id), get, [{ Commit: { tx_id } }], get, [{ Commit: { tx_id } }]);
  assert.deepEqual(answers, ['Ok', notFound, 'Ok', [{ Get: key }, 'value'], { Err: { NoTx: tx_id } }]);
  assert.deepEqual(await acts(a, set('x', 7)), [{ Err: { NoTx: 7 } }]);
});

statement('storage.md §3.3', 'what was set is there after a kill -9, without a new Open', async (w) => {
  const node = await w.launch('gamma.os');
  const a = await w.puppet(choice, { node });
  await acts(a, ['Open'], set('value'));
  await node.kill9();
  await node.start();
  w.forgetMarks(node);
  assert.deepEqual(await acts(w.at(a.id, node), get), [[{ Get: key }, 'value']]);
});

statement('storage.md §1', 'a private process gets answers only if it grants kv messaging', async (w) => {
  const silent = await w.puppet({ ...choice, public: false });
  const seen = await calls(silent, kv, [
    [{ package_id: packageObject(silent.package), db: 'db', action: 'Open' }, { seconds: 1 }],
  ]);
  assert.equal(seen[0]?.answer, 'timeout');
  const granting = await w.puppet({ ...choice, public: false, grant: [kv] });
  assert.deepEqual(await acts(granting, ['Open']), ['Ok']);
});

differs('storage.md §3.3', 'kv keeps its data in RocksDB', 'One SQLite file a database', async (w) => {
  const a = await w.puppet(choice);
  await acts(a, ['Open'], set('value'));
  const files = fs.readdirSync(path.join(w.node.home, 'kv', a.package), { recursive: true, encoding: 'utf8' });
  const [file] = files.filter((name) => fs.statSync(path.join(w.node.home, 'kv', a.package, name)).isFile());
  const head = fs.readFileSync(path.join(w.node.home, 'kv', a.package, file ?? '')).subarray(0, 15);
  assert.equal(head.toString(), 'SQLite format 3');
});

differs(
  'storage.md §3.1',
  'Database names are used as they are',
  'A name with `/`, `\\` or only dots is `MalformedRequest`',
  async (w) => {
    const a = await w.puppet(choice);
    for (const name of ['..', 'a/b', 'a\\b'])
      assert.deepEqual(await actsOn(a, a.package, name, ['Open']), [{ Err: 'MalformedRequest' }], name);
    assert.deepEqual(await actsOn(a, a.package, 'ä b', ['Open'], set('v'), get), ['Ok', 'Ok', [{ Get: key }, 'v']]);
  },
);
