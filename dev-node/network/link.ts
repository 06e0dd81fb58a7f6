/**
 * The network as the kernel sees it: one recipient for all remote nodes. `libp2p.ts` implements it; tests may use an
 * in-memory twin that passes the same compliance suite.
 */
import type { KernelMessage, Recipient } from '../kernel/message.ts';

export interface NetworkEvents {
  /** A message from another node; `from` is the name that the peer has proved to hold (kernel.md §17). */
  received(message: KernelMessage, from: string): void;
  /** The message could not be handed to its node: the sender gets `offline` (§8). `detail` is one sentence for people. */
  undeliverable(message: KernelMessage, detail: string): void;
  /** A line on the node's console. */
  print(verbosity: number, text: string): void;
}

export interface PeerState {
  readonly name: string;
  readonly peerId: string;
  readonly state: 'connected' | 'connecting' | 'offline';
  readonly addresses: readonly string[];
}

export interface Network extends Recipient {
  /** Multiaddrs with peer id that others can dial. */
  readonly addresses: readonly string[];
  peers(): readonly PeerState[];
  /** Remembers and dials a peer by its multiaddr. */
  addPeer(address: string): Promise<void>;
  stop(): Promise<void>;
}

export interface NetworkOptions {
  /** This node's name; peers learn it in a signed record. */
  readonly name: string;
  /** The network's name: nodes of two networks never connect. */
  readonly network: string;
  /** Home folder: identity key and the names seen so far live there; other nodes' homes lie beside it. Must exist. */
  readonly home: string;
  /** The network's pre-shared key; default: one file a network name in the user's configuration folder, made when missing. */
  readonly keyFile?: string;
  /** The largest message in bytes, as it goes over the wire; default 10,485,800 (kernel.md §8, §17). */
  readonly messageLimit?: number;
  readonly listen: readonly string[];
  readonly peers: readonly string[];
  readonly events: NetworkEvents;
}
