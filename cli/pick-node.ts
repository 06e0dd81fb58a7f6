/** Which running node a command means (cli.md, "Everywhere"). */
import { type ControlClient, connect } from '../dev-node/control/client.ts';
import { findNodes } from '../dev-node/control/launch.ts';
import type { ReadyLine } from '../dev-node/control/protocol.ts';
import type { NodeOptions } from './command.ts';
import { errors } from './errors.ts';

export interface ConnectedNode {
  readonly ready: ReadyLine;
  readonly client: ControlClient;
}

/** The nodes that run in `.hyperware/nodes` of this folder and its parents. */
export function runningNodes(): Promise<ReadyLine[]> {
  return findNodes(process.cwd());
}

const portOf = (ready: ReadyLine) => Number(new URL(ready.http).port);

/**
 * The one node that is meant: named, or the only one that runs. `prefer` breaks the tie if it is among several that run.
 * Throws `CliError`.
 */
export async function pickOne(options: NodeOptions, prefer?: string): Promise<ReadyLine> {
  const running = await runningNodes();
  const names = running.map(({ node }) => node);
  if (options.node !== undefined) {
    const named = running.find(({ node }) => node === options.node);
    if (!named) throw errors.noSuchNode(options.node, names);
    return named;
  }
  if (running.length === 0) throw errors.noNodeRuns(process.cwd());
  const preferred = running.find(({ node }) => node === prefer);
  if (running.length > 1 && !preferred) throw errors.whichNode(names);
  return preferred ?? running[0]!;
}

/** The nodes that are meant where several are welcome: the named one, the one on that port, or all that run. */
export async function pickAll(options: NodeOptions, what: string): Promise<ReadyLine[]> {
  if (options.node !== undefined) return [await pickOne(options)];
  const running = await runningNodes();
  if (options.port === undefined) {
    if (running.length === 0) throw errors.noNodeRuns(process.cwd());
    return running;
  }
  const onPort = running.filter((ready) => portOf(ready) === options.port);
  if (onPort.length === 0) throw errors.notADevNode(options.port, what);
  return onPort;
}

/** Connects, and closes the connections when `use` is through. */
export async function withClients<T>(
  nodes: readonly ReadyLine[],
  use: (connected: readonly ConnectedNode[]) => Promise<T>,
): Promise<T> {
  const connected: ConnectedNode[] = [];
  try {
    for (const ready of nodes) connected.push({ ready, client: await connect(ready.control) });
    return await use(connected);
  } finally {
    for (const { client } of connected) client.dispose();
  }
}
