import type { Command } from 'commander';
import { appFolder, readPackage } from '../app-folder.ts';
import { createContext, example, type NodeOptions, withNode } from '../command.ts';
import { installOn } from '../install.ts';

/** `hyperdev start`: installs a built package. */
export function registerStart(program: Command): void {
  const command = withNode(program.command('start').alias('s').argument('[app]', 'folder with pkg/ and metadata.json'))
    .description('install a built package on a node and start it')
    .action(async (app: string | undefined, options: NodeOptions) => {
      await installOn(options, await readPackage(appFolder(app)), createContext(options).output);
    });
  example(command, 'hyperdev start examples/samchat --node alice.os', 'hyperdev start --port 8080');
}
