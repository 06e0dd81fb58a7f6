/** One JSON-RPC request to an endpoint, over HTTP or a WebSocket. */
import * as v from 'valibot';
import { WebSocket } from 'ws';
import { parseJson, toJson } from '../body.ts';
import type { Provider } from './configuration.ts';

const answerSchema = v.union([v.object({ error: v.unknown() }), v.object({ result: v.unknown() })]);

export type RpcAnswer =
  | { readonly kind: 'result'; readonly result: unknown }
  /** The endpoint's own error, as it is. */
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'unreachable'; readonly why: string };

function authorization({ auth }: Provider['provider']['RpcUrl']): Record<string, string> {
  if (!auth) return {};
  if ('Basic' in auth) return { authorization: `Basic ${auth.Basic}` };
  return { authorization: 'Bearer' in auth ? `Bearer ${auth.Bearer}` : auth.Raw };
}

async function overHttp(url: string, headers: Record<string, string>, text: string, signal: AbortSignal) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: text,
    signal,
  });
  return answer.text();
}

function overWebSocket(url: string, headers: Record<string, string>, text: string, signal: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = new WebSocket(url, { headers });
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  socket.on('open', () => socket.send(text));
  socket.on('message', (data) => resolve(String(data)));
  socket.on('close', () => reject(new Error('the endpoint closed the connection')));
  socket.on('error', reject);
  return promise.finally(() => {
    signal.removeEventListener('abort', stop);
    socket.terminate();
  });
}

/** Asks one endpoint. Never rejects; `signal` ends the wait as a timeout. */
export async function callRpc(
  provider: Provider,
  method: string,
  params: unknown,
  signal: AbortSignal,
): Promise<RpcAnswer> {
  const { RpcUrl } = provider.provider;
  const text = toJson({ jsonrpc: '2.0', id: 1, method, params: params ?? [] });
  const send = /^wss?:/.test(RpcUrl.url) ? overWebSocket : overHttp;
  let answer: string;
  try {
    answer = await send(RpcUrl.url, authorization(RpcUrl), text, signal);
  } catch (error) {
    if (signal.aborted) return { kind: 'timeout' };
    const cause = (error as Error).cause;
    return { kind: 'unreachable', why: cause instanceof Error ? cause.message : (error as Error).message };
  }
  const parsed = v.safeParse(answerSchema, parseJson(answer));
  if (!parsed.success) return { kind: 'malformed' };
  return 'error' in parsed.output
    ? { kind: 'error', error: parsed.output.error }
    : { kind: 'result', result: parsed.output.result };
}
