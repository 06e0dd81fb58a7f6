/** `hyperdev`: the powers of the extension in a terminal, a script and CI (cli.md). */
import { Command, CommanderError } from 'commander';
import { ControlError } from '../dev-node/control/client.ts';
import packageJson from '../package.json' with { type: 'json' };
import { registerBuild } from './commands/build.ts';
import { registerBuildStart } from './commands/build-start.ts';
import { registerCheck } from './commands/check.ts';
import { registerInject } from './commands/inject.ts';
import { registerLogs } from './commands/logs.ts';
import { registerLsp } from './commands/lsp.ts';
import { registerNode } from './commands/node.ts';
import { registerPs } from './commands/ps.ts';
import { registerRemove } from './commands/remove.ts';
import { registerStart } from './commands/start.ts';
import { registerTrace } from './commands/trace.ts';
import { registerUp } from './commands/up.ts';
import { registerWit } from './commands/wit.ts';
import { CliError, errors } from './errors.ts';

const usage = 2;

const program = new Command('hyperdev')
  .description('Run Hyperware apps on local dev nodes, watch their messages, and check them.')
  .version(packageJson.version)
  .showHelpAfterError('(hyperdev <command> --help tells more)')
  .exitOverride();

for (const register of [
  registerUp,
  registerNode,
  registerBuild,
  registerStart,
  registerBuildStart,
  registerRemove,
  registerInject,
  registerPs,
  registerTrace,
  registerLogs,
  registerCheck,
  registerLsp,
  registerWit,
])
  register(program);

// A reader that has seen enough (`| head`) ends us; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Tells what happened and what to do; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usage;
  const known = error instanceof ControlError ? errors.fromNode(error) : error;
  if (known instanceof CliError) {
    process.stderr.write(`hyperdev: ${known.message}\n${known.mend}\n`);
    return known.exit;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`hyperdev: this is a bug of hyperdev, please report it.\n${text}\n`);
  return 1;
}
