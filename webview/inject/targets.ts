/** What can be sent to: every process of every running node, apps before modules, narrowed by search. */
import type { NodeRow, ProcessRow } from '../shared/messages.ts';

export interface Target {
  readonly node: string;
  readonly process: string;
  readonly kind: ProcessRow['kind'];
  readonly state: ProcessRow['state'];
}

export interface TargetGroup {
  readonly node: string;
  readonly targets: readonly Target[];
}

/** Groups in the order of the nodes. Every word of `search` must occur in node or process. */
export function targetGroups(nodes: readonly NodeRow[], search: string): TargetGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return nodes
    .filter((node) => node.state === 'running')
    .map((node) => ({
      node: node.name,
      targets: [...node.processes]
        .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
        .filter(({ id }) => words.every((word) => `${node.name}@${id}`.toLowerCase().includes(word)))
        .map(({ id, kind, state }) => ({ node: node.name, process: id, kind, state })),
    }))
    .filter((group) => group.targets.length > 0);
}

const rank = (process: ProcessRow): number => (process.kind === 'module' ? 1 : 0);

/** The first app's process: what a person most likely wants. */
export const firstTarget = (nodes: readonly NodeRow[]): Target | undefined =>
  targetGroups(nodes, '')
    .flatMap((group) => group.targets)
    .find((target) => target.kind !== 'module');

export const sameTarget = (one: Pick<Target, 'node' | 'process'>, other: Pick<Target, 'node' | 'process'>): boolean =>
  one.node === other.node && one.process === other.process;
