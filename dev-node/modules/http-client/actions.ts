/** The requests of `http-client:distro:sys`, validated (other-modules.md §2.1), and its errors (§2.2). */
import * as v from 'valibot';
import { option, parseBody, readAction, u32 } from '../body.ts';

const headers = v.record(v.string(), v.string());
const payloads = {
  Http: v.object({ method: v.string(), version: option(v.string()), url: v.string(), headers }),
  WebSocketOpen: v.object({ url: v.string(), headers, channel_id: u32 }),
  WebSocketPush: v.object({ channel_id: u32, message_type: v.picklist(['Text', 'Binary', 'Ping', 'Pong', 'Close']) }),
  WebSocketClose: v.object({ channel_id: u32 }),
} as const;

type Payloads = { [K in keyof typeof payloads]: v.InferOutput<(typeof payloads)[K]> };
export type HttpClientAction = {
  [K in keyof Payloads]: { readonly name: K; readonly payload: Payloads[K] };
}[keyof Payloads];
export type HttpCall = Payloads['Http'];
export type WebSocketOpening = Payloads['WebSocketOpen'];

export type HttpClientError =
  | 'MalformedRequest'
  | 'WsPushNoBlob'
  | 'WsPushBadText'
  | { readonly BadMethod: { readonly method: string } }
  | { readonly BadUrl: { readonly url: string } }
  | { readonly BadVersion: { readonly version: string } }
  | { readonly BuildRequestFailed: string }
  | { readonly ExecuteRequestFailed: string }
  | { readonly WsOpenFailed: { readonly url: string } }
  | { readonly WsPushUnknownChannel: { readonly channel_id: number } }
  | { readonly WsCloseFailed: { readonly channel_id: number } };

/** Thrown inside the module, answered at its edge as `{"Err":…}`. */
export class HttpClientFailure extends Error {
  readonly error: HttpClientError;
  constructor(error: HttpClientError) {
    super(JSON.stringify(error));
    this.error = error;
  }
}

/** Undefined: MalformedRequest. */
export function parseHttpClientAction(body: Uint8Array): HttpClientAction | undefined {
  const action = readAction(parseBody(body));
  if (!action || !Object.hasOwn(payloads, action.name)) return undefined;
  const name = action.name as keyof Payloads;
  const parsed = v.safeParse(payloads[name], action.payload);
  return parsed.success ? ({ name, payload: parsed.output } as HttpClientAction) : undefined;
}
