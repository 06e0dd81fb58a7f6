import type { Command } from 'commander';
import { aborted, createContext, example, wholeNumber, withJson } from '../command.ts';
import { errors } from '../errors.ts';
import { printRecorded } from '../follow.ts';
import { startLocalNode } from '../local-node.ts';
import { logSource, printLogLine } from './logs.ts';

interface NodeCommandOptions {
  readonly json?: true;
  readonly home?: string;
  readonly port?: number;
  readonly network?: string;
  readonly peer: readonly string[];
  readonly fresh?: true;
}

/** `hyperdev node`: runs one node in the foreground. */
export function registerNode(program: Command): void {
  const command = withJson(program.command('node').alias('f').argument('<name>', 'such as alice.os'))
    .description('run one node until Ctrl-C')
    .option('--home <folder>', 'where it keeps what is its own (default: .hyperware/nodes/<name>)')
    .option('-p, --port <port>', 'HTTP port; 0 takes any free one (default: the first free from 8080 on)', (text) =>
      wholeNumber('--port', text, 65535),
    )
    .option('--network <name>', 'nodes of other networks never connect to it')
    .option(
      '--peer <address>',
      'a node to connect to, by its multiaddr; may be repeated',
      (text, all: string[]) => [...all, text],
      [],
    )
    .option('--fresh', 'empty its home first')
    .action(async (name: string, options: NodeCommandOptions) => {
      const { output, untilStopped } = createContext(options);
      const stopped = untilStopped();
      const node = await startLocalNode({
        name,
        home: options.home,
        port: options.port,
        network: options.network,
        peers: options.peer,
        fresh: options.fresh,
      });
      try {
        const { ready, client } = node;
        output.value(ready);
        output.line(
          `${output.style('bold', ready.node)} is ready at ${output.style('underline', ready.http)}; Ctrl-C stops it. Peers reach it at ${ready.peer[0] ?? 'no address'}`,
        );
        const shown = printRecorded(
          [{ ready, client }],
          logSource,
          100,
          (line) => line.level === 0 && printLogLine(line, output, false),
          output,
          stopped,
        );
        const how = await Promise.race([node.ended, aborted(stopped)]);
        if (how !== undefined && !stopped.aborted) throw errors.nodeEnded(name, how);
        await shown;
      } finally {
        await node.stop();
      }
    });
  example(
    command,
    'hyperdev node alice.os',
    'hyperdev node carol.os --port 0 --peer /ip4/127.0.0.1/tcp/40123/p2p/12D3KooW… --json',
  );
}
