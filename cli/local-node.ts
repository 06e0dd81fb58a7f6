/** A dev node that the command line runs: a child process that stops with it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ControlError } from '../dev-node/control/client.ts';
import { type LaunchedNode, type LaunchOptions, launchNode } from '../dev-node/control/launch.ts';
import { errors } from './errors.ts';
import { bundle, nodeForDevNode } from './node-runtime.ts';

/** A node that is asked to stop gets this long to do so. */
const stopWithinMs = 5000;

export interface LocalNode extends LaunchedNode {
  /** How it ended: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export type LocalNodeOptions = Omit<LaunchOptions, 'entry' | 'execPath' | 'home'> & {
  /** Default: `.hyperware/nodes/<name>` of the nearest folder that has one, else of this folder. */
  readonly home?: string | undefined;
};

/** Resolves when the node is ready. Throws `CliError`. */
export async function startLocalNode(options: LocalNodeOptions): Promise<LocalNode> {
  if (!/^[a-z0-9.-]+$/.test(options.name)) throw errors.badNodeName(options.name);
  const home = options.home === undefined ? defaultHome(options.name) : path.resolve(options.home);
  let launched: LaunchedNode;
  try {
    launched = await launchNode({
      ...options,
      home,
      entry: bundle('dev-node.js'),
      execPath: nodeForDevNode(),
    });
  } catch (error) {
    if (error instanceof ControlError && error.code !== 'node-not-started') throw error;
    throw errors.nodeDidNotStart(options.name, (error as Error).message.replace(/^.*? did not start: /, ''));
  }
  const { child, client } = launched;
  const ended = new Promise<string>((resolve) => {
    const tell = () => resolve(child.signalCode ?? `exit code ${child.exitCode}`);
    if (child.exitCode !== null || child.signalCode !== null) tell();
    else child.once('exit', tell);
  });
  return {
    ...launched,
    ended,
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      // A node that has gone meanwhile needs no asking.
      await client.call('node/stop').catch(() => child.kill());
      await ended;
      clearTimeout(timer);
      client.dispose();
    },
  };
}

function defaultHome(name: string): string {
  let root = process.cwd();
  for (let at = root; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, '.hyperware', 'nodes'))) {
      root = at;
      break;
    }
    if (at === path.dirname(at)) break;
  }
  const own = path.join(root, '.hyperware');
  fs.mkdirSync(path.join(own, 'nodes'), { recursive: true });
  try {
    fs.writeFileSync(path.join(own, '.gitignore'), '# Dev nodes: keys, state and traces of this machine.\n*\n', {
      flag: 'wx',
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return path.join(own, 'nodes', name);
}
