/** other-modules.md §3 and §8: net as a process, and sign, contacts and the name indexer. */
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { decode, encode } from '@msgpack/msgpack';
import { differs, notEmulated, statement } from '../frame.ts';
import { call, calls } from '../module-calls.ts';
import { ask, type Bytes, type Seen, type SeenBlob, send } from '../steps.ts';
import type { Puppet, PuppetChoice } from '../world.ts';

const net = 'net:distro:sys';
const choice: PuppetChoice = { request: [net], grant: [net] };

interface Answer {
  readonly body: Buffer;
  readonly blob: Buffer | undefined;
}
const bytesOf = (seen: unknown): Buffer => Buffer.from(seen as string | number[]);

/** `action`: a value that goes as MessagePack, or hex. */
async function asking(a: Puppet, action: unknown, blob?: Bytes, seconds = 5): Promise<Answer> {
  const body = typeof action === 'object' && action instanceof Uint8Array ? [...action] : [...encode(action)];
  const step = ask(`our@${net}`, body, seconds, blob === undefined ? {} : { blob: { bytes: blob } });
  const [seen, got] = (await a.do(step, { call: 'get-blob' })) as [Seen, SeenBlob | null];
  if (!seen.response) throw new Error(`net: ${seen.error?.kind}`);
  return { body: bytesOf(seen.response.body), blob: got ? bytesOf(got.bytes) : undefined };
}

const hex = (text: string) => Buffer.from(text, 'hex');

statement('other-modules.md §10', 'Sign signs the asker’s address and the blob with the node’s key', async (w) => {
  const a = await w.puppet(choice);
  const { body, blob: signature } = await asking(a, hex('a45369676e'), 'x');
  assert.equal(body.toString('hex'), 'a65369676e6564');
  assert.equal(signature?.length, 64);
  const own = decode((await asking(a, { GetPeer: 'alpha.os' })).body) as { Peer: [string, string, unknown] };
  const key = own.Peer[1];
  assert.match(key, /^0x[0-9a-f]{64}$/);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: hex(key.slice(2)).toString('base64url') };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  assert(verify(null, Buffer.from(`${a.address}x`), publicKey, signature ?? Buffer.alloc(0)));
  const good = await asking(a, { Verify: [a.address, [...(signature ?? [])]] }, 'x');
  assert.equal(good.body.toString('hex'), '81a85665726966696564c3');
  const bad = await asking(a, { Verify: [a.address, [...(signature ?? [])]] }, 'y');
  assert.deepEqual(decode(bad.body), { Verified: false });
});

statement('other-modules.md §10', 'an unknown peer is nil', async (w) => {
  const a = await w.puppet(choice);
  assert.equal((await asking(a, hex('81a747657450656572a37a2e6f'))).body.toString('hex'), '81a450656572c0');
});

statement('other-modules.md §3.2', 'GetPeers and GetPeer tell of connected nodes, with their keys', async (w) => {
  const beta = await w.other();
  const a = await w.puppet(choice);
  const b = await w.puppet(choice, { node: beta });
  const { Peers } = decode((await asking(a, 'GetPeers')).body) as { Peers: [string, string, unknown][] };
  const seen = Peers.find(([name]) => name === 'beta.os');
  const own = decode((await asking(b, { GetPeer: 'beta.os' })).body) as { Peer: [string, string, unknown] };
  assert.equal(seen?.[1], own.Peer[1]);
  const looked = decode((await asking(a, { GetPeer: 'beta.os' })).body) as { Peer: [string, string, unknown] };
  assert.equal(looked.Peer[1], own.Peer[1]);
});

statement(
  'other-modules.md §3.2',
  'a signature of another node verifies here with that node’s key alone',
  async (w) => {
    const a = await w.puppet(choice);
    const b = await w.puppet(choice, { node: await w.other() });
    const { blob } = await asking(b, 'Sign', 'text');
    const verified = async (from: string, text: string) =>
      (decode((await asking(a, { Verify: [from, [...(blob ?? [])]] }, text)).body) as { Verified: boolean }).Verified;
    assert.equal(await verified(b.address, 'text'), true);
    assert.equal(await verified(b.address, 'other'), false);
    assert.equal(await verified(`alpha.os@${b.id}`, 'text'), false);
    assert.equal(await verified(`stranger.os@${b.id}`, 'text'), false);
  },
);

statement('other-modules.md §3.2', 'what cannot be decoded is not answered', async (w) => {
  const a = await w.puppet(choice);
  const seen = await a.ask(`our@${net}`, 'hello', 1);
  assert.equal(seen.error?.kind, 'timeout');
});

statement('other-modules.md §3.3', 'a text from another node is printed and acknowledged', async (w) => {
  const beta = await w.other();
  const b = await w.puppet({ networking: true }, { node: beta });
  const seen = await b.ask(`alpha.os@${net}`, 'hello there');
  assert.deepEqual([seen.from, seen.response?.body], [`alpha.os@${net}`, 'ack']);
  await w.printed('\u001b[3;32mbeta.os: hello there\u001b[0m', 0);
  const action = await b.ask(`alpha.os@${net}`, [...encode('GetPeers')]);
  assert.equal(action.response?.body, 'ack');
});

statement('other-modules.md §3.2', 'GetDiagnostics is a text', async (w) => {
  const a = await w.puppet(choice);
  const { Diagnostics } = decode((await asking(a, 'GetDiagnostics')).body) as { Diagnostics: string };
  assert.match(Diagnostics, /alpha\.os\r\n/);
});

const sign = 'sign:sign:sys';
const maySign: PuppetChoice = { request: [sign], grant: [sign] };

statement('other-modules.md §8', 'sign:sign:sys signs for the asker, and verifies for any node', async (w) => {
  const b = await w.puppet(maySign, { node: await w.other() });
  const a = await w.puppet(maySign);
  const { answer, blob } = await call(b, sign, 'NetKeySign', { blob: 'text' });
  assert.equal(answer, 'NetKeySign');
  const signature = [...bytesOf(blob?.bytes)];
  const verifyAt = async (text: string) =>
    (await call(a, sign, { NetKeyVerify: { node: b.address, signature } }, { blob: text })).answer;
  assert.deepEqual(await verifyAt('text'), { NetKeyVerify: true });
  assert.deepEqual(await verifyAt('other'), { NetKeyVerify: false });
  const made = await call(a, sign, 'NetKeyMakeMessage', { blob: 'text' });
  assert.deepEqual([made.answer, made.blob?.bytes], ['NetKeyMakeMessage', `alpha.os@${sign}${a.address}text`]);
});

const contacts = 'contacts:contacts:sys';

statement('other-modules.md §8', 'contacts are read and changed with the capability of each kind', async (w) => {
  const kinds = ['ReadNameOnly', 'Read', 'Add', 'Remove'];
  const a = await w.puppet({
    request: [contacts, ...kinds.map((params) => ({ process: contacts, params }))],
    grant: [contacts],
  });
  const shown = (name: string) => ({
    capabilities: [{ issuer: `alpha.os@${contacts}`, params: JSON.stringify(name) }],
  });
  const done = await calls(a, contacts, [
    [{ AddContact: 'x.os' }, shown('Add')],
    [{ AddField: ['x.os', 'age', '7'] }, shown('Add')],
    ['GetNames', shown('ReadNameOnly')],
    [{ GetContact: 'x.os' }, shown('Read')],
    [{ AddField: ['x.os', 'age', 'no json'] }, shown('Add')],
    ['GetAllContacts', shown('ReadNameOnly')],
    [{ RemoveContact: 'x.os' }, shown('Remove')],
    ['GetNames', shown('ReadNameOnly')],
  ]);
  assert.deepEqual(
    done.map(({ answer }) => answer),
    [
      'AddContact',
      'AddField',
      { GetNames: ['x.os'] },
      'GetContact',
      { Err: 'Malformed value' },
      { Err: 'Missing capability' },
      'RemoveContact',
      { GetNames: [] },
    ],
  );
  assert.equal(done[3]?.blob?.bytes, '{"age":7}');
});

differs(
  'other-modules.md §8',
  'contacts takes only names that the chain knows',
  'Any name: a dev node has no chain to ask',
  async (w) => {
    const a = await w.puppet({ request: [contacts, { process: contacts, params: 'Add' }], grant: [contacts] });
    const capabilities = [{ issuer: `alpha.os@${contacts}`, params: '"Add"' }];
    assert.equal((await call(a, contacts, { AddContact: 'no such name' }, { capabilities })).answer, 'AddContact');
  },
);

const indexer = 'hns-indexer:hns-indexer:sys';
differs(
  'other-modules.md §8',
  '`hns-indexer` and `hypermap-cacher` know all names and logs of the chain',
  '`NodeInfo` of nodes that this one has met; `{"Name":null}` for every hash, no logs',
  async (w) => {
    await w.other();
    const cacher = 'hypermap-cacher:hypermap-cacher:sys';
    const a = await w.puppet({ request: [indexer, cacher], grant: [indexer, cacher] });
    const [known, unknown, name] = await calls(a, indexer, [
      [{ NodeInfo: { name: 'beta.os', block: 0 } }],
      [{ NodeInfo: { name: 'nobody.os', block: 0 } }],
      [{ NamehashToName: { hash: '0x00', block: 0 } }],
    ]);
    assert.match(JSON.stringify(known?.answer), /^\{"NodeInfo":\{"name":"beta\.os","public_key":"0x/);
    assert.deepEqual([unknown?.answer, name?.answer], [{ NodeInfo: null }, { Name: null }]);
    const logs = await call(a, cacher, { GetLogsByRange: { from_block: 0, to_block: null } });
    assert.deepEqual(logs.answer, { GetLogsByRange: { Ok: { Latest: 0 } } });
  },
);

notEmulated(
  'other-modules.md §8',
  '`settings`, `file-explorer` and `fd-manager` answer',
  'The processes exist, so that capabilities granted to them do not vanish. A request to them is dropped with a line on the console, and its sender waits until its own timeout',
  async (w) => {
    const id = 'settings:settings:sys';
    const a = await w.puppet({ request: [id] });
    const seen = await a.ask(`our@${id}`, '"Reset"', 1);
    assert.equal(seen.error?.kind, 'timeout');
    await w.printed(`${id} does nothing on a dev node`, 0);
  },
);
notEmulated(
  'other-modules.md §8',
  '`spider` and `hyperwallet` are there',
  'Do not exist: a request that expects a response fails at once, as on a node without them',
  async (w) => {
    const a = await w.puppet({ request: ['spider:spider:sys'] });
    const seen = await a.ask('our@spider:spider:sys', '{"Ping":null}', 5);
    assert.equal(seen.error?.kind, 'timeout');
    assert(seen.ms < 1000);
  },
);

statement('other-modules.md §3.4', 'a node that nobody knows is offline at once', async (w) => {
  const a = await w.puppet({ networking: true });
  const seen = await a.ask('nobody.os@x:y:z.os', 'x', 5);
  assert.equal(seen.error?.kind, 'offline');
  assert(seen.ms < 1000);
  await a.do(send('nobody.os@x:y:z.os', 'x'));
  assert.deepEqual(await a.recorded(), []);
});
