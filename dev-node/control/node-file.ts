/** `node.json` in a node's home: the ready line of the node that runs there. */
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import * as v from 'valibot';
import { type ReadyLine, readyLine } from './protocol.ts';

const fileName = 'node.json';
const checkMs = 500;

export function writeNodeFile(home: string, ready: ReadyLine): void {
  const file = path.join(home, fileName);
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(ready, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

export function removeNodeFile(home: string): void {
  fs.rmSync(path.join(home, fileName), { force: true });
}

/** The ready line of the node that runs in `home`, if its process is alive; undefined for a stale or missing file. */
export function readNode(home: string): ReadyLine | undefined {
  let text: string;
  try {
    text = fs.readFileSync(path.join(home, fileName), 'utf8');
  } catch {
    // No node has run here, or it was stopped.
    return undefined;
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), readyLine), text);
  return parsed.success && isAlive(parsed.output.pid) ? parsed.output : undefined;
}

/** The running nodes of `.hyperware/nodes` in `folder` and its parents, nearest first; stale ones are left out. */
export async function findNodes(folder: string): Promise<ReadyLine[]> {
  const homes: string[] = [];
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const nodes = path.join(at, '.hyperware', 'nodes');
    if (fs.existsSync(nodes)) for (const name of fs.readdirSync(nodes).sort()) homes.push(path.join(nodes, name));
    if (at === path.dirname(at)) break;
  }
  const found = homes.map(readNode).filter((ready) => ready !== undefined);
  const answers = await Promise.all(found.map((ready) => answersAt(ready.control)));
  return found.filter((_, at) => answers[at]);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether somebody listens on a socket: a dead node's pid may have been given to another process. */
function answersAt(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(socketPath);
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(checkMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
