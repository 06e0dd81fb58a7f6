/** One HTTP request to anywhere, with redirects followed (other-modules.md §2.3). Nothing is added that the app did not ask for. */
import { request as httpRequest, type IncomingMessage, validateHeaderName, validateHeaderValue } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type HttpCall, HttpClientFailure } from './actions.ts';

export interface Fetched {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const versions = ['HTTP/0.9', 'HTTP/1.0', 'HTTP/1.1', 'HTTP/2.0', 'HTTP/3.0'];
const maxRedirects = 10;
/** Never sent along to another host. */
const sensitive = ['authorization', 'cookie', 'cookie2', 'proxy-authorization', 'www-authenticate'];

interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

function isSendable(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** Checks in the order of §2.2: method, URL, version, the rest. Throws `HttpClientFailure`. */
function firstHop({ method, url: text, version, headers }: HttpCall, body: Uint8Array): Hop {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)) throw new HttpClientFailure({ BadMethod: { method } });
  if (!URL.canParse(text)) throw new HttpClientFailure({ BadUrl: { url: text } });
  const url = new URL(text);
  if (version !== null && !versions.includes(version)) throw new HttpClientFailure({ BadVersion: { version } });
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new HttpClientFailure({ BuildRequestFailed: `builder error for url (${url.href})` });
  const sent = new Map([['accept', '*/*']]);
  for (const [name, value] of Object.entries(headers)) if (isSendable(name, value)) sent.set(name.toLowerCase(), value);
  // The body's length is known here; whatever the app says of it could only contradict it.
  sent.delete('content-length');
  sent.delete('transfer-encoding');
  return { method, url, headers: sent, body };
}

function nextHop(hop: Hop, status: number, location: string): Hop {
  const url = new URL(location, hop.url);
  const headers = new Map(hop.headers);
  headers.delete('host');
  if (url.host !== hop.url.host) for (const name of sensitive) headers.delete(name);
  const changes = [301, 302, 303].includes(status) && hop.method !== 'GET' && hop.method !== 'HEAD';
  if (!changes) return { ...hop, url, headers };
  headers.delete('content-type');
  return { method: 'GET', url, headers, body: new Uint8Array() };
}

function send({ method, url, headers, body }: Hop, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = request(url, { method, headers: Object.fromEntries(headers), signal, agent: false });
    sent.on('error', reject);
    sent.on('response', resolve);
    if (body.length > 0) sent.setHeader('content-length', body.length);
    sent.end(body);
  });
}

async function readBody(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    // A body that breaks off is an empty one, and still a success (§2.3).
    return new Uint8Array();
  }
  return Buffer.concat(chunks);
}

/** `content-type` -> `Content-Type`, `etag` -> `Etag`; the last of repeated headers; what is not ASCII becomes empty. */
function returnedHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase().replace(/(^|-)([a-z])/g, (_, dash, c) => dash + c.toUpperCase());
    const value = rawHeaders[i + 1] ?? '';
    headers[name] = /^[\t\x20-\x7e]*$/.test(value) ? value : '';
  }
  return headers;
}

/** Throws `HttpClientFailure` before anything is sent, or when there is no answer. A status of 400 and more is an answer. */
export async function fetchHttp(call: HttpCall, body: Uint8Array, signal: AbortSignal): Promise<Fetched> {
  let hop = firstHop(call, body);
  try {
    for (let redirects = 0; ; redirects += 1) {
      const response = await send(hop, signal);
      const { statusCode: status = 0, headers, rawHeaders } = response;
      const { location } = headers;
      if (![301, 302, 303, 307, 308].includes(status) || !location || !URL.canParse(location, hop.url.href))
        return { status, headers: returnedHeaders(rawHeaders), body: await readBody(response) };
      response.resume();
      if (redirects === maxRedirects) throw new Error('too many redirects');
      hop = nextHop(hop, status, location);
    }
  } catch (error) {
    const why = (error as Error).message ? `: ${(error as Error).message}` : '';
    throw new HttpClientFailure({ ExecuteRequestFailed: `error sending request for url (${hop.url.href})${why}` });
  }
}
