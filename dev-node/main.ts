/** The node's program: arguments, ready line, signals and exit codes (cli.md). */
import { readArguments, usage } from './arguments.ts';
import { isAlive } from './control/node-file.ts';
import { type RunningNode, startNode } from './node.ts';
import type { ConsoleLine } from './trace/console.ts';

const parentCheckMs = 1000;
const stopLimitMs = 5000;

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if ('wrong' in args) {
    process.stderr.write(`dev-node: ${args.wrong}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  // With --json stdout belongs to the machine that reads it.
  const people = args.json ? process.stderr : process.stdout;
  // Whoever read our output may be gone; the node has its own ways to notice that.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  let node: RunningNode | undefined;
  let stopping = false;
  const stop = async (why: string) => {
    if (stopping) return;
    stopping = true;
    people.write(`${why}\n`);
    const hard = setTimeout(() => {
      process.stderr.write(`${args.name} did not stop within ${stopLimitMs / 1000} s; it is ended.\n`);
      process.exit(1);
    }, stopLimitMs);
    try {
      await node?.stop();
    } catch (error) {
      process.stderr.write(`${args.name} did not stop cleanly: ${(error as Error).stack}\n`);
      process.exitCode = 1;
    }
    clearTimeout(hard);
    process.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void stop(`exiting due to ${signal}`));
  if (args.parent !== undefined)
    stopWithParent(args.parent, () => void stop('exiting: the program that started this node has ended'));
  if (args.kit) stopFromTerminal(() => void stop('graceful exit'));

  try {
    node = await startNode({
      ...args,
      workerEntry: workerEntry(),
      onLine: (line, verbosity) => {
        if (line.level <= (args.kit?.verbosity ?? verbosity)) people.write(formatLine(line));
      },
      onStop: () => void stop('graceful exit'),
    });
  } catch (error) {
    process.stderr.write(`dev-node: ${args.name} could not start: ${describe(error)}\n`);
    process.exit(1);
  }
  const { ready } = node;
  if (args.json) process.stdout.write(`${JSON.stringify(ready)}\n`);
  else
    people.write(
      `${ready.node} runs at ${ready.http}\nhome ${ready.home}\npeer ${ready.peer.join(' ')}\nCtrl-C stops it.\n`,
    );
}

/** Beside the bundle, or in the sources when they run as they are. */
function workerEntry(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./process-host/worker.ts', import.meta.url)
    : new URL('./process-worker.js', import.meta.url);
}

/** A parent that was killed cannot tell us: its end closes our stdin; where that was handed on, its pid is gone. */
function stopWithParent(parent: number, stop: () => void): void {
  process.stdin.on('end', stop).on('close', stop).on('error', stop);
  process.stdin.resume();
  process.stdin.unref?.();
  setInterval(() => {
    if (!isAlive(parent)) stop();
  }, parentCheckMs).unref();
}

/**
 * kit stops a node by the byte 0x03 on its terminal, which is not a controlling one: no signal comes (kit.md §9.2). A
 * terminal that goes away is the end of kit itself.
 */
function stopFromTerminal(stop: () => void): void {
  const { stdin } = process;
  if (!stdin.isTTY) return;
  stdin.setRawMode(true);
  stdin.on('data', (bytes: Buffer) => {
    if (bytes.includes(3) || bytes.includes(4)) stop();
  });
  stdin.on('end', stop).on('close', stop).on('error', stop);
}

/** `Thu 22:51 text`, as the real node's terminal (kernel.md §14.1). */
function formatLine(line: ConsoleLine): string {
  const at = new Date(line.time);
  const day = at.toLocaleDateString('en-US', { weekday: 'short' });
  const two = (n: number) => String(n).padStart(2, '0');
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())} ${line.text}\n`;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Errors meant for people carry their mend in the text; others are bugs, for which only the stack helps.
  return error.constructor === Error ? error.message : (error.stack ?? error.message);
}

await main();
