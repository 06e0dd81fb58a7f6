import type { Command } from 'commander';
import { type ControlClient, connect } from '../../dev-node/control/client.ts';
import { appFolder } from '../app-folder.ts';
import { type Built, build, endBuilding } from '../build.ts';
import { aborted, type Context, createContext, example, wholeNumber, withJson } from '../command.ts';
import { CliError, errors } from '../errors.ts';
import { printRecorded } from '../follow.ts';
import { installByControl, reportInstalled } from '../install.ts';
import { type LocalNode, startLocalNode } from '../local-node.ts';
import { type ConnectedNode, runningNodes } from '../pick-node.ts';
import { watchApp } from '../watch-app.ts';
import { logSource, printLogLine } from './logs.ts';

interface UpOptions {
  readonly json?: true;
  readonly nodes: readonly string[];
  readonly port?: number;
  readonly network?: string;
  readonly fresh?: true;
  readonly watch?: true;
}

const usualNodes = ['alice.os', 'bob.os'];

/** The names of a comma-separated list, each once: a node cannot run twice. */
const namesIn = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  ),
];

/** `hyperdev up`: builds the app, runs nodes, installs it on each. */
export function registerUp(program: Command): void {
  const command = withJson(program.command('up').argument('[app]', 'folder of the app'))
    .description('build the app, run nodes, install it on each; Ctrl-C stops all')
    .option('--nodes <names>', 'comma-separated', namesIn, usualNodes)
    .option('-p, --port <port>', 'HTTP port of the first node, the next ones follow; 0 takes any free ones', (text) =>
      wholeNumber('--port', text, 65535),
    )
    .option('--network <name>', 'nodes of other networks never connect to these')
    .option('--fresh', "empty the nodes' homes first")
    .option('--watch', 'build and install again on save; state is kept')
    .action(async (app: string | undefined, options: UpOptions) => {
      const context = createContext(options);
      const stopped = context.untilStopped();
      const folder = appFolder(app);
      const started: LocalNode[] = [];
      const borrowed: ControlClient[] = [];
      try {
        const built = await build(folder, context.output, stopped);
        const nodes: ConnectedNode[] = [];
        for (const [at, name] of options.nodes.entries()) {
          if (stopped.aborted) return;
          nodes.push(await nodeNamed(name, at, options, context, started, borrowed));
        }
        for (const node of nodes) await install(node, built, context);
        context.output.line(`Ctrl-C stops ${options.nodes.join(' and ')}.`);
        const watching = options.watch ? watchApp(folder, () => reinstall(folder, nodes, context, stopped)) : undefined;
        try {
          const shown = printRecorded(
            nodes,
            logSource,
            0,
            (line) => line.level === 0 && printLogLine(line, context.output, true),
            context.output,
            stopped,
          );
          const ends = started.map(async (node) => ({ node: node.ready.node, how: await node.ended }));
          const ended = await Promise.race([...ends, aborted(stopped)]);
          if (ended && !stopped.aborted) throw errors.nodeEnded(ended.node, ended.how);
          await shown;
        } finally {
          await watching?.stop();
        }
      } finally {
        await endBuilding();
        for (const client of borrowed) client.dispose();
        await Promise.all(started.map((node) => node.stop()));
      }
    });
  example(command, 'hyperdev up examples/samchat --watch', 'hyperdev up --nodes alice.os,bob.os,carol.os --port 0');
}

/** Starts the node; one of that name that runs here already is used as it is, and left running at the end. */
async function nodeNamed(
  name: string,
  at: number,
  options: UpOptions,
  { output }: Context,
  started: LocalNode[],
  borrowed: ControlClient[],
): Promise<ConnectedNode> {
  const running = (await runningNodes()).find(({ node }) => node === name);
  if (running) {
    const client = await connect(running.control);
    borrowed.push(client);
    output.value({ ...running, already: true });
    output.line(`${output.style('bold', name)} runs already at ${output.style('underline', running.http)}`);
    return { ready: running, client };
  }
  const node = await startLocalNode({
    name,
    port: options.port === undefined || options.port === 0 ? options.port : options.port + at,
    network: options.network,
    fresh: options.fresh,
  });
  started.push(node);
  output.value(node.ready);
  output.line(`${output.style('bold', name)} is ready at ${output.style('underline', node.ready.http)}`);
  return node;
}

async function install({ ready, client }: ConnectedNode, built: Built, { output }: Context): Promise<void> {
  const ui = await installByControl(client, built);
  reportInstalled(output, built.packageId, ready.node, ready.http, ui);
}

/** After a save. A build that fails, or a node that refuses, is told; the old package goes on running. */
async function reinstall(
  folder: string,
  nodes: readonly ConnectedNode[],
  context: Context,
  signal: AbortSignal,
): Promise<void> {
  try {
    const built = await build(folder, context.output, signal);
    for (const node of nodes) await install(node, built, context);
  } catch (error) {
    if (signal.aborted) return;
    const mend = error instanceof CliError ? ` ${error.mend}` : '';
    context.output.note(`${context.output.style('red', (error as Error).message)}${mend}`);
  }
}
