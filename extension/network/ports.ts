/** Which HTTP ports the nodes of this window take. */
import * as net from 'node:net';

const highest = 65535;

/**
 * The first port from `from` on that nothing listens on and that is not in `taken`. 0 gives 0: the node then takes any
 * free one. Rejects when there is none left.
 */
export async function freePort(from: number, taken: ReadonlySet<number>): Promise<number> {
  if (from === 0) return 0;
  for (let port = from; port <= highest; port++) if (!taken.has(port) && (await isFree(port))) return port;
  throw new Error(`No port from ${from} to ${highest} is free.`);
}

/** A node listens on both loopback addresses; a machine may be without IPv6. */
async function isFree(port: number): Promise<boolean> {
  const free = await Promise.all(['127.0.0.1', '::1'].map((host) => canListen(host, port)));
  return free.every(Boolean);
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRNOTAVAIL'));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
