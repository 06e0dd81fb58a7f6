import type { Command } from 'commander';
import { appFolder } from '../app-folder.ts';
import { build, endBuilding } from '../build.ts';
import { createContext, example, type NodeOptions, withNode } from '../command.ts';
import { installOn } from '../install.ts';

/** `hyperdev build-start`: `build`, then `start`. */
export function registerBuildStart(program: Command): void {
  const command = withNode(program.command('build-start').alias('bs').argument('[app]', 'folder of the app'))
    .description('build the app, install it on a node and start it')
    .option('--hyperapp', 'accepted as kit has it; nothing changes')
    .action(async (app: string | undefined, options: NodeOptions) => {
      const context = createContext(options);
      try {
        const built = await build(appFolder(app), context.output, context.untilStopped());
        await installOn(options, built, context.output);
      } finally {
        await endBuilding();
      }
    });
  example(command, 'hyperdev build-start --node alice.os');
}
