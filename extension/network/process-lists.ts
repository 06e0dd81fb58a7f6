/** The processes of each running node, kept up to date: the tree and the status bar read them from here. */
import * as vscode from 'vscode';
import type { ControlClient } from '../../dev-node/control/client.ts';
import type { ProcessInfo } from '../../dev-node/control/protocol.ts';
import type { DevNetwork, RunningNode } from '../dev-network.ts';

export interface ProcessLists extends vscode.Disposable {
  of(node: string): readonly ProcessInfo[];
  /** Fires with the node's name when a process came, went or changed its state; not for counters. */
  readonly onDidChange: vscode.Event<string>;
}

/** What a list looks like in the tree; two lists with the same shape need no redrawing. */
const shape = (processes: readonly ProcessInfo[]) => JSON.stringify(processes.map((p) => [p.id, p.state, p.lastError]));

export function followProcesses(network: DevNetwork, log: vscode.LogOutputChannel): ProcessLists {
  const changed = new vscode.EventEmitter<string>();
  const lists = new Map<string, { client: ControlClient; processes: readonly ProcessInfo[] }>();

  function follow(node: RunningNode, client: ControlClient): void {
    const entry = { client, processes: [] as readonly ProcessInfo[] };
    lists.set(node.name, entry);
    const update = (processes: readonly ProcessInfo[]) => {
      if (lists.get(node.name) !== entry) return;
      const same = shape(entry.processes) === shape(processes);
      entry.processes = processes;
      if (!same) changed.fire(node.name);
    };
    client.on('processes/changed', update);
    client.call('process/list').then(update, (error) => log.debug(`${node.name}: process/list: ${error}`));
  }

  const look = () => {
    for (const name of lists.keys()) if (!network.node(name)?.client) lists.delete(name);
    for (const node of network.nodes)
      if (node.client && lists.get(node.name)?.client !== node.client) follow(node, node.client);
  };
  look();
  const listening = network.onDidChange(look);
  return {
    of: (node) => lists.get(node)?.processes ?? [],
    onDidChange: changed.event,
    dispose: () => {
      listening.dispose();
      changed.dispose();
      lists.clear();
    },
  };
}
