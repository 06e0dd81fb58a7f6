/** The rows of the processes table: each node, its apps' processes, and its modules under a line that folds. */
import type { NodeRow, ProcessRow } from '../shared/messages.ts';

export type TableRow =
  | { readonly kind: 'node'; readonly key: string; readonly node: NodeRow; readonly open: boolean }
  | { readonly kind: 'process'; readonly key: string; readonly node: NodeRow; readonly process: ProcessRow }
  | {
      readonly kind: 'modules';
      readonly key: string;
      readonly node: NodeRow;
      readonly count: number;
      readonly open: boolean;
    };

export const nodeKey = (node: string): string => `node ${node}`;
export const modulesKey = (node: string): string => `modules ${node}`;
export const processKey = (node: string, process: string): string => `process ${node} ${process}`;

/**
 * Rows in the order in which they are shown. `toggled` holds the keys of lines that a person has opened or closed: nodes
 * are open unless toggled, modules closed unless toggled.
 */
export function tableRows(nodes: readonly NodeRow[], toggled: ReadonlySet<string>): TableRow[] {
  return nodes.flatMap((node) => {
    const key = nodeKey(node.name);
    const open = !toggled.has(key);
    const head: TableRow = { kind: 'node', key, node, open };
    if (!open) return [head];
    const processes = [...node.processes].sort((a, b) => (a.id < b.id ? -1 : 1));
    const row = (process: ProcessRow): TableRow => ({
      kind: 'process',
      key: processKey(node.name, process.id),
      node,
      process,
    });
    const modules = processes.filter((process) => process.kind === 'module');
    const rows = [head, ...processes.filter((process) => process.kind !== 'module').map(row)];
    if (modules.length === 0) return rows;
    const fold = modulesKey(node.name);
    const unfolded = toggled.has(fold);
    rows.push({ kind: 'modules', key: fold, node, count: modules.length, open: unfolded });
    return unfolded ? [...rows, ...modules.map(row)] : rows;
  });
}

export type Tone = 'good' | 'bad' | 'waiting' | 'plain';

/** How a process's state looks: one that ended with an error is the only bad one. */
export function processTone({ state, lastError }: ProcessRow): Tone {
  if (state === 'running') return 'good';
  if (state === 'restarting') return 'waiting';
  return state === 'ended' && lastError ? 'bad' : 'plain';
}

export function nodeTone({ state }: NodeRow): Tone {
  return state === 'running' ? 'good' : state === 'starting' ? 'waiting' : state === 'crashed' ? 'bad' : 'plain';
}
