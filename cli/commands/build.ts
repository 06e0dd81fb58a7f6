import type { Command } from 'commander';
import { appFolder } from '../app-folder.ts';
import { build, endBuilding } from '../build.ts';
import { createContext, example, withJson } from '../command.ts';

/** `hyperdev build`: app -> `pkg/` and `target/<package>.zip`, as kit lays them out. */
export function registerBuild(program: Command): void {
  const command = withJson(program.command('build').alias('b').argument('[app]', 'folder of the app'))
    .description('build the app into pkg/ and a zip in target/')
    .option('--hyperapp', 'accepted as kit has it; nothing changes')
    .option('--component', 'make wasm components of TypeScript processes, which real Hyperware nodes run too')
    .action(async (app: string | undefined, options: { json?: true; component?: true }) => {
      const context = createContext(options);
      try {
        await build(appFolder(app), context.output, context.untilStopped(), {
          component: options.component === true,
        });
      } finally {
        await endBuilding();
      }
    });
  example(command, 'hyperdev build examples/samchat');
}
