/** What the cases of http-server say: binds of a puppet, raw HTTP and WebSockets from outside. */
import * as http from 'node:http';
import { type ClientOptions, WebSocket } from 'ws';
import { type CallChoice, type Called, calls } from '../module-calls.ts';
import type { TestNode } from '../node.ts';
import { behave, respond, type Seen, type SeenBlob, type Step } from '../steps.ts';
import { type Puppet, type PuppetChoice, until, type World } from '../world.ts';

export const server = 'http-server:distro:sys';
export const mayServe: PuppetChoice = { request: [server], grant: [server] };

export const bindOf = (path: string, more: Readonly<Record<string, unknown>> = {}) => ({
  Bind: { path, authenticated: false, local_only: false, cache: false, ...more },
});
export const webSocketBindOf = (path: string, more: Readonly<Record<string, unknown>> = {}) => ({
  WebSocketBind: { path, authenticated: false, extension: false, ...more },
});

/** Requests to http-server, in order. */
export function tellServer(a: Puppet, ...requests: readonly (readonly [unknown, CallChoice?])[]): Promise<Called[]> {
  return calls(
    a,
    server,
    requests.map(([body, choice]) => [body, choice ?? {}] as const),
  );
}

export async function bind(a: Puppet, ...requests: readonly unknown[]): Promise<void> {
  for (const { answer } of await tellServer(a, ...requests.map((request) => [request] as const)))
    if (JSON.stringify(answer) !== '{"Ok":null}') throw new Error(`http-server answered ${JSON.stringify(answer)}`);
}

/** A puppet that has bound these paths. */
export async function site(w: World, ...paths: readonly string[]): Promise<Puppet> {
  const a = await w.puppet(mayServe);
  await bind(a, ...paths.map((path) => bindOf(path)));
  return a;
}

/** From now on the puppet answers HTTP requests with this. */
export function answering(body: string, more: { status?: number; headers?: Record<string, string> } = {}): Step {
  const head = JSON.stringify({ status: more.status ?? 200, headers: more.headers ?? {} });
  return behave(respond(head, { blob: { bytes: body } }));
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface RequestChoice {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

/** One request, with nothing added, followed or decoded. `path` as it goes over the wire. */
export function fetchRaw(node: TestNode, path: string, choice: RequestChoice = {}): Promise<Answer> {
  const { port } = new URL(node.http);
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: choice.method ?? 'GET',
        agent: false,
        headers: { host: `localhost:${port}`, ...choice.headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(choice.body);
  });
}

export interface SeenHttp {
  readonly source_socket_addr: string | null;
  readonly method: string;
  readonly url: string;
  readonly bound_path: string;
  readonly headers: Record<string, string>;
  readonly url_params: Record<string, string>;
  readonly query_params: Record<string, string>;
}

/** Requests that a process got from http-server, with their blobs. */
export async function seenHttp(a: Puppet): Promise<{ http: SeenHttp; blob: SeenBlob | null; seen: Seen }[]> {
  return (await a.recorded()).map((seen) => ({
    http: JSON.parse(String(seen.request?.body)).Http,
    blob: seen.blob ?? null,
    seen,
  }));
}

/** A WebSocket client; `frames` is what came, in order. */
export interface Client {
  readonly socket: WebSocket;
  readonly frames: (readonly [kind: string, text: string])[];
  closed(): Promise<readonly [code: number, reason: string]>;
}

export function connect(node: TestNode, path: string, options: ClientOptions = {}): Promise<Client> {
  const { port } = new URL(node.http);
  const headers = { host: `localhost:${port}`, ...options.headers };
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { ...options, headers });
  const frames: [string, string][] = [];
  const end = Promise.withResolvers<readonly [number, string]>();
  socket.on('message', (data, isBinary) => frames.push([isBinary ? 'Binary' : 'Text', String(data)]));
  socket.on('ping', (data) => frames.push(['Ping', String(data)]));
  socket.on('pong', (data) => frames.push(['Pong', String(data)]));
  socket.on('close', (code, reason) => end.resolve([code, String(reason)]));
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => resolve({ socket, frames, closed: () => end.promise }));
  });
}

/** Waits until the process has got so many messages about channels; gives them as [body, blob text]. */
export async function channelMessages(a: Puppet, count: number): Promise<(readonly [unknown, unknown])[]> {
  const got: (readonly [unknown, unknown])[] = [];
  await until(`${count} messages about channels`, async () => {
    for (const { request, blob } of await a.recorded())
      got.push([JSON.parse(String(request?.body)), blob?.bytes ?? null]);
    return got.length >= count;
  });
  return got;
}
