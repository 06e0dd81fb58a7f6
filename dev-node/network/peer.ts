/**
 * One other node, by its peer id: its connections, the stream we speak on, and what it has proved about itself. A peer is
 * `ready` when it has proved its name and has taken ours: only then do messages go out.
 */
import type { KernelMessage } from '../kernel/message.ts';
import { decodeEnvelope, encodeEnvelope } from './envelope.ts';
import { FrameReader } from './frame.ts';
import type { NameRecord, SignedRecord } from './record.ts';
import { Sender } from './sender.ts';
import type { Connection, IncomingStream } from './transport.ts';

export interface PeerEvents {
  /** Our own signed record. */
  hello(): Promise<SignedRecord>;
  /** Whether that peer may speak under the name it claims; a sentence if not. */
  admit(
    peerId: string,
    signed: SignedRecord,
  ): Promise<{ readonly ok: true; readonly record: NameRecord } | { readonly ok: false; readonly detail: string }>;
  message(message: KernelMessage, from: string): void;
  /** Something that `ready`, `connected` or `refusal` is made of has changed. */
  changed(peer: Peer): void;
  print(text: string): void;
}

export interface PeerLimits {
  /** Bytes of one payload. */
  readonly message: number;
  /** Bytes that may wait for a slow peer before messages to it are refused. */
  readonly queue: number;
}

/** What a stream may send before its peer's name is proved: a record is small, and only a welcome may follow at once. */
const helloLimit = 16 * 1024;
const earlyPayloads = 4;
const helloWithinMs = 10_000;
const openWithinMs = 5_000;

export class Peer {
  readonly peerId: string;
  /** Where it can be dialled, as far as we know. */
  addresses: readonly string[] = [];
  readonly #events: PeerEvents;
  readonly #limits: PeerLimits;
  /** With the sequence of the record that came on it: after a restart of the peer the higher one is alive. */
  readonly #connections = new Map<Connection, number>();
  #sender: Sender | undefined;
  #senderConnection: Connection | undefined;
  /** It has taken the hello that we said on our present stream. */
  #welcome = false;
  #opening: Promise<void> = Promise.resolve();
  #record: NameRecord | undefined;
  #refusal: string | undefined;
  /** The refusal that the console was told last: not again at each try. */
  #told: string | undefined;

  constructor(peerId: string, events: PeerEvents, limits: PeerLimits) {
    this.peerId = peerId;
    this.#events = events;
    this.#limits = limits;
  }

  /** The name it has proved on a connection that still stands. */
  get name(): string | undefined {
    return this.#record?.name;
  }

  get connected(): boolean {
    return this.#connections.size > 0;
  }

  get ready(): boolean {
    return this.#record !== undefined && this.#welcome && this.#sender !== undefined && !this.#sender.closed;
  }

  /** Why the last connection was refused, by it or by us; forgotten at the next try. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Takes a payload for sending. False: too much is waiting already, or the peer is not ready. */
  send(payload: Uint8Array): boolean {
    if (!this.#sender || !this.ready) return false;
    if (this.#sender.queuedBytes + payload.length > this.#limits.queue) return false;
    this.#sender.push(payload);
    return true;
  }

  connectionOpened(connection: Connection): void {
    if (!this.connected) this.#refusal = undefined;
    this.#connections.set(connection, this.#record?.sequence ?? 0);
    // When both sides dialled at once there are two connections, and the hello came on one of them: that is enough.
    const timer = setTimeout(() => {
      if (this.#connections.has(connection) && !this.#record) connection.abort('no hello came');
    }, helloWithinMs);
    timer.unref();
    if (!this.#senderConnection) this.#opening = this.#openSender(connection);
    this.#events.changed(this);
  }

  connectionClosed(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    if (this.#senderConnection === connection) this.#dropSender();
    if (this.#connections.size === 0) this.#record = undefined;
    this.#events.changed(this);
  }

  incoming(connection: Connection, stream: IncomingStream): void {
    const reader = new FrameReader(helloLimit);
    /** Payloads that came behind a hello which is still being looked at. */
    const early: Uint8Array[] = [];
    let state: 'hello' | 'admitting' | 'admitted' | 'over' = 'hello';
    const breach = (error: unknown) => {
      state = 'over';
      const why = error instanceof Error ? error.message : String(error);
      this.#events.print(`network: closed the connection to ${this.#label()}: ${why}.`);
      connection.abort(why);
    };
    const take = (payload: Uint8Array) => {
      const envelope = decodeEnvelope(payload);
      if (envelope.kind === 'refusal') return this.#refusedByPeer(envelope.detail, connection);
      if (envelope.kind === 'hello') throw new Error('it said hello twice on one stream');
      if (envelope.kind === 'welcome') {
        this.#welcome = true;
        this.#events.changed(this);
        return;
      }
      const from = this.#record?.name;
      if (from === undefined || envelope.message.source.node !== from)
        throw new Error(`it sent a message in the name of ${envelope.message.source.node}`);
      this.#events.message(envelope.message, from);
    };
    const admit = async (payload: Uint8Array) => {
      const envelope = decodeEnvelope(payload);
      if (envelope.kind === 'refusal') return this.#refusedByPeer(envelope.detail, connection);
      if (envelope.kind !== 'hello') throw new Error('it spoke before it said hello');
      const answer = await this.#events.admit(this.peerId, envelope);
      if (!this.#connections.has(connection)) return;
      if (!answer.ok) return void (await this.#refuse(answer.detail));
      this.#admitted(answer.record, connection);
      state = 'admitted';
      reader.limit = this.#limits.message;
      for (const payload of early.splice(0)) take(payload);
      // Behind our own hello, which may still be waiting for its stream.
      await this.#opening;
      this.#sender?.push(encodeEnvelope({ kind: 'welcome' }));
    };
    stream.onBytes((bytes) => {
      if (state === 'over') return;
      try {
        for (const payload of reader.read(bytes)) {
          if (state === 'hello') {
            state = 'admitting';
            admit(payload).catch(breach);
          } else if (state === 'admitting') {
            early.push(payload);
            if (early.length > earlyPayloads) throw new Error('it sent messages before its name was proved');
          } else if (state === 'admitted') take(payload);
          else return;
        }
      } catch (error) {
        breach(error);
      }
    });
    stream.onClosed(() => {
      state = 'over';
    });
  }

  abort(reason: string): void {
    for (const connection of [...this.#connections.keys()]) connection.abort(reason);
  }

  /** Sends what waits, then ends our stream. */
  async close(withinMs: number): Promise<void> {
    await this.#sender?.close(withinMs);
  }

  async #openSender(connection: Connection): Promise<void> {
    this.#senderConnection = connection;
    this.#welcome = false;
    try {
      const [stream, hello] = await Promise.all([
        connection.open(AbortSignal.timeout(openWithinMs)),
        this.#events.hello(),
      ]);
      if (this.#senderConnection !== connection) return void (await stream.close(1));
      this.#sender = new Sender(stream, () => {
        if (this.#senderConnection === connection) connection.abort('our stream has ended');
      });
      this.#sender.push(encodeEnvelope({ kind: 'hello', ...hello }));
      this.#events.changed(this);
    } catch (error) {
      connection.abort(error instanceof Error ? error.message : String(error));
    }
  }

  #dropSender(): void {
    this.#sender = undefined;
    this.#senderConnection = undefined;
    const next = [...this.#connections.keys()].at(-1);
    if (next) this.#opening = this.#openSender(next);
  }

  #admitted(record: NameRecord, connection: Connection): void {
    this.#told = undefined;
    this.#record = record;
    this.addresses = record.addresses;
    this.#connections.set(connection, record.sequence);
    for (const [other, sequence] of [...this.#connections]) {
      if (sequence === 0) this.#connections.set(other, record.sequence);
      else if (sequence < record.sequence) other.abort('the peer has started anew');
    }
    this.#events.changed(this);
  }

  async #refuse(detail: string): Promise<void> {
    this.#tell(`network: refused ${this.#label()}: ${detail}.`);
    this.#refusal = detail;
    this.#events.changed(this);
    await this.#opening;
    this.#sender?.push(encodeEnvelope({ kind: 'refusal', detail }));
    await this.#sender?.close(1000);
    this.abort(detail);
  }

  #refusedByPeer(detail: string, connection: Connection): void {
    this.#tell(`network: ${this.#label()} refuses this node: ${detail}.`);
    this.#refusal = detail;
    connection.abort(detail);
    this.#events.changed(this);
  }

  #tell(text: string): void {
    if (this.#told !== text) this.#events.print(text);
    this.#told = text;
  }

  #label(): string {
    return this.name === undefined ? `peer ${this.peerId}` : `${this.name} (peer ${this.peerId})`;
  }
}
