import type { Command } from 'commander';
import type { LogLine } from '../../dev-node/control/protocol.ts';
import { createContext, example, type NodeOptions, wholeNumber, withNode } from '../command.ts';
import { clockTime, printRecorded, type Source } from '../follow.ts';
import type { Output } from '../output.ts';
import { pickAll, withClients } from '../pick-node.ts';

interface LogsOptions extends NodeOptions {
  readonly follow?: true;
  readonly last: number;
  readonly level: number;
}

const shownAtFirst = 200;

/** `hyperdev logs`: what processes and nodes have printed. */
export function registerLogs(program: Command): void {
  const command = withNode(program.command('logs'))
    .description('console lines with their process, newest last')
    .option('-f, --follow', 'go on with new ones until Ctrl-C')
    .option('--last <count>', 'how many', (text) => wholeNumber('--last', text), shownAtFirst)
    .option(
      '--level <level>',
      'the most talkative level to show: 0 to 4',
      (text) => wholeNumber('--level', text, 255),
      0,
    )
    .action(async (options: LogsOptions) => {
      const context = createContext(options);
      await withClients(await pickAll(options, 'logs'), (nodes) =>
        printRecorded(
          nodes,
          logSource,
          options.last,
          (line) => {
            if (line.level > options.level) return;
            context.output.value(line);
            if (!context.output.json) printLogLine(line, context.output, nodes.length > 1);
          },
          context.output,
          options.follow ? context.untilStopped() : undefined,
        ),
      );
    });
  example(command, 'hyperdev logs --follow', 'hyperdev logs --node bob.os --level 2');
}

export const logSource: Source<LogLine> = {
  read: ({ client }, last) => client.call('log/read', { last }),
  async follow({ client }, tell) {
    client.on('log/lines', tell);
    await client.call('subscribe', { topics: ['log'] });
  },
};

const levelStyle = { 1: 'green', 2: 'magenta', 3: 'red', 4: 'red' } as const;

/** Coloured by level as a real node's terminal does it (kernel.md §14.1). */
export function printLogLine(line: LogLine, output: Output, withNode: boolean): void {
  const style = levelStyle[line.level as keyof typeof levelStyle];
  const text = output.foreign(line.text);
  const said = style ? output.style(style, text) : text;
  const who = [withNode ? line.node : '', line.process ?? ''].filter((part) => part !== '').join(' ');
  output.line(
    `${output.style('dim', clockTime(line.time))} ${who === '' ? '' : `${output.style('cyan', who)}: `}${said}`,
  );
}
