/** What all commands have in common: options that work everywhere, numbers, and how long-running ones learn of Ctrl-C. */
import { type Command, Option } from 'commander';
import { errors } from './errors.ts';
import { createOutput, type Output } from './output.ts';

/** Options of commands that speak with a running node. */
export interface NodeOptions {
  readonly json?: true;
  readonly node?: string;
  readonly port?: number;
}

export interface Context {
  readonly output: Output;
  /** Aborted by Ctrl-C or a request to end; from the first call on the command has to end by itself. */
  untilStopped(): AbortSignal;
}

/** Adds `--json`; every command has it. */
export function withJson(command: Command): Command {
  return command.addOption(new Option('--json', 'print one JSON value a line on stdout, and nothing else there'));
}

/** Adds the options that pick a node (cli.md, "Everywhere"). */
export function withNode(command: Command): Command {
  return withJson(command)
    .option('-n, --node <name>', 'a running node, by its name')
    .addOption(
      new Option('-p, --port <port>', 'any node of this machine, a real one too, by its HTTP port').argParser((text) =>
        wholeNumber('--port', text, 65535),
      ),
    );
}

export function wholeNumber(what: string, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most) throw errors.badNumber(what, text);
  return value;
}

/** An example for `--help`. */
export function example(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExample:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

export function createContext(options: { readonly json?: boolean }): Context {
  let signal: AbortSignal | undefined;
  return {
    output: createOutput(options.json === true),
    untilStopped() {
      if (signal) return signal;
      const controller = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.on(name, () => {
          // The second time somebody means it.
          if (controller.signal.aborted) process.exit(1);
          controller.abort();
        });
      signal = controller.signal;
      return signal;
    },
  };
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
