import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { example } from '../command.ts';
import { bundle } from '../node-runtime.ts';

/** `hyperdev lsp`: the language server over stdio, for editors other than VS Code (docs/other-editors.md). */
export function registerLsp(program: Command): void {
  const command = program
    .command('lsp')
    .option('--stdio', 'the only way it speaks; editors like to say so')
    .description('the language server over stdin and stdout, for any editor; it only reads')
    .action(async () => {
      // In this process: no second one to start, and none to outlive the editor. It takes its transport from the arguments.
      if (!process.argv.includes('--stdio')) process.argv.push('--stdio');
      await import(pathToFileURL(bundle('language-server.js')).href);
    });
  example(command, 'hyperdev lsp');
}
