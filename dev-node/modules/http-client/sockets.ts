/** WebSocket connections that apps open to the outside (other-modules.md §2.4). */
import { WebSocket } from 'ws';
import { formatAddress } from '../../kernel/address.ts';
import type { Address, Blob } from '../../kernel/message.ts';
import { jsonBody } from '../body.ts';
import { HttpClientFailure, type WebSocketOpening } from './actions.ts';

/** Sends a message about a channel to the app that opened it. */
export type Deliver = (owner: Address, body: Uint8Array, blob: Blob | undefined) => void;

interface Channel {
  readonly socket: WebSocket;
  /** The app has closed it: data is no longer delivered, the end is. */
  closing: boolean;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Sockets {
  /** `address channel-id`. */
  readonly #channels = new Map<string, Channel>();
  readonly #all = new Set<WebSocket>();
  readonly #deliver: Deliver;

  constructor(deliver: Deliver) {
    this.#deliver = deliver;
  }

  /** Resolves after the handshake; frames are delivered after that only. An open channel of that id is replaced. */
  async open(owner: Address, { url: text, headers, channel_id: id }: WebSocketOpening): Promise<() => void> {
    if (!URL.canParse(text)) throw new HttpClientFailure({ BadUrl: { url: text } });
    const url = new URL(text).href;
    const early: (() => void)[] = [];
    let answered = false;
    const later = (tell: () => void) => (answered ? tell() : void early.push(tell));
    const key = `${formatAddress(owner)} ${id}`;
    let channel: Channel | undefined;
    try {
      const socket = new WebSocket(url, { headers, perMessageDeflate: false });
      this.#all.add(socket);
      channel = { socket, closing: false };
      await this.#connect(owner, id, key, channel, later);
    } catch {
      if (channel) this.#all.delete(channel.socket);
      throw new HttpClientFailure({ WsOpenFailed: { url } });
    }
    this.#channels.get(key)?.socket.close();
    this.#channels.set(key, channel);
    // The app still awaits the answer: it must get that first (§2.4).
    return () => {
      answered = true;
      for (const tell of early) tell();
    };
  }

  #connect(
    owner: Address,
    id: number,
    key: string,
    channel: Channel,
    later: (tell: () => void) => void,
  ): Promise<void> {
    const { socket } = channel;
    const tell = (body: unknown, blob?: Blob) => later(() => this.#deliver(owner, jsonBody(body), blob));
    const push = (type: string, blob?: Blob) => {
      if (!channel.closing) tell({ WebSocketPush: { channel_id: id, message_type: type } }, blob);
    };
    return new Promise((resolve, reject) => {
      let opened = false;
      socket.binaryType = 'nodebuffer';
      socket.on('open', () => {
        opened = true;
        resolve();
      });
      socket.on('error', reject);
      socket.on('message', (data, isBinary) =>
        push(isBinary ? 'Binary' : 'Text', {
          mime: isBinary ? 'application/octet-stream' : 'text/plain',
          bytes: data as Buffer,
        }),
      );
      socket.on('ping', () => push('Ping'));
      socket.on('pong', () => push('Pong'));
      socket.on('close', () => {
        this.#all.delete(socket);
        if (this.#channels.get(key) === channel) this.#channels.delete(key);
        if (opened) tell({ WebSocketClose: { channel_id: id } });
      });
    });
  }

  /** One frame. A failure while sending is not told (§2.4). */
  push(owner: Address, id: number, type: string, blob: Blob | undefined): void {
    const channel = this.#channels.get(`${formatAddress(owner)} ${id}`);
    if (!channel) throw new HttpClientFailure({ WsPushUnknownChannel: { channel_id: id } });
    const { socket } = channel;
    if (type === 'Close') {
      socket.close();
      return;
    }
    if (type === 'Ping' || type === 'Pong') {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (type === 'Ping') socket.ping();
      else socket.pong();
      return;
    }
    if (!blob) throw new HttpClientFailure('WsPushNoBlob');
    socket.send(type === 'Text' ? textOf(blob.bytes) : blob.bytes, () => undefined);
  }

  close(owner: Address, id: number): void {
    const key = `${formatAddress(owner)} ${id}`;
    const channel = this.#channels.get(key);
    if (!channel) throw new HttpClientFailure({ WsCloseFailed: { channel_id: id } });
    channel.closing = true;
    this.#channels.delete(key);
    channel.socket.close();
  }

  dispose(): void {
    for (const socket of this.#all) socket.terminate();
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new HttpClientFailure('WsPushBadText');
  }
}
