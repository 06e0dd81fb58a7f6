/** What a message is called in the traces: its handler, or method and path of an HTTP request. */
import type { TraceEvent } from '../shared/messages.ts';
import { address, visible } from '../shared/words.ts';

export interface Method {
  /** `SendMessage`, or `POST /api` for an HTTP request. */
  readonly name: string;
  /** What an HTTP request or a WebSocket frame carries: the handler named in its blob. */
  readonly inner: string | undefined;
}

const httpServer = 'http-server:distro:sys';
/** Their bodies are `{"path": …, "action": …}`: the action says what is asked (storage.md). */
const byAction = new Set(['vfs:distro:sys', 'kv:distro:sys', 'sqlite:distro:sys']);

/** The name of a request. Never throws; what has no name is called by its kind of bytes. */
export function methodOf(request: TraceEvent): Method {
  if (request.kind === 'process') return { name: 'process', inner: request.detail };
  const body = request.body.text;
  const named = body === undefined ? undefined : nameIn(body);
  if (address(request.source).process === httpServer) {
    const inner = request.blob?.text === undefined ? undefined : nameIn(request.blob.text);
    const http = named === 'Http' && body !== undefined ? httpName(body) : undefined;
    return { name: http ?? named ?? unnamed(request), inner };
  }
  if (named !== undefined && body !== undefined && byAction.has(address(request.target).process)) {
    const action = actionIn(body);
    if (action) return { name: action, inner: undefined };
  }
  return { name: named ?? unnamed(request), inner: undefined };
}

/** The first key of a JSON object, or a JSON string as it is (a variant without payload). Works on cut bodies too. */
export function nameIn(json: string): string | undefined {
  const key =
    /^\s*\{\s*("(?:[^"\\]|\\.){1,200}")\s*:/.exec(json)?.[1] ?? /^\s*("(?:[^"\\]|\\.){1,200}")\s*$/.exec(json)?.[1];
  if (key === undefined) return undefined;
  try {
    return visible(String(JSON.parse(key)));
  } catch {
    return undefined;
  }
}

/** `POST /api` of http-server's message, with the path as the app knows it. */
function httpName(body: string): string | undefined {
  const http = httpIn(body);
  return http && `${http.method} ${appPath(http.url)}`;
}

export interface HttpRequest {
  readonly method: string;
  /** As the browser asked for it: with the process's id, and with the query. */
  readonly path: string;
  readonly contentType: string | undefined;
}

/** The HTTP request that http-server handed on as this message; undefined for every other message. */
export function httpRequestOf(request: TraceEvent): HttpRequest | undefined {
  const http = address(request.source).process === httpServer ? httpIn(request.body.text ?? '') : undefined;
  if (!http) return undefined;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(record(http.query) ?? {})) query.append(name, String(value));
  const path = http.url.replace(/^[a-z]+:\/\/[^/]*/i, '') || '/';
  const asked = path.includes('?') || query.size === 0 ? path : `${path}?${query}`;
  const type = Object.entries(record(http.headers) ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return { method: http.method, path: asked, contentType: typeof type === 'string' ? type : undefined };
}

/** http-server's message to a process (http-server.md §4). */
function httpIn(body: string) {
  const http = record(parsed(body)?.['Http']);
  if (!http || typeof http['method'] !== 'string' || typeof http['url'] !== 'string') return undefined;
  return { method: http['method'], url: http['url'], headers: http['headers'], query: http['query_params'] };
}

/** The url's path behind the process id: `http://localhost/chat:chat:ware.hypr/api` is `/api`. */
export function appPath(url: string): string {
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, '');
  const behind = /^\/[^/:]+:[^/:]+:[^/:]+(\/.*)?$/.exec(path);
  return (behind ? behind[1] : path) || '/';
}

function actionIn(body: string): string | undefined {
  const action = parsed(body)?.['action'];
  if (typeof action === 'string') return action;
  const fields = record(action);
  return fields && Object.keys(fields)[0];
}

/** Status of an HTTP response (http-server.md §5), if that is what this body is. */
export function httpStatus(body: string | undefined): number | undefined {
  const status = body === undefined ? undefined : parsed(body)?.['status'];
  return typeof status === 'number' ? status : undefined;
}

function unnamed(event: TraceEvent): string {
  if (event.body.bytes === 0) return '(empty)';
  return event.body.text === undefined ? '(bytes)' : '(text)';
}

function parsed(json: string): Record<string, unknown> | undefined {
  try {
    return record(JSON.parse(json));
  } catch {
    return undefined;
  }
}

const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
