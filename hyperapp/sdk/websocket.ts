/** Open WebSocket channels of browsers, and frames to them (http-server.md §9). */
import { sendAndForget } from './messages.ts';
import { bytesOf } from './text.ts';
import type { u32, WsMessageType } from './types.ts';

const server = 'our@http-server:distro:sys';
/** Channel to the path it was opened on. */
const open = new Map<number, string>();

export function channelOpened(channel: number, path: string): void {
  open.set(channel, path);
}

export function channelClosed(channel: number): void {
  open.delete(channel);
}

/** Channels open on a path: `/ws`. */
export function wsChannels(path: string): u32[] {
  return [...open].filter(([, opened]) => opened === path).map(([channel]) => channel);
}

/** Sends one frame. Text for a string, else Binary, unless `type` says otherwise. */
export function wsPush(channel: u32, payload: string | Uint8Array, type?: WsMessageType): void {
  const bytes = typeof payload === 'string' ? bytesOf(payload) : payload;
  const messageType = type ?? (typeof payload === 'string' ? 'Text' : 'Binary');
  sendAndForget(
    server,
    bytesOf(JSON.stringify({ WebSocketPush: { channel_id: channel, message_type: messageType } })),
    { blob: { mime: 'application/octet-stream', bytes } },
  );
}

/** Sends one frame to each channel open on a path. */
export function wsPushAll(path: string, payload: string | Uint8Array): void {
  for (const channel of wsChannels(path)) wsPush(channel, payload);
}

export function wsClose(channel: u32): void {
  sendAndForget(server, bytesOf(JSON.stringify({ WebSocketClose: channel })));
  open.delete(channel);
}
