/** The requests a process may send to http-server (http-server.md §1), validated. */
import * as v from 'valibot';
import { parseBody, readAction, u32 } from '../body.ts';

const path = v.string();
export const frameType = v.picklist(['Text', 'Binary', 'Ping', 'Pong', 'Close']);
export type FrameType = v.InferOutput<typeof frameType>;

const payloads = {
  Bind: v.object({ path, authenticated: v.boolean(), local_only: v.boolean(), cache: v.boolean() }),
  SecureBind: v.object({ path, cache: v.boolean() }),
  Unbind: v.object({ path }),
  WebSocketBind: v.object({ path, authenticated: v.boolean(), extension: v.boolean() }),
  WebSocketSecureBind: v.object({ path, extension: v.boolean() }),
  WebSocketUnbind: v.object({ path }),
  WebSocketPush: v.object({ channel_id: u32, message_type: frameType }),
  WebSocketClose: u32,
} as const;

type Payloads = { [K in keyof typeof payloads]: v.InferOutput<(typeof payloads)[K]> };
export type HttpServerAction = {
  [K in keyof Payloads]: { readonly name: K; readonly payload: Payloads[K] };
}[keyof Payloads];

export type HttpServerError =
  | 'MalformedRequest'
  | 'NoBlob'
  | 'InvalidSourceProcess'
  | 'WsPingPongTooLong'
  | 'WsChannelNotFound';

/** Parses a request's body; undefined if it is none of the actions (MalformedRequest). */
export function parseAction(body: Uint8Array): HttpServerAction | undefined {
  const action = readAction(parseBody(body));
  if (!action || !Object.hasOwn(payloads, action.name)) return undefined;
  const name = action.name as keyof Payloads;
  const parsed = v.safeParse(payloads[name], action.payload);
  return parsed.success ? ({ name, payload: parsed.output } as HttpServerAction) : undefined;
}
