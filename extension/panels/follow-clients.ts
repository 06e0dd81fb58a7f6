/** Keeps something attached to the control connection of each running node, however often nodes come and go. */
import type { ControlClient, Disposable } from '../../dev-node/control/client.ts';
import type { DevNetwork } from '../dev-network.ts';

/** Calls `attach` for each connection that is there or will be; disposes what it returned when the connection is replaced. */
export function followClients(
  network: Pick<DevNetwork, 'nodes' | 'onDidChange'>,
  attach: (node: string, client: ControlClient) => Disposable,
): Disposable {
  const attached = new Map<ControlClient, Disposable>();
  const follow = () => {
    const running = new Map(network.nodes.flatMap((node) => (node.client ? [[node.client, node.name] as const] : [])));
    for (const [client, attachment] of attached) {
      if (running.has(client)) continue;
      attached.delete(client);
      attachment.dispose();
    }
    for (const [client, name] of running) if (!attached.has(client)) attached.set(client, attach(name, client));
  };
  const changes = network.onDidChange(follow);
  follow();
  return {
    dispose() {
      changes.dispose();
      for (const attachment of attached.values()) attachment.dispose();
      attached.clear();
    },
  };
}
