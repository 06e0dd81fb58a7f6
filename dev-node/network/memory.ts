/**
 * The in-memory twin of the libp2p network: same names, frames and rules, no socket. For tests of many nodes in one
 * process; it passes the same compliance suite.
 */
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { loadIdentity, loadNetworkSecret } from './identity.ts';
import type { Network, NetworkOptions } from './link.ts';
import { startNodeNetwork } from './node-network.ts';
import {
  type Connection,
  type IncomingStream,
  type OutgoingStream,
  peerIdOf,
  type Transport,
  type TransportEvents,
} from './transport.ts';

/** Bytes on their way on one stream before it is full, as with Yamux' first window. */
const windowBytes = 256 * 1024;

export interface MemoryNetwork {
  start(options: NetworkOptions): Promise<Network>;
}

interface Endpoint {
  readonly peerId: string;
  readonly secret: string;
  readonly events: TransportEvents;
  readonly connections: Set<End>;
}

/** One side of a connection. */
interface End extends Connection {
  readonly owner: Endpoint;
  close(): void;
}

export function createMemoryNetwork(): MemoryNetwork {
  const endpoints = new Map<string, Endpoint>();
  return {
    async start(options) {
      await fs.mkdir(options.home, { recursive: true });
      const [key, secret] = await Promise.all([
        loadIdentity(options.home),
        loadNetworkSecret(options.network, options.keyFile),
      ]);
      const peerId = peerIdFromPrivateKey(key).toString();
      const address = `/memory/${randomUUID()}/p2p/${peerId}`;
      return startNodeNetwork({ ...options, key, siblings: true }, async (events) => {
        const self: Endpoint = {
          peerId,
          secret: Buffer.from(secret).toString('hex'),
          events,
          connections: new Set(),
        };
        endpoints.set(address, self);
        return transportOf(self, address, endpoints);
      });
    },
  };
}

function transportOf(self: Endpoint, address: string, endpoints: Map<string, Endpoint>): Transport {
  return {
    peerId: self.peerId,
    addresses: [address],
    async dial(addresses, signal) {
      await turn();
      if (signal.aborted) throw new Error(`nothing answered at ${addresses.join(', ')} in time`);
      const open = [...self.connections].find((one) => addresses.some((to) => peerIdOf(to) === one.peerId));
      if (open) return open.peerId;
      const other = addresses.map((to) => endpoints.get(to)).find((one) => one !== undefined);
      if (!other) throw new Error(`nothing listens at ${addresses.join(', ')}`);
      if (other === self) throw new Error(`${address} is this node itself`);
      if (other.secret !== self.secret)
        throw new Error(
          `the node at ${addresses.join(', ')} refused the handshake: it has another network name or key`,
        );
      connect(self, other);
      return other.peerId;
    },
    async stop() {
      endpoints.delete(address);
      for (const one of [...self.connections]) one.abort('the node stops');
      await turn();
    },
  };
}

function connect(dialler: Endpoint, listener: Endpoint): void {
  const streams = new Set<() => void>();
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    for (const end of [...streams]) end();
    for (const end of [near, far]) {
      end.owner.connections.delete(end);
      // Like a socket: nobody learns of it within the call that closed it.
      setImmediate(() => end.owner.events.disconnected(end));
    }
  };
  const endOf = (owner: Endpoint, peer: Endpoint, otherEnd: () => End): End => ({
    owner,
    peerId: peer.peerId,
    async open() {
      await turn();
      if (closed) throw new Error('the connection is closed');
      const [outgoing, incoming, end] = stream(() => streams.delete(end));
      streams.add(end);
      peer.events.incoming(otherEnd(), incoming);
      return outgoing;
    },
    abort: close,
    close,
  });
  const near: End = endOf(dialler, listener, () => far);
  const far: End = endOf(listener, dialler, () => near);
  for (const end of [near, far]) end.owner.connections.add(end);
  for (const end of [near, far]) end.owner.events.connected(end);
}

/** Bytes arrive in a later turn of the event loop, in order; the third value ends the stream. */
function stream(onEnd: () => void): [OutgoingStream, IncomingStream, () => void] {
  let ended = false;
  let onBytes: ((bytes: Uint8Array) => void) | undefined;
  let drained = Promise.withResolvers<void>();
  let underway = 0;
  let last: Promise<void> = Promise.resolve();
  const closedListeners: (() => void)[] = [];
  const end = () => {
    if (ended) return;
    ended = true;
    onEnd();
    drained.promise.catch(() => undefined);
    drained.reject(new Error('the stream has ended'));
    for (const listener of closedListeners) listener();
  };
  const outgoing: OutgoingStream = {
    send(bytes) {
      if (ended) throw new Error('the stream has ended');
      const copy = new Uint8Array(bytes);
      underway += copy.length;
      last = last.then(async () => {
        await turn();
        if (ended) return;
        underway -= copy.length;
        onBytes?.(copy);
        if (underway >= windowBytes) return;
        drained.resolve();
        drained = Promise.withResolvers();
      });
      return underway < windowBytes;
    },
    drained: () => (underway < windowBytes ? Promise.resolve() : drained.promise),
    async close() {
      await last;
      end();
    },
    onClosed: (listener) => void closedListeners.push(listener),
  };
  const incoming: IncomingStream = {
    onBytes(listener) {
      onBytes = listener;
    },
    onClosed: (listener) => void closedListeners.push(listener),
  };
  return [outgoing, incoming, end];
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
