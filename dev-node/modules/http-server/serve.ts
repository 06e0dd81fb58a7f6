/** From an HTTP request or upgrade to its answer, in the order of http-server.md §8. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { ModuleAnswer, ModuleContext, ModuleRequest } from '../../kernel/module.ts';
import { jsonBody } from '../body.ts';
import { homepageId } from '../capabilities.ts';
import { splitProcessId } from '../identity.ts';
import { type AccessOptions, accessTo } from './access.ts';
import type { Bindings, BoundPath } from './bindings.ts';
import type { Channels } from './channels.ts';
import {
  answerOf,
  emptyAnswer,
  forwardedHeaders,
  type HttpAnswer,
  type HttpRequest,
  httpMessage,
  requestedTimeoutMs,
  splitTarget,
  textAnswer,
} from './exchange.ts';
import { refusal } from './guard.ts';
import { asPlainRequest, type HttpEvents } from './listener.ts';
import { loginAnswer, loginPageAnswer, setCookie } from './login-endpoint.ts';
import { type RouteMatch, withoutTrailingSlash } from './routes.ts';
import { parseRpc, rpcAnswer, rpcProcess } from './rpc.ts';
import { type HttpServerSettings, maxLoginBytes } from './settings.ts';

export interface ServeOptions extends AccessOptions {
  readonly node: string;
  readonly settings: HttpServerSettings;
  readonly bindings: Bindings;
  readonly channels: Channels;
  readonly port: () => number;
  /** Resolves when the module has started; requests that come earlier wait for it. */
  readonly context: Promise<ModuleContext>;
}

const noBody = new Uint8Array();
/** Tells a developer at once what a real node tells nobody: why a process will never answer (docs/fidelity.md). */
const refusedHeader = 'x-hyperware-refused';

class BodyTooLarge extends Error {}

async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return chunks.length === 0 ? noBody : Buffer.concat(chunks, size);
}

function write(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  if (response.destroyed || response.headersSent) return;
  const bodiless = status === 204 || status === 304;
  const length = bodiless ? [] : ['content-length', String(body.length)];
  response.writeHead(status, [...headers.flat(), ...length]);
  response.end(bodiless ? undefined : body);
}

function readRequest(request: IncomingMessage): HttpRequest {
  const { remoteAddress, remotePort } = request.socket;
  const ip = remoteAddress?.includes(':') ? `[${remoteAddress}]` : remoteAddress;
  return {
    method: request.method ?? 'GET',
    ...splitTarget(request.url ?? '/'),
    rawHeaders: request.rawHeaders,
    host: request.headers.host,
    peer: ip && `${ip}:${remotePort}`,
  };
}

/** What the listener calls for each request and upgrade. */
export function createServing(options: ServeOptions): HttpEvents & { dispose(): void } {
  const { bindings, channels, login, node, settings } = options;
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: settings.maxFrameBytes,
    perMessageDeflate: false,
    // No subprotocol is ever negotiated (§9.1).
    handleProtocols: () => false,
  });

  /** Sends a request and waits; what was refused on the way is answered at once, with the reason. */
  async function ask(
    request: ModuleRequest,
    http: HttpRequest,
    signal: AbortSignal,
    answer: (response: ModuleAnswer) => HttpAnswer,
  ): Promise<HttpAnswer> {
    const context = await options.context;
    let refused: string | undefined;
    const timeoutMs = requestedTimeoutMs(http.rawHeaders) ?? settings.requestTimeoutMs;
    const expectsResponse = request.expectsResponse ?? BigInt(Math.ceil(timeoutMs / 1000));
    const waiting = new AbortController();
    const response = await context.request(
      { ...request, expectsResponse },
      {
        timeoutMs,
        signal: AbortSignal.any([signal, waiting.signal]),
        onRefused(cause) {
          refused = cause;
          waiting.abort();
        },
      },
    );
    if (response) return answer(response);
    const timeout = emptyAnswer(408);
    if (refused === undefined) return timeout;
    return { ...timeout, headers: [...timeout.headers, [refusedHeader, refused.replace(/[^\x20-\x7e]/g, '?')]] };
  }

  async function rpc(http: HttpRequest, body: Uint8Array, signal: AbortSignal): Promise<HttpAnswer> {
    const request = parseRpc(body, node);
    if (!request) return emptyAnswer(400);
    if (request.expectsResponse !== undefined) return ask(request, http, signal, rpcAnswer);
    (await options.context).send(request);
    return { status: 200, headers: [], body: noBody };
  }

  function toProcess(http: HttpRequest, match: RouteMatch<BoundPath>, body: Uint8Array, signal: AbortSignal) {
    const request: ModuleRequest = {
      target: { node, process: match.value.process },
      body: httpMessage(http, match),
      blob: { mime: undefined, bytes: body },
    };
    return ask(request, http, signal, answerOf);
  }

  /** The trace says of a 404 which path was asked for, and of whom: a mistyped path is a message that goes nowhere. */
  async function tellUnbound({ method, path }: HttpRequest): Promise<void> {
    const context = await options.context;
    const [, first = ''] = path.split('/');
    const process = splitProcessId(first) ? first : 'http-server:distro:sys';
    const whose = splitProcessId(first) ? `${first} has not bound it, or does not run` : 'no app has bound it';
    context.lost(
      { target: { node, process }, body: jsonBody({ method, path }) },
      'unbound-path',
      `http-server: ${method} ${path} was answered with 404: ${whose}. Paths begin with the process's id.`,
    );
  }

  async function serve(
    request: IncomingMessage,
    readAll: (limit: number) => Promise<Uint8Array>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const turnedAway = refusal(request.headers, options.port());
    if (turnedAway) return textAnswer(403, 'text/plain; charset=utf-8', `${turnedAway}\n`);
    const http = readRequest(request);
    const visitor = { peer: request.socket.remoteAddress, headers: request.headers };

    if (http.path === '/login') {
      if (http.method === 'GET') return loginPageAnswer(node, true);
      const length = Number(request.headers['content-length'] ?? Number.NaN);
      if (http.method === 'POST' && length <= maxLoginBytes)
        return loginAnswer(http, await readAll(maxLoginBytes), login);
    }
    const match = bindings.http.matchOrRoot(http.path);
    if (!match || match.value.kind === 'unbound') {
      if (!asksByItself(http.path)) await tellUnbound(http);
      return emptyAnswer(404);
    }
    const binding = match.value;

    const access = accessTo(binding, visitor, options);
    if (access.kind === 'login') return loginPageAnswer(node, false);
    if (access.kind === 'forbidden')
      return access.text ? textAnswer(403, 'text/plain; charset=utf-8', access.text) : emptyAnswer(403);
    if (access.kind === 'elsewhere') {
      const query = http.query ? `?${http.query}` : '';
      const host = `${access.subdomain}.${http.host ?? `localhost:${options.port()}`}`;
      const location = `http://${host}${withoutTrailingSlash(http.path)}${query}`;
      return { status: 307, headers: [['location', location]], body: noBody };
    }

    if (binding.process === rpcProcess) return rpc(http, await readAll(settings.maxBodyBytes), signal);
    const answer =
      http.method === 'GET' && binding.content
        ? contentAnswer(binding.content)
        : await toProcess(http, { ...match, value: binding }, await readAll(settings.maxBodyBytes), signal);
    return access.issue ? { ...answer, headers: [...answer.headers, setCookie(access.issue)] } : answer;
  }

  function respond(request: IncomingMessage, response: ServerResponse, hasBody: boolean): void {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const readAll = (limit: number) => (hasBody ? readBody(request, limit) : Promise.resolve(noBody));
    serve(request, readAll, gone.signal).then(
      (answer) => write(response, answer),
      async (error: unknown) => {
        if (error instanceof BodyTooLarge) return write(response, emptyAnswer(413));
        write(response, emptyAnswer(500));
        // The client went away while sending; there is nobody to tell and nothing to mend.
        if (gone.signal.aborted) return;
        (await options.context).print(0, `http-server: ${error instanceof Error ? error.stack : String(error)}`);
      },
    );
  }

  /** The process that takes an upgrade, or undefined: it is refused (§9.1). */
  function taker(request: IncomingMessage): { process: string; path: string } | undefined {
    const { headers, socket } = request;
    if (request.method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
    if (headers['sec-websocket-version'] !== '13' || !headers['sec-websocket-key']) return undefined;
    if (refusal(headers, options.port()) || channels.count >= settings.maxChannels) return undefined;
    const { path } = splitTarget(request.url ?? '/');
    const binding = bindings.webSocket.match(path)?.value;
    if (!binding) return undefined;
    const needs = { ...binding, localOnly: binding.extension };
    const access = accessTo(needs, { peer: socket.remoteAddress, headers }, options);
    if (access.kind !== 'allowed') return undefined;
    const own = withoutTrailingSlash(path).slice(binding.process.length + 1);
    return { process: binding.process, path: binding.process === homepageId ? '/' : own || '/' };
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const taken = taker(request);
    if (!taken) {
      asPlainRequest(request, socket, (plain, response) => respond(plain, response, false));
      return;
    }
    const { peer, rawHeaders } = readRequest(request);
    webSockets.handleUpgrade(request, socket, head, (webSocket) =>
      channels.add(taken.process, webSocket, { path: taken.path, peer, forwardedFor: forwardedFor(rawHeaders) }),
    );
  }

  return {
    request: (request, response) => respond(request, response, true),
    // A client that breaks off during its own handshake is no error of the node's.
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      options.context.then(() => upgrade(request, socket, head));
    },
    dispose: () => webSockets.close(),
  };
}

/** What browsers ask for without being told to. */
const asksByItself = (path: string) => path === '/favicon.ico' || path.startsWith('/.well-known/');

function contentAnswer(content: NonNullable<BoundPath['content']>): HttpAnswer {
  const type = content.mime && !/[^\t\x20-\x7e]/.test(content.mime) ? content.mime : 'text/plain';
  return { status: 200, headers: [['content-type', type]], body: content.bytes };
}

/** First entry of X-Forwarded-For, else X-Real-IP, else Cf-Connecting-Ip (§9.2). */
function forwardedFor(rawHeaders: readonly string[]): string | undefined {
  const headers = forwardedHeaders(rawHeaders);
  return headers['x-forwarded-for']?.split(',')[0]?.trim() ?? headers['x-real-ip'] ?? headers['cf-connecting-ip'];
}
