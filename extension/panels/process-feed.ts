/** The network with its processes, as the processes and inject pages show it: read once, then followed. */
import type { Disposable } from '../../dev-node/control/client.ts';
import type { ProcessInfo } from '../../dev-node/control/protocol.ts';
import type { NodeRow } from '../../webview/shared/messages.ts';
import type { DevNetwork } from '../dev-network.ts';
import { followClients } from './follow-clients.ts';
import { toNodeRow } from './page-data.ts';

/** Milliseconds between two readings of a node whose processes change all the time. */
const readInterval = 200;

/** Calls `changed` at once and after each change of a node or a process; `failed` when a node does not answer. */
export function followProcesses(
  network: Pick<DevNetwork, 'nodes' | 'onDidChange'>,
  changed: (nodes: NodeRow[]) => void,
  failed: (text: string) => void,
): Disposable {
  const processes = new Map<string, readonly ProcessInfo[]>();
  const tell = () => changed(network.nodes.map((node) => toNodeRow(node, processes.get(node.name) ?? [])));
  const clients = followClients(network, (node, client) => {
    let live = true;
    let reading = false;
    let again = false;
    let timer: NodeJS.Timeout | undefined;
    const read = () => {
      if (reading || timer) {
        again = true;
        return;
      }
      reading = true;
      again = false;
      client
        .call('process/list', {})
        .then(
          (list) => {
            if (!live) return;
            processes.set(node, list);
            tell();
          },
          (error: Error) => {
            if (live) failed(`${node} does not tell its processes: ${error.message}`);
          },
        )
        .finally(() => {
          reading = false;
          if (!live) return;
          timer = setTimeout(() => {
            timer = undefined;
            if (again) read();
          }, readInterval);
        });
    };
    // A notification says that something changed; the list that is read then is whole, ended processes included.
    const listening = client.on('processes/changed', read);
    read();
    return {
      dispose() {
        live = false;
        clearTimeout(timer);
        listening.dispose();
        processes.delete(node);
      },
    };
  });
  const changes = network.onDidChange(tell);
  tell();
  return {
    dispose() {
      changes.dispose();
      clients.dispose();
    },
  };
}
