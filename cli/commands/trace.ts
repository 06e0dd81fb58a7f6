import { type Command, Option } from 'commander';
import type { TraceRow } from '../../dev-node/control/protocol.ts';
import { createContext, example, type NodeOptions, wholeNumber, withNode } from '../command.ts';
import { clockTime, printRecorded, type Source } from '../follow.ts';
import { toOtlp } from '../otlp.ts';
import { type Output, oneLine } from '../output.ts';
import { pickAll, withClients } from '../pick-node.ts';

interface TraceOptions extends NodeOptions {
  readonly follow?: true;
  readonly last: number;
  readonly filter?: string;
  readonly export?: 'jsonl' | 'otlp';
}

const shownAtFirst = 50;

/** `hyperdev trace`: the recorded life of messages. */
export function registerTrace(program: Command): void {
  const command = withNode(program.command('trace'))
    .description('messages as the nodes have recorded them, newest last')
    .option('-f, --follow', 'go on with new ones until Ctrl-C')
    .option('--last <count>', 'how many', (text) => wholeNumber('--last', text), shownAtFirst)
    .option('--filter <text>', 'only those with this text in source, target or body')
    .addOption(new Option('--export <format>', 'for other programs').choices(['jsonl', 'otlp']).conflicts('follow'))
    .action(async (options: TraceOptions) => {
      const context = createContext({ json: options.json === true || options.export !== undefined });
      const { output } = context;
      await withClients(await pickAll(options, 'trace'), async (nodes) => {
        const source = traceSource(options.filter);
        if (options.export === 'otlp') {
          const rows: TraceRow[] = [];
          await printRecorded(nodes, source, options.last, (row) => rows.push(row), output);
          output.value(toOtlp(rows));
          return;
        }
        const print = (row: TraceRow) => {
          output.value(row);
          if (!output.json) printRow(row, output);
        };
        const until = options.follow ? context.untilStopped() : undefined;
        await printRecorded(nodes, source, options.last, print, output, until);
      });
    });
  example(
    command,
    'hyperdev trace --follow',
    'hyperdev trace --last 1000 --filter bob.os --export jsonl > trace.jsonl',
  );
}

function traceSource(filter: string | undefined): Source<TraceRow> {
  return {
    read: ({ client }, last) => client.call('trace/read', { last, ...(filter === undefined ? {} : { filter }) }),
    async follow({ client }, tell) {
      client.on('trace/events', (rows) => tell(filter === undefined ? rows : rows.filter((row) => fits(row, filter))));
      await client.call('subscribe', { topics: ['trace'] });
    },
  };
}

/** As the node filters in `trace/read`. */
function fits({ source, target, body = '' }: TraceRow, filter: string): boolean {
  const wanted = filter.toLowerCase();
  return [source, target, body].some((text) => text.toLowerCase().includes(wanted));
}

const outcomeStyle = {
  ok: 'green',
  pending: 'cyan',
  sent: 'cyan',
  exited: 'yellow',
  timeout: 'red',
  offline: 'red',
  dropped: 'red',
} as const;

function printRow(row: TraceRow, output: Output): void {
  const short = (address: string) =>
    address.startsWith(`${row.node}@`) ? address.slice(row.node.length + 1) : address;
  const took = row.durationMs === undefined ? '' : ` ${row.durationMs.toFixed(1)} ms`;
  const body = row.body ?? (row.bodyBytes > 0 ? `(${row.bodyBytes} bytes)` : '');
  const blob = row.blobBytes === undefined ? '' : ` + blob ${row.blobBytes} bytes`;
  const way = row.kind === 'process' ? short(row.target) : `${short(row.source)} → ${short(row.target)}`;
  output.line(
    `${output.style('dim', clockTime(row.time))} ${row.node} ${row.kind} ${output.style(outcomeStyle[row.outcome], row.outcome)}${took}  ${way}  ${oneLine(body)}${blob}`,
  );
  if (row.detail !== undefined) output.line(`    ${output.style('yellow', oneLine(row.detail, 400))}`);
}
