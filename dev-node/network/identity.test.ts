import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { loadIdentity, loadNetworkSecret, networkKeyFile } from './identity.ts';

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'identity-'));
after(() => fs.rm(folder, { recursive: true }));

test('the identity is made once, private to the user, and a damaged one is not overwritten', async () => {
  const keys = await Promise.all([1, 2, 3].map(() => loadIdentity(folder)));
  const again = await loadIdentity(folder);
  for (const key of keys) assert.ok(key.equals(again));
  const file = path.join(folder, 'identity.key');
  if (process.platform !== 'win32') assert.equal((await fs.stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(await fs.readdir(folder), ['identity.key']);
  await fs.writeFile(file, 'nonsense');
  await assert.rejects(loadIdentity(folder), /holds no Ed25519 key/);
  assert.equal(await fs.readFile(file, 'utf8'), 'nonsense');
});

test('the secret follows from the name and the key file, and nothing else', async () => {
  const file = path.join(folder, 'keys', 'dev.key');
  const [one, two] = await Promise.all([loadNetworkSecret('dev', file), loadNetworkSecret('dev', file)]);
  assert.deepEqual(one, two);
  assert.notDeepEqual(await loadNetworkSecret('other', file), one);
  await fs.rm(file);
  assert.notDeepEqual(await loadNetworkSecret('dev', file), one);
});

test("a network's name cannot lead out of the folder of keys", () => {
  assert.equal(path.dirname(networkKeyFile('../../x')), path.dirname(networkKeyFile('dev')));
});
