/**
 * Finds the other nodes of this machine: their home folders lie beside ours, and each running one has a `node.json` there.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as v from 'valibot';
import { readyLine } from '../control/protocol.ts';
import { peerIdOf } from './transport.ts';

export interface Sibling {
  readonly home: string;
  readonly name: string;
  readonly peerId: string;
  readonly addresses: readonly string[];
  /** False if its operating-system process is gone: it crashed, and its file is stale. */
  readonly alive: boolean;
}

export interface Siblings {
  /** Reads the folder now. Only nodes of our network, without ourselves. */
  read(): Promise<readonly Sibling[]>;
  stop(): void;
}

const firstPollMs = 250;
const slowestPollMs = 5000;

/** What one home folder says of its node; undefined if no node runs there (or never did). */
export async function readSibling(home: string, network: string): Promise<Sibling | undefined> {
  let text: string;
  try {
    text = await fs.promises.readFile(path.join(home, 'node.json'), 'utf8');
  } catch {
    // No node there: an ordinary folder, or a stopped node's home.
    return undefined;
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), readyLine), text);
  if (!parsed.success || parsed.output.network !== network) return undefined;
  const peerId = parsed.output.peer.map(peerIdOf).find((id) => id !== undefined);
  if (peerId === undefined) return undefined;
  return {
    home,
    name: parsed.output.node,
    peerId,
    addresses: parsed.output.peer,
    alive: isRunning(parsed.output.pid),
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Tells of each sibling once per start of it. A watcher on the folder sees a new home at once; what happens inside the homes
 * it does not see, so the folder is polled as well: quickly after a change, then ever more slowly.
 */
export function watchSiblings(home: string, network: string, found: (sibling: Sibling) => void): Siblings {
  const folder = path.dirname(path.resolve(home));
  const own = path.resolve(home);
  const told = new Map<string, string>();
  let stopped = false;
  let polling = false;
  let delay = firstPollMs;
  let timer: NodeJS.Timeout | undefined;
  let watcher: fs.FSWatcher | undefined;

  const read = async (): Promise<readonly Sibling[]> => {
    const entries = await fs.promises.readdir(folder, { withFileTypes: true }).catch(() => []);
    const homes = entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(folder, entry.name));
    const siblings = await Promise.all(homes.filter((one) => one !== own).map((one) => readSibling(one, network)));
    return siblings.filter((one) => one !== undefined);
  };
  const plan = () => {
    clearTimeout(timer);
    timer = setTimeout(poll, delay);
    timer.unref();
  };
  const poll = async () => {
    polling = true;
    const siblings = await read();
    polling = false;
    if (stopped) return;
    for (const sibling of siblings) {
      const state = JSON.stringify(sibling);
      if (!sibling.alive || told.get(sibling.home) === state) continue;
      told.set(sibling.home, state);
      found(sibling);
    }
    plan();
    delay = Math.min(delay * 2, slowestPollMs);
  };
  const soon = (event: string) => {
    // Only a folder that came or went matters; and a busy folder must not put the next poll off for ever.
    if (event !== 'rename' || stopped || delay === firstPollMs) return;
    delay = firstPollMs;
    if (!polling) plan();
  };
  try {
    watcher = fs.watch(folder, { persistent: false }, soon);
    // Polling goes on without it: some file systems cannot be watched.
    watcher.on('error', () => watcher?.close());
  } catch {
    watcher = undefined;
  }
  void poll();
  return {
    read,
    stop() {
      stopped = true;
      clearTimeout(timer);
      watcher?.close();
    },
  };
}
