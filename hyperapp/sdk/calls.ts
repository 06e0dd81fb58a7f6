/** Requests to other hyperapps: one handler, its parameters as the wire wants them (hyperapp.md §6, §13). */
import { JsonSyntaxError, parseJson, writeJson } from './json.ts';
import { CallError, type SendOptions, sendAndForget, sendRequest } from './messages.ts';
import { bytesOf, textOf } from './text.ts';
import type { Address } from './types.ts';

/**
 * `{ Name: parameters }`: null for none, the value itself for one, an array for two and more. An option is given as
 * null, never left out.
 */
export type Payload = Readonly<Record<string, unknown>>;

/**
 * Calls a handler of another process, on this node or another, and resolves with its result. Both manifests need
 * messaging or networking capabilities, else the kernel drops the request and the call ends as `timeout`.
 *
 * Rejects with a `CallError`: `offline`, `timeout`, or `unreadable` if the response is no JSON.
 *
 * @example
 * const answer = await call<Result<string, string>>('bob.os@chat:chat:alice.os', { Greet: ['hello', null] }, { timeoutSeconds: 5 });
 */
export async function call<T = unknown>(
  target: string | Address,
  payload: Payload,
  options: SendOptions = {},
): Promise<T> {
  const reply = await sendRequest(target, bytesOf(writeJson(payload)), options);
  const text = textOf(reply.body);
  try {
    return parseJson(text) as T;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const from = `${reply.source.node}@${reply.source.process}`;
    throw new CallError('unreadable', from, `The response of ${from} is no JSON: ${error.message}.`);
  }
}

/** Sends and forgets: nobody is told if the other side is offline. Prefer `call` with a timeout. */
export function send(
  target: string | Address,
  payload: Payload,
  options: Omit<SendOptions, 'timeoutSeconds'> = {},
): void {
  sendAndForget(target, bytesOf(writeJson(payload)), options);
}
