/** What nodes have recorded, newest last, and what they go on recording: for `trace` and `logs`. */
import { aborted } from './command.ts';
import type { Output } from './output.ts';
import type { ConnectedNode } from './pick-node.ts';

interface Recorded {
  readonly seq: number;
  readonly time: number;
}

export interface Source<T extends Recorded> {
  /** The newest `last` entries of one node, oldest first. */
  read(node: ConnectedNode, last: number): Promise<readonly T[]>;
  /** Tells of entries as they are recorded; resolves when the node will do so. */
  follow(node: ConnectedNode, tell: (entries: readonly T[]) => void): Promise<void>;
}

/**
 * Prints the newest `last` entries of all nodes in the order of time; with a signal goes on until it is aborted or no node
 * is left. Entries that are recorded meanwhile are neither lost nor printed twice.
 */
export async function printRecorded<T extends Recorded>(
  nodes: readonly ConnectedNode[],
  source: Source<T>,
  last: number,
  print: (entry: T) => void,
  output: Output,
  until?: AbortSignal,
): Promise<void> {
  const early = new Map<ConnectedNode, T[]>(nodes.map((node) => [node, []]));
  const seen = new Map<ConnectedNode, number>();
  const tell = (node: ConnectedNode) => (entries: readonly T[]) => {
    const waiting = early.get(node);
    if (waiting) return void waiting.push(...entries);
    for (const entry of entries) {
      if (entry.seq <= (seen.get(node) ?? 0)) continue;
      seen.set(node, entry.seq);
      print(entry);
    }
  };
  if (until) await Promise.all(nodes.map((node) => source.follow(node, tell(node))));
  const read = await Promise.all(
    nodes.map(async (node) => {
      const entries = await source.read(node, last);
      seen.set(node, entries.at(-1)?.seq ?? 0);
      return entries;
    }),
  );
  const newest = read.flat().sort((a, b) => a.time - b.time || a.seq - b.seq);
  for (const entry of last === 0 ? [] : newest.slice(-last)) print(entry);
  if (!until) return;
  for (const node of nodes) {
    const waiting = early.get(node)!;
    early.delete(node);
    tell(node)(waiting);
  }
  const allGone = Promise.all(
    nodes.map(
      ({ client, ready }) =>
        new Promise<void>((resolve) =>
          client.onClosed(() => {
            if (!until.aborted) output.note(`${ready.node} has stopped.`);
            resolve();
          }),
        ),
    ),
  );
  await Promise.race([allGone, aborted(until)]);
}

/** The time of day, to the millisecond. */
export function clockTime(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
