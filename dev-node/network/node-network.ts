/**
 * The network of one node over any transport: finds the peer that holds a name, connects when a message needs it, keeps
 * connections up, and hands over what peers send (kernel.md §8, §17).
 */
import type { PrivateKey } from '@libp2p/interface';
import type { InboxItem, KernelMessage } from '../kernel/message.ts';
import { admit } from './admission.ts';
import { encodeEnvelope } from './envelope.ts';
import type { Network, NetworkOptions, PeerState } from './link.ts';
import { openNames } from './names.ts';
import { Peer } from './peer.ts';
import { createReconnect } from './reconnect.ts';
import { signRecord } from './record.ts';
import { type Sibling, type Siblings, watchSiblings } from './siblings.ts';
import { peerIdOf, type StartTransport, type Transport } from './transport.ts';

/** kernel.md §8: a node that does not answer within this time is offline. */
const connectWithinMs = 5000;
const defaultMessageLimit = 10_485_800;
/** Bytes that may wait for one slow peer. */
const queueLimit = 256 * 1024 * 1024;
const goodbyeWithinMs = 500;

export interface NodeNetworkOptions extends NetworkOptions {
  readonly key: PrivateKey;
  /** Look for other nodes beside our home folder. */
  readonly siblings: boolean;
}

interface Waiting {
  readonly message: KernelMessage;
  readonly payload: Uint8Array;
}

export async function startNodeNetwork(options: NodeNetworkOptions, start: StartTransport): Promise<Network> {
  const { events } = options;
  const messageLimit = options.messageLimit ?? defaultMessageLimit;
  const names = await openNames(options.home);
  const peers = new Map<string, Peer>();
  /** Messages in order for a name that is being connected. */
  const waiting = new Map<string, Waiting[]>();
  const listeners = new Set<() => void>();
  const reconnect = createReconnect();
  /** Addresses that a person gave, by the peer id that was found there. */
  const given = new Map<string, Set<string>>();
  /** Peers that were connected or found once: dialled again when they are lost. */
  const wanted = new Set<string>();
  /** Names of the peers that are connected, as the console was told. */
  const up = new Map<string, string>();
  const stopping = new AbortController();
  const sequence = Date.now();
  const print = (text: string) => events.print(0, text);
  /** Peers may connect while the transport is still starting: what they ask waits for it. */
  const started = Promise.withResolvers<Transport>();
  let siblings: Siblings | undefined;

  const peer = (peerId: string): Peer => {
    const known = peers.get(peerId);
    if (known) return known;
    const made = new Peer(
      peerId,
      {
        async hello() {
          const { peerId: own, addresses } = await started.promise;
          const record = { name: options.name, peerId: own, network: options.network, sequence };
          return signRecord({ ...record, addresses: [...addresses] }, options.key);
        },
        async admit(id, signed) {
          await started.promise;
          return admit(id, signed, { name: options.name, network: options.network, names, siblings: beside, print });
        },
        message: (message, from) => events.received(message, from),
        changed,
        print,
      },
      { message: messageLimit, queue: queueLimit },
    );
    peers.set(peerId, made);
    return made;
  };

  const changed = (one: Peer) => {
    keepUp(one);
    for (const listener of [...listeners]) listener();
  };

  const keepUp = (one: Peer) => {
    if (one.ready) {
      if (!up.has(one.peerId)) events.print(1, `network: connected to ${one.name} (peer ${one.peerId}).`);
      up.set(one.peerId, one.name!);
      wanted.add(one.peerId);
      reconnect.forget(one.peerId);
    } else if (!one.connected) {
      if (up.has(one.peerId)) events.print(1, `network: lost the connection to ${up.get(one.peerId)}.`);
      up.delete(one.peerId);
      if (!wanted.has(one.peerId)) return;
      // A peer that refuses us, or that we refuse, stays away until one side has changed.
      if (one.refusal !== undefined) wanted.delete(one.peerId);
      else retry(one.peerId, () => addressesOf(one));
    }
  };

  const retry = (key: string, addresses: () => readonly string[]) => {
    if (stopping.signal.aborted) return;
    reconnect.again(key, () => {
      dial(addresses()).catch(() => retry(key, addresses));
    });
  };

  /** Resolves with the peer's id when there is a connection. */
  const dial = async (addresses: readonly string[], signal = stopping.signal): Promise<string> => {
    const limited = AbortSignal.any([signal, stopping.signal, AbortSignal.timeout(connectWithinMs)]);
    return transport.dial(addresses, limited);
  };

  const beside = async () => (await siblings?.read()) ?? [];

  const addressesOf = (one: Peer) => [...new Set([...one.addresses, ...(given.get(one.peerId) ?? [])])];

  const readyPeer = (name: string): Peer | undefined => {
    const holder = names.holder(name);
    const one = holder && peers.get(holder.peerId);
    return one?.ready && one.name === name ? one : undefined;
  };

  /** Resolves when the peer is ready, under that name if one is given; rejects when it is gone or refused. */
  const ready = (one: Peer, name: string | undefined, signal: AbortSignal): Promise<Peer> =>
    new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        listeners.delete(look);
        signal.removeEventListener('abort', look);
        finish();
      };
      const look = () => {
        if (one.ready && (name === undefined || one.name === name)) end(() => resolve(one));
        else if (one.refusal !== undefined) end(() => reject(new Error(`it was refused: ${one.refusal}`)));
        else if (name !== undefined && one.name !== undefined && one.name !== name)
          end(() => reject(new Error(`the peer there is ${one.name}`)));
        else if (signal.aborted) end(() => reject(new Error('it did not say hello in time')));
        else if (!one.connected) end(() => reject(new Error('the connection was lost')));
      };
      listeners.add(look);
      signal.addEventListener('abort', look);
      look();
    });

  /** Finds and connects the node with that name; rejects with a text that ends a sentence. */
  const reach = async (name: string): Promise<Peer> => {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(connectWithinMs)]);
    const holder = names.holder(name);
    const running = (await beside()).filter((one) => one.name === name && one.alive);
    const candidates = new Map<string, readonly string[]>();
    if (holder) candidates.set(holder.peerId, holder.addresses);
    for (const sibling of running) candidates.set(sibling.peerId, sibling.addresses);
    if (candidates.size === 0)
      throw new Error(`no node of that name is known on the network ${options.network}; start it, or add it as a peer`);
    const problems: string[] = [];
    for (const [peerId, addresses] of candidates) {
      try {
        const known = peer(peerId);
        if (!known.connected) await dial(addresses, signal);
        return await ready(known, name, signal);
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error));
      }
    }
    throw new Error(problems.join('; '));
  };

  const undeliverable = (message: KernelMessage, why: string) =>
    events.undeliverable(message, `${message.target.node} is offline: ${why}.`);

  const send = (to: Peer, one: Waiting) => {
    if (!to.send(one.payload)) undeliverable(one.message, 'it takes messages more slowly than this node sends them');
  };

  const connectAndSend = async (name: string, queue: Waiting[]): Promise<void> => {
    let to: Peer | undefined;
    let why = '';
    try {
      to = await reach(name);
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    // In one turn of the event loop, so that no later message overtakes.
    waiting.delete(name);
    for (const one of queue) {
      if (to) send(to, one);
      else undeliverable(one.message, why);
    }
  };

  const dialSibling = (sibling: Sibling) => {
    names.livesAt(sibling.name, sibling.peerId, sibling.home);
    const one = peer(sibling.peerId);
    if (!one.connected) one.addresses = sibling.addresses;
    wanted.add(sibling.peerId);
    reconnect.forget(sibling.peerId);
    // A node that does not answer is found again by its next start, by its own dial, or when a message needs it.
    if (!one.connected) dial(sibling.addresses).catch(() => undefined);
  };

  const transport: Transport = await start({
    connected: (connection) => peer(connection.peerId).connectionOpened(connection),
    disconnected: (connection) => peers.get(connection.peerId)?.connectionClosed(connection),
    incoming: (connection, stream) => peer(connection.peerId).incoming(connection, stream),
  });
  names.claim(
    {
      name: options.name,
      peerId: transport.peerId,
      network: options.network,
      sequence,
      addresses: [...transport.addresses],
    },
    undefined,
  );
  siblings = options.siblings ? watchSiblings(options.home, options.network, dialSibling) : undefined;
  started.resolve(transport);

  const remember = async (address: string): Promise<void> => {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(connectWithinMs)]);
    try {
      const peerId = await dial([address], signal);
      const withId = peerIdOf(address) ? address : `${address}/p2p/${peerId}`;
      given.set(peerId, (given.get(peerId) ?? new Set()).add(withId));
      wanted.add(peerId);
      await ready(peer(peerId), undefined, signal);
    } catch (error) {
      if (!stopping.signal.aborted) reconnect.again(address, () => remember(address).catch(() => undefined));
      throw error;
    }
  };
  for (const address of options.peers)
    remember(address).catch((error: Error) =>
      print(`network: the peer ${address} cannot be reached: ${error.message}; trying again in the background.`),
    );
  for (const [name, holder] of names.entries())
    if (name !== options.name && holder.addresses.length > 0) dial(holder.addresses).catch(() => undefined);

  return {
    get addresses() {
      return transport.addresses;
    },
    peers: () => peerStates(),
    addPeer: remember,
    deliver(item: InboxItem) {
      if (item.kind === 'error') {
        print('network: a send error cannot travel to another node; this is a bug of the dev node.');
        return;
      }
      const { message } = item;
      const name = message.target.node;
      if (stopping.signal.aborted) return undeliverable(message, 'this node is stopping');
      const payload = encodeEnvelope({ kind: 'message', message });
      if (payload.length > messageLimit) {
        print(
          `network: a message from ${message.source.process} to ${name}@${message.target.process} is too large: ${payload.length} bytes, ${messageLimit} are allowed. It was not sent; split its blob.`,
        );
        return;
      }
      const one = { message, payload };
      const queue = waiting.get(name);
      if (queue) return void queue.push(one);
      const to = readyPeer(name);
      if (to) return send(to, one);
      const fresh = [one];
      waiting.set(name, fresh);
      void connectAndSend(name, fresh);
    },
    async stop() {
      if (stopping.signal.aborted) return;
      stopping.abort();
      siblings?.stop();
      reconnect.stop();
      await Promise.all([...peers.values()].map((one) => one.close(goodbyeWithinMs).catch(() => undefined)));
      await transport.stop();
      await names.saved();
    },
  };

  function peerStates(): PeerState[] {
    const states = new Map<string, PeerState>();
    for (const [name, { peerId, addresses }] of names.entries())
      if (name !== options.name) states.set(peerId, { name, peerId, state: 'offline', addresses });
    for (const one of peers.values()) {
      const known = states.get(one.peerId);
      const name = one.name ?? known?.name ?? names.nameOf(one.peerId);
      if (name === undefined) continue;
      states.set(one.peerId, {
        name,
        peerId: one.peerId,
        state: one.ready ? 'connected' : one.connected ? 'connecting' : 'offline',
        addresses: one.addresses.length > 0 ? one.addresses : (known?.addresses ?? []),
      });
    }
    return [...states.values()];
  }
}
