import type { Command } from 'commander';
import { removeByRpc } from '../app-store.ts';
import { createContext, example, type NodeOptions, withNode } from '../command.ts';
import { errors } from '../errors.ts';
import { pickOne, withClients } from '../pick-node.ts';

/** `hyperdev remove`: uninstalls a package. */
export function registerRemove(program: Command): void {
  const command = withNode(program.command('remove').alias('r').argument('<package>', 'package-name:publisher'))
    .description('uninstall a package')
    .action(async (id: string, options: NodeOptions) => {
      if (!/^[^:@\s]+:[^:@\s]+$/.test(id)) throw errors.badPackage(id);
      const { output } = createContext(options);
      if (options.port !== undefined) {
        await removeByRpc(options.port, id);
        const http = `http://localhost:${options.port}`;
        output.value({ event: 'removed', package: id, http });
        output.line(`Removed ${id} from the node at ${http}.`);
        return;
      }
      const ready = await pickOne(options);
      await withClients([ready], async ([node]) => {
        await node!.client.call('package/remove', { id });
        output.value({ event: 'removed', package: id, node: ready.node });
        output.line(`Removed ${id} from ${ready.node}.`);
      });
    });
  example(command, 'hyperdev remove samchat:template.os');
}
