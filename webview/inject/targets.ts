/** What can be sent to: every process of every running node, all apps before all modules, narrowed by search. */
import type { NodeRow, ProcessRow } from '../shared/messages.ts';

export interface Target {
  readonly node: string;
  readonly process: string;
  readonly kind: ProcessRow['kind'];
  readonly state: ProcessRow['state'];
}

export interface TargetGroup {
  readonly node: string;
  readonly modules: boolean;
  readonly targets: readonly Target[];
}

/** The apps of each node in the order of the nodes, then the modules likewise. Every word of `search` must occur in node or process. */
export function targetGroups(nodes: readonly NodeRow[], search: string): TargetGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const running = nodes.filter((node) => node.state === 'running');
  return [false, true]
    .flatMap((modules) =>
      running.map((node) => ({
        node: node.name,
        modules,
        targets: node.processes
          .filter(({ kind }) => (kind === 'module') === modules)
          .filter(({ id }) => words.every((word) => `${node.name}@${id}`.toLowerCase().includes(word)))
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .map(({ id, kind, state }) => ({ node: node.name, process: id, kind, state })),
      })),
    )
    .filter((group) => group.targets.length > 0);
}

/** The first app's process: what a person most likely wants. */
export const firstTarget = (nodes: readonly NodeRow[]): Target | undefined =>
  targetGroups(nodes, '')
    .flatMap((group) => group.targets)
    .find((target) => target.kind !== 'module');

/** The process of this id on the first node that has it: for requests that were written before any node ran. */
export const processTarget = (nodes: readonly NodeRow[], process: string): Target | undefined =>
  targetGroups(nodes, '')
    .flatMap((group) => group.targets)
    .find((target) => target.process === process);

export const sameTarget = (one: Pick<Target, 'node' | 'process'>, other: Pick<Target, 'node' | 'process'>): boolean =>
  one.node === other.node && one.process === other.process;
