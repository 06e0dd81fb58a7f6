/** An HTTP request as a message to a process, and the process's response as an HTTP answer (http-server.md §4, §5). */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as v from 'valibot';
import type { ModuleAnswer } from '../../kernel/module.ts';
import { jsonBody, parseBody } from '../body.ts';
import { splitHost } from './guard.ts';
import { type RouteMatch, withoutTrailingSlash } from './routes.ts';

/** An HTTP request, read to its end. */
export interface HttpRequest {
  readonly method: string;
  /** As it came: not decoded, without the query. */
  readonly path: string;
  /** Without the question mark; empty if there is none. */
  readonly query: string;
  /** Name, value, name, value … as they came. */
  readonly rawHeaders: readonly string[];
  readonly host: string | undefined;
  /** `ip:port` of the peer. */
  readonly peer: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/** Splits a request target; an absolute one (`GET http://host/path`) is taken by its path. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const local = target.replace(/^[a-z]+:\/\/[^/?]*/i, '');
  const at = local.indexOf('?');
  return at < 0 ? { path: local, query: '' } : { path: local.slice(0, at), query: local.slice(at + 1) };
}

/** Names in lower case, the last of repeated ones wins, values that are not visible ASCII become empty (§4). */
export function forwardedHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const value = rawHeaders[i + 1] ?? '';
    headers[(rawHeaders[i] ?? '').toLowerCase()] = /^[\t\x20-\x7e]*$/.test(value) ? value : '';
  }
  return headers;
}

/** The body of the message that a process gets for an HTTP request. */
export function httpMessage(request: HttpRequest, match: RouteMatch<unknown>): Uint8Array {
  const queryParams: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(request.query)) queryParams[name] = value;
  return jsonBody({
    Http: {
      source_socket_addr: request.peer ?? null,
      method: request.method,
      url: `http://${splitHost(request.host ?? 'localhost').name}${withoutTrailingSlash(request.path)}`,
      bound_path: match.pattern,
      headers: forwardedHeaders(request.rawHeaders),
      url_params: match.params,
      query_params: queryParams,
    },
  });
}

/** How long the request wants to wait, from its own header, in milliseconds; undefined if it does not say. */
export function requestedTimeoutMs(rawHeaders: readonly string[]): number | undefined {
  const seconds = forwardedHeaders(rawHeaders)['x-hyperware-http-server-timeout'];
  // A timer holds at most 2^31-1 ms, 24 days.
  return seconds !== undefined && /^\d+$/.test(seconds) ? Math.min(Number(seconds) * 1000, 2 ** 31 - 1) : undefined;
}

const answerSchema = v.object({
  status: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff)),
  headers: v.record(v.string(), v.string()),
});

export const octetStream = ['content-type', 'application/octet-stream'] as const;

/** An answer of the node itself that is nothing but a status (§8). */
export function emptyAnswer(status: number): HttpAnswer {
  return { status, headers: [octetStream], body: new Uint8Array() };
}

/** An answer of the node itself in words. */
export function textAnswer(status: number, type: string, text: string): HttpAnswer {
  return { status, headers: [['content-type', type]], body: new TextEncoder().encode(text) };
}

function isSendable(name: string, value: string): boolean {
  // Node frames the body itself; a length or encoding from the app could only contradict it.
  if (/^(?:content-length|transfer-encoding|connection|keep-alive)$/i.test(name)) return false;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** What goes out for a process's response (§5): unreadable JSON gives an empty 500, invalid headers are dropped. */
export function answerOf(answer: ModuleAnswer): HttpAnswer {
  const parsed = v.safeParse(answerSchema, parseBody(answer.response.body));
  if (!parsed.success) return emptyAnswer(500);
  const { status } = parsed.output;
  const headers = Object.entries(parsed.output.headers).filter(([name, value]) => isSendable(name, value));
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) headers.push([...octetStream]);
  // Informational codes are no final answer: a client would wait for ever.
  const sent = status < 200 || status > 999 ? 500 : status;
  return { status: sent, headers, body: answer.blob?.bytes ?? new Uint8Array() };
}
