/** The node's HTTP port: loopback only, on 127.0.0.1 and, where the machine has it, ::1 (http-server.md §15). */
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { firstPort, lastPort } from './settings.ts';

export interface HttpEvents {
  request(request: IncomingMessage, response: ServerResponse): void;
  /** An upgrade; whoever takes it owns the socket, and answers with `asPlainRequest` if it is refused. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** An Error for people (no class of its own: main.ts shows the stack of those, as of bugs); `code` is for programs. */
function portInUse(port: number): Error & { readonly code: 'port-in-use' } {
  const text = `Port ${port} of this machine is in use by another program. Stop that program, or choose another port; without a port the node takes the first free one from ${firstPort} on.`;
  return Object.assign(new Error(text), { code: 'port-in-use' as const });
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

/** Listens on one port on every loopback address of the machine, or on none. */
async function listenOn(port: number, events: HttpEvents): Promise<Listener> {
  const servers: Server[] = [];
  const closeAll = async () => {
    await Promise.all(servers.map(close));
  };
  try {
    let bound = port;
    for (const host of ['127.0.0.1', '::1']) {
      const server = createServer({ maxHeaderSize: 64 * 1024, requestTimeout: 0 });
      server.on('request', events.request);
      server.on('upgrade', events.upgrade);
      try {
        bound = await listen(server, host, bound);
        servers.push(server);
      } catch (error) {
        // A machine without IPv6 has no ::1; IPv4 alone is enough then.
        if (host !== '::1' || !['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(codeOf(error) ?? '')) throw error;
      }
    }
    return { port: bound, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/**
 * Takes the port asked for: undefined is the first free one from 8080, 0 any free one. Throws an Error with the code `port-in-use` if a given
 * port is taken, or if all are.
 */
export async function openListener(port: number | undefined, events: HttpEvents): Promise<Listener> {
  const candidates =
    port === undefined
      ? Array.from({ length: lastPort - firstPort + 1 }, (_, i) => firstPort + i)
      : // A port that is free on IPv4 may be taken on IPv6: any free port deserves some tries.
        port === 0
        ? [0, 0, 0, 0, 0]
        : [port];
  for (const candidate of candidates)
    try {
      return await listenOn(candidate, events);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EACCES')
        throw new Error(`This user may not listen on port ${candidate}. Choose a port of 1024 or more.`);
      if (code !== 'EADDRINUSE') throw error;
    }
  throw portInUse(port || firstPort);
}

/** Answers a refused upgrade as the plain GET that it also is (http-server.md §9.1). */
export function asPlainRequest(request: IncomingMessage, socket: Duplex, answer: HttpEvents['request']): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
  response.on('finish', () => socket.end());
  answer(request, response);
}
