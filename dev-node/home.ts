/** A node's home folder: whose it is, emptying it, and the ports that its node had last. */
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import * as v from 'valibot';
import { lockFileName } from './store/home-lock.ts';

/** What `--fresh` leaves: the lock that is held, the node's identity (others know its name by it), and what a person wrote. */
const kept: ReadonlySet<string> = new Set([
  lockFileName,
  `${lockFileName}-journal`,
  'identity.key',
  'settings.json',
  'node.log',
]);

/** Files that only a node's home has. */
const marks: readonly string[] = ['node.json', 'kernel', 'identity.key'];

/**
 * Empties a home for `--fresh`. Throws an Error, and removes nothing, when the folder holds files but has never been a
 * node's home.
 */
export function emptyHome(home: string): void {
  const entries = fs.readdirSync(home).filter((name) => !kept.has(name));
  if (entries.length === 0) return;
  if (!marks.some((mark) => fs.existsSync(path.join(home, mark))))
    throw new Error(`${home} is not a node's home, so --fresh does not empty it. Give another --home.`);
  for (const name of entries) fs.rmSync(path.join(home, name), { recursive: true, force: true });
}

const portsSchema = v.object({ http: v.optional(v.number()), tcp: v.optional(v.number()) });
export type Ports = v.InferOutput<typeof portsSchema>;

/** The ports of the last run, so that open pages and peers find a restarted node again. A missing or bad file: none. */
export function readPorts(home: string): Ports {
  try {
    return v.parse(
      v.pipe(v.string(), v.parseJson(), portsSchema),
      fs.readFileSync(path.join(home, 'ports.json'), 'utf8'),
    );
  } catch {
    // Only a convenience: any free port will do.
    return {};
  }
}

export function writePorts(home: string, ports: Ports): void {
  fs.writeFileSync(path.join(home, 'ports.json'), `${JSON.stringify(ports)}\n`);
}

/** The port, if it can be had on the loopback address; else undefined. */
export function freePort(port: number | undefined): Promise<number | undefined> {
  if (port === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(port)));
  });
}
