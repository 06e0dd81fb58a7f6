/** The network's peers as modules see them: names with their keys (other-modules.md §3). */
import { peerIdFromString } from '@libp2p/peer-id';
import type { KnownNode, NetworkView } from '../kernel/module-set.ts';
import { loadIdentity } from './identity.ts';
import type { PeerState } from './link.ts';

/** The raw ed25519 key that is a peer's id; undefined for ids of other kinds, which no dev node has. */
function keyOf(peerId: string): Uint8Array | undefined {
  const id = peerIdFromString(peerId);
  return id.type === 'Ed25519' ? id.publicKey.raw : undefined;
}

/** The view of a node whose identity lies in `home`; `peers` is asked each time. */
export async function networkView(home: string, peers: () => readonly PeerState[]): Promise<NetworkView> {
  const identity = await loadIdentity(home);
  return {
    seed: identity.raw.subarray(0, 32),
    nodes: () =>
      peers().flatMap(({ name, peerId, state, addresses }): KnownNode[] => {
        const key = keyOf(peerId);
        return key ? [{ name, key, connected: state === 'connected', addresses }] : [];
      }),
  };
}
