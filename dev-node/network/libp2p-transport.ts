/** Bytes between nodes by libp2p: TCP, Noise, Yamux (kernel.md §17 leaves the transport to a dev node). */
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import type { Connection as Libp2pConnection, PrivateKey, Stream } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import type { Connection, IncomingStream, OutgoingStream, StartTransport } from './transport.ts';

const protocol = '/hyperware/message/1';
/** Many nodes share a host here; libp2p's own figure, 5 a second, refuses them (process-host.md §10). */
const connectionsPerSecond = 1000;
/** kernel.md §17: a ping every 30 s. A node under a debugger may need a while to answer. */
const pingEveryMs = 30_000;
const pingAnswerWithinMs = 20_000;
const closeWithinMs = 300;

export interface Libp2pTransportOptions {
  readonly key: PrivateKey;
  /** Both sides must have the same one to finish the Noise handshake. */
  readonly secret: Uint8Array;
  readonly listen: readonly string[];
}

export function libp2pTransport(options: Libp2pTransportOptions): StartTransport {
  return async (events) => {
    const node = await createLibp2p({
      start: false,
      privateKey: options.key,
      addresses: { listen: [...options.listen] },
      // Connections are idle most of the time: the monitor's ping finds the dead ones, no socket timer is needed.
      transports: [tcp({ inboundSocketInactivityTimeout: 0, outboundSocketInactivityTimeout: 0 })],
      connectionEncrypters: [noise({ prologueBytes: options.secret })],
      streamMuxers: [yamux()],
      connectionManager: {
        inboundConnectionThreshold: connectionsPerSecond,
        maxIncomingPendingConnections: 100,
        reconnectRetries: 0,
      },
      connectionMonitor: { pingInterval: pingEveryMs, pingTimeout: { minTimeout: pingAnswerWithinMs } },
    });
    const known = new Map<Libp2pConnection, Connection>();
    const connectionOf = (raw: Libp2pConnection): Connection => {
      const made = known.get(raw) ?? asConnection(raw);
      known.set(raw, made);
      return made;
    };
    /** A stream can be handed over before its connection is announced: announce each connection once, whichever comes first. */
    const announced = new Set<Libp2pConnection>();
    const announce = (raw: Libp2pConnection) => {
      if (announced.has(raw) || raw.status !== 'open') return;
      announced.add(raw);
      events.connected(connectionOf(raw));
    };
    node.addEventListener('connection:open', ({ detail }) => announce(detail));
    node.addEventListener('connection:close', ({ detail }) => {
      if (!announced.delete(detail)) return;
      events.disconnected(connectionOf(detail));
      known.delete(detail);
    });
    await node.handle(
      protocol,
      (stream, raw) => {
        announce(raw);
        events.incoming(connectionOf(raw), asIncoming(stream));
      },
      { maxInboundStreams: 2 },
    );
    await node.start();
    return {
      peerId: node.peerId.toString(),
      get addresses() {
        return node.getMultiaddrs().map(String);
      },
      async dial(addresses, signal) {
        let parsed: Multiaddr[];
        try {
          parsed = addresses.map((address) => multiaddr(address));
        } catch {
          throw new Error(`${addresses.join(', ')} is no multiaddr (such as /ip4/127.0.0.1/tcp/4001/p2p/12D3…)`);
        }
        try {
          return (await node.dial(parsed, { signal })).remotePeer.toString();
        } catch (error) {
          throw new Error(dialProblem(error, addresses, signal));
        }
      },
      async stop() {
        // Before libp2p does it: it waits half a second for a connection that its peer closes at the same time.
        const closing = node
          .getConnections()
          .map((raw) =>
            raw.close({ signal: AbortSignal.timeout(closeWithinMs) }).catch((error: Error) => raw.abort(error)),
          );
        await Promise.all(closing);
        await node.stop();
      },
    };
  };
}

function dialProblem(error: unknown, addresses: readonly string[], signal: AbortSignal): string {
  const where = addresses.join(', ');
  const causes = error instanceof AggregateError ? error.errors : [error];
  const text = causes.map((one) => (one instanceof Error ? `${one.name}: ${one.message}` : String(one))).join('; ');
  if (signal.aborted || /AbortError|TimeoutError/.test(text)) return `nothing answered at ${where} in time`;
  if (/EncryptionFailed|InvalidCrypto|handshake/i.test(text))
    return `the node at ${where} refused the handshake: it has another network name or key`;
  if (/ECONNREFUSED/.test(text)) return `nothing listens at ${where}`;
  if (/UnexpectedPeer/.test(text)) return `the node at ${where} has another peer id`;
  return `${where} cannot be dialled: ${text}`;
}

function asConnection(raw: Libp2pConnection): Connection {
  let aborted = false;
  return {
    peerId: raw.remotePeer.toString(),
    open: async (signal) => asOutgoing(await raw.newStream(protocol, { signal })),
    abort(reason) {
      // Aborting ends the streams, and whoever hears of that may abort again before the first call is through.
      if (aborted || raw.status !== 'open') return;
      aborted = true;
      raw.abort(new Error(reason));
    },
  };
}

function asOutgoing(stream: Stream): OutgoingStream {
  return {
    send: (bytes) => stream.send(bytes),
    drained: () => stream.onDrain(),
    async close(withinMs) {
      try {
        await stream.close({ signal: AbortSignal.timeout(withinMs) });
      } catch (error) {
        stream.abort(error instanceof Error ? error : new Error(String(error)));
      }
    },
    onClosed: (listener) => stream.addEventListener('close', () => listener(), { once: true }),
  };
}

function asIncoming(stream: Stream): IncomingStream {
  return {
    onBytes: (listener) =>
      stream.addEventListener('message', ({ data }) => listener(data instanceof Uint8Array ? data : data.subarray())),
    onClosed(listener) {
      stream.addEventListener('remoteCloseWrite', () => {
        // The peer has said all it had to say; ending our half frees the stream.
        stream.close().catch((error: Error) => stream.abort(error));
      });
      stream.addEventListener('close', () => listener(), { once: true });
    },
  };
}
