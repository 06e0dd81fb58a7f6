/** What http-server sends to a process, and how it is answered (http-server.md §4, §5, §9.2). */
import { parseJson, writeJson } from './json.ts';
import type { Answer, HttpExchange } from './messages.ts';
import { bytesOf, textOf } from './text.ts';
import type { WsMessageType } from './types.ts';

export const httpServer = 'http-server:distro:sys';

export type ServerRequest =
  | { readonly kind: 'http'; readonly exchange: HttpExchange }
  | { readonly kind: 'ws-open'; readonly channel: number; readonly path: string }
  | { readonly kind: 'ws-push'; readonly channel: number; readonly messageType: WsMessageType }
  | { readonly kind: 'ws-close'; readonly channel: number };

/** Undefined if the body is none of http-server's: an injected message then, which the local handlers get. */
export function readServerRequest(body: Uint8Array, blob: Uint8Array | undefined): ServerRequest | undefined {
  let parsed: unknown;
  try {
    parsed = parseJson(textOf(body));
  } catch {
    return undefined;
  }
  if (parsed === null || typeof parsed !== 'object') return undefined;
  const value = parsed as Record<string, unknown>;
  const pushed = value['WebSocketPush'] as { channel_id?: unknown; message_type?: unknown } | undefined;
  if (typeof pushed?.channel_id === 'number' && typeof pushed.message_type === 'string')
    return { kind: 'ws-push', channel: pushed.channel_id, messageType: pushed.message_type as WsMessageType };
  const opened = value['WebSocketOpen'] as { channel_id?: unknown; path?: unknown } | undefined;
  if (typeof opened?.channel_id === 'number' && typeof opened.path === 'string')
    return { kind: 'ws-open', channel: opened.channel_id, path: opened.path };
  if (typeof value['WebSocketClose'] === 'number') return { kind: 'ws-close', channel: value['WebSocketClose'] };
  const exchange = readHttp(value['Http'], blob);
  return exchange && { kind: 'http', exchange };
}

function readHttp(value: unknown, body: Uint8Array | undefined): HttpExchange | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const given = value as Record<string, unknown>;
  const texts = ['method', 'url', 'bound_path'].map((name) => given[name]);
  if (texts.some((text) => typeof text !== 'string')) return undefined;
  const [method, url, boundPath] = texts as [string, string, string];
  return {
    method,
    url,
    boundPath,
    path: pathOf(url),
    headers: (given['headers'] ?? {}) as Record<string, string>,
    urlParams: (given['url_params'] ?? {}) as Record<string, string>,
    queryParams: (given['query_params'] ?? {}) as Record<string, string>,
    sourceSocketAddress: (given['source_socket_addr'] ?? null) as string | null,
    body: body ?? new Uint8Array(),
    status: 200,
    responseHeaders: {},
  };
}

/** The URL's path without its first segment, which is the process id: `/api`, and `/` for the app's root. */
function pathOf(url: string): string {
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/[?#].*$/, '');
  return `/${path.split('/').slice(2).join('/')}`;
}

export function httpAnswer(status: number, headers: Readonly<Record<string, string>>, body: string): Answer {
  return { body: bytesOf(writeJson({ status, headers })), blob: { bytes: bytesOf(body) } };
}
