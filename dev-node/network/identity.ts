/** The keys of a node: its own Ed25519 key, which is its peer id, and the key of its network. */
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import type { Ed25519PrivateKey } from '@libp2p/interface';

const identityFile = 'identity.key';

/** Reads `<home>/identity.key`, or makes it at the first start. A file that is no key is refused, never overwritten. */
export async function loadIdentity(home: string): Promise<Ed25519PrivateKey> {
  const file = path.join(home, identityFile);
  const stored = await readOrCreate(file, async () =>
    Buffer.from(privateKeyToProtobuf(await generateKeyPair('Ed25519'))).toString('base64'),
  );
  try {
    const key = privateKeyFromProtobuf(Buffer.from(stored, 'base64'));
    if (key.type === 'Ed25519') return key;
  } catch {
    // Told below, with the file's name: the decoder's own text would mean nothing to a person.
  }
  throw new Error(
    `${file} holds no Ed25519 key. Put the right file back, or remove it: the node then gets a new peer id, and nodes that know its name refuse it until they forget the old one.`,
  );
}

/** Where the keys of this user's networks lie, unless told otherwise. */
export function networkKeyFile(network: string): string {
  const config =
    process.platform === 'win32'
      ? (process.env['APPDATA'] ?? path.join(os.homedir(), 'AppData', 'Roaming'))
      : (process.env['XDG_CONFIG_HOME'] ?? path.join(os.homedir(), '.config'));
  return path.join(config, 'hyperware', 'networks', `${encodeURIComponent(network)}.key`);
}

/**
 * The network's secret: 32 bytes from its name and its key file, which is made at the first start of a node on it.
 * It goes into the Noise handshake as prologue: two sides with different secrets cannot finish the handshake.
 */
export async function loadNetworkSecret(network: string, keyFile = networkKeyFile(network)): Promise<Uint8Array> {
  await fs.mkdir(path.dirname(keyFile), { recursive: true, mode: 0o700 });
  const key = await readOrCreate(keyFile, async () => randomBytes(32).toString('hex'));
  if (!/^[0-9a-f]{64}$/.test(key))
    throw new Error(
      `${keyFile} holds no network key (64 hex digits). Put the key of the network ${network} there, or remove the file to found a network of your own.`,
    );
  return createHash('sha256').update('hyperware dev network\0').update(network).update('\0').update(key).digest();
}

/** Two nodes may start at the same moment: the file appears whole (a link of a finished file) and the first one wins. */
async function readOrCreate(file: string, create: () => Promise<string>): Promise<string> {
  try {
    return (await fs.readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await fs.writeFile(draft, `${await create()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await fs.link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await fs.unlink(draft);
  }
  return (await fs.readFile(file, 'utf8')).trim();
}
