/**
 * What the network asks of whatever carries its bytes. Two implementations: libp2p (TCP, Noise, Yamux) and the
 * in-memory twin. Both must have authenticated the peer id before a connection is shown here; names, frames and
 * messages are the network's own business.
 */

/** One direction of speech: the only stream on which this node speaks to that peer. */
export interface OutgoingStream {
  /** Queues bytes. False: the stream is full, wait for `drained` before the next call. Throws when closed. */
  send(bytes: Uint8Array): boolean;
  /** Resolves when bytes may be sent again; rejects when the stream ended. */
  drained(): Promise<void>;
  /** Sends what is queued, then ends; gives up after `withinMs`. */
  close(withinMs: number): Promise<void>;
  /** Called once, however the stream ended. */
  onClosed(listener: () => void): void;
}

export interface IncomingStream {
  onBytes(listener: (bytes: Uint8Array) => void): void;
  onClosed(listener: () => void): void;
}

/** A connection to a peer whose id is proved. There may be two at a time, when both sides dial at once. */
export interface Connection {
  readonly peerId: string;
  open(signal: AbortSignal): Promise<OutgoingStream>;
  /** Ends it at once, with all its streams. */
  abort(reason: string): void;
}

export interface TransportEvents {
  connected(connection: Connection): void;
  disconnected(connection: Connection): void;
  incoming(connection: Connection, stream: IncomingStream): void;
}

export interface Transport {
  readonly peerId: string;
  /** Addresses that others can dial, with the peer id. */
  readonly addresses: readonly string[];
  /**
   * Connects to a peer by its addresses, tried in order of the transport's liking; resolves with the peer's id. Resolves at
   * once if there is a connection. Rejects with a text for people.
   */
  dial(addresses: readonly string[], signal: AbortSignal): Promise<string>;
  /** Ends every connection and listener; nothing of it is left. */
  stop(): Promise<void>;
}

/** Begins to listen. No event is told before `startTransport` was called with the events. */
export type StartTransport = (events: TransportEvents) => Promise<Transport>;

/** The peer id at the end of a multiaddr, if it has one. */
export function peerIdOf(address: string): string | undefined {
  return /\/p2p\/([A-Za-z0-9]+)$/.exec(address)?.[1];
}
