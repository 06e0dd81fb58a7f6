/** Open WebSocket channels: frames in as messages, pushes out as frames (http-server.md §9.2-§9.4). */
import { randomInt } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Blob, ProcessId } from '../../kernel/message.ts';
import { jsonBody } from '../body.ts';
import type { FrameType, HttpServerError } from './actions.ts';
import { maxPingBytes } from './settings.ts';

export interface ChannelOpening {
  /** The request path without the process prefix, always with a leading slash. */
  readonly path: string;
  readonly peer: string | undefined;
  readonly forwardedFor: string | undefined;
}

/** Sends a message about a channel to the process that owns it. */
export type Deliver = (process: ProcessId, body: Uint8Array, blob: Blob | undefined) => void;

const text = new TextDecoder('utf-8', { ignoreBOM: true });
/** What `ws` reports when a connection ended without a Close frame. */
const droppedCode = 1006;

export class Channels {
  readonly #open = new Map<number, { readonly process: ProcessId; readonly socket: WebSocket }>();
  /** Also those whose id is gone already, but whose client has not answered yet. */
  readonly #sockets = new Set<WebSocket>();
  readonly #deliver: Deliver;

  constructor(deliver: Deliver) {
    this.#deliver = deliver;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Takes over a socket whose handshake is done: the process hears of it, then of each frame, then of its end. */
  add(process: ProcessId, socket: WebSocket, opening: ChannelOpening): void {
    const id = this.#freeId();
    this.#open.set(id, { process, socket });
    this.#sockets.add(socket);
    const tell = (body: unknown, blob?: Uint8Array) =>
      this.#deliver(process, jsonBody(body), blob && { mime: undefined, bytes: blob });
    const push = (type: FrameType, bytes: Uint8Array) =>
      tell({ WebSocketPush: { channel_id: id, message_type: type } }, bytes);

    tell({
      WebSocketOpen: {
        path: opening.path,
        channel_id: id,
        source_socket_addr: opening.peer ?? null,
        forwarded_for: opening.forwardedFor ?? null,
      },
    });
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data, isBinary) => push(isBinary ? 'Binary' : 'Text', data as Buffer));
    socket.on('ping', (data) => push('Ping', data));
    socket.on('pong', (data) => push('Pong', data));
    // A broken frame ends the connection; its `close` event follows.
    socket.on('error', () => socket.terminate());
    socket.on('close', (code, reason) => {
      this.#sockets.delete(socket);
      this.#open.delete(id);
      if (code !== droppedCode) push('Close', reason);
      tell({ WebSocketClose: id });
    });
  }

  #freeId(): number {
    for (;;) {
      const id = randomInt(0x1_0000_0000);
      if (!this.#open.has(id)) return id;
    }
  }

  /** One frame from the process that owns the channel; undefined if it went out. */
  push(from: ProcessId, id: number, type: FrameType, payload: Uint8Array): HttpServerError | undefined {
    if ((type === 'Ping' || type === 'Pong') && payload.length > maxPingBytes) return 'WsPingPongTooLong';
    const channel = this.#open.get(id);
    if (!channel || channel.process !== from || channel.socket.readyState !== WebSocket.OPEN)
      return 'WsChannelNotFound';
    const { socket } = channel;
    if (type === 'Text') socket.send(text.decode(payload));
    else if (type === 'Binary') socket.send(payload, { binary: true });
    else if (type === 'Ping') socket.ping(payload);
    else if (type === 'Pong') socket.pong(payload);
    else return this.close(from, id);
    return undefined;
  }

  /** The id is unknown from now on; the process still hears of the client's answer. An unknown channel is no error. */
  close(from: ProcessId, id: number): HttpServerError | undefined {
    const channel = this.#open.get(id);
    if (!channel) return undefined;
    if (channel.process !== from) return 'WsChannelNotFound';
    this.#open.delete(id);
    channel.socket.close();
    return undefined;
  }

  /** Ends every connection at once, for the node's stop. */
  dispose(): void {
    for (const socket of this.#sockets) socket.terminate();
  }
}
