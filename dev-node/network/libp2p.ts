/** The network that nodes really use. */
import * as fs from 'node:fs/promises';
import { loadIdentity, loadNetworkSecret } from './identity.ts';
import { libp2pTransport } from './libp2p-transport.ts';
import type { Network, NetworkOptions } from './link.ts';
import { startNodeNetwork } from './node-network.ts';

const onlyThisMachine = '/ip4/127.0.0.1/tcp/0';

/**
 * Listens and begins to connect: explicit peers, nodes whose homes lie beside ours, and peers known from earlier. Resolves when
 * the node can be dialled, without waiting for others. Without `listen` addresses it listens on this machine only.
 */
export async function startLibp2p(options: NetworkOptions): Promise<Network> {
  await fs.mkdir(options.home, { recursive: true });
  const [key, secret] = await Promise.all([
    loadIdentity(options.home),
    loadNetworkSecret(options.network, options.keyFile),
  ]);
  const listen = options.listen.length > 0 ? options.listen : [onlyThisMachine];
  return startNodeNetwork({ ...options, key, siblings: true }, libp2pTransport({ key, secret, listen }));
}
