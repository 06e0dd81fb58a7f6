/** The message being handled now; it stays the same one after each await of its handler. */
import { our } from './identity.ts';
import type { HttpExchange, Incoming } from './messages.ts';
import { currentScope } from './promise.ts';
import type { Address, Blob } from './types.ts';

function currentMessage(): Incoming | undefined {
  const scope = currentScope();
  return scope && 'source' in scope ? (scope as Incoming) : undefined;
}

/** Who sent the message being handled; outside a message (in `init`) this process itself. */
export function source(): Address {
  return currentMessage()?.source ?? our();
}

/** The blob of the message being handled. For an HTTP request it is the body. */
export function blob(): Blob | undefined {
  return currentMessage()?.blob;
}

/** The HTTP request being handled, if it is one. */
export function httpRequest(): Omit<HttpExchange, 'status' | 'responseHeaders'> | undefined {
  return currentMessage()?.http;
}

/** Status of the HTTP answer; 200 unless set. No effect outside an HTTP request. */
export function setResponseStatus(status: number): void {
  const exchange = currentMessage()?.http;
  if (exchange) exchange.status = status;
}

/** A header of the HTTP answer; the framework sets none. No effect outside an HTTP request. */
export function setResponseHeader(name: string, value: string): void {
  const exchange = currentMessage()?.http;
  if (exchange) exchange.responseHeaders[name] = value;
}
