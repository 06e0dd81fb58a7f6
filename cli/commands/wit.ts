import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Command } from 'commander';
import { appFolder } from '../app-folder.ts';
import { createContext, example, withJson } from '../command.ts';
import { errors } from '../errors.ts';
import { type GeneratedWit, generatedWit, type WitFinding } from '../language-server.ts';
import type { Output } from '../output.ts';

interface WitOptions {
  readonly json?: true;
  readonly write?: true;
}

/** `hyperdev wit`: the WIT that kit would generate, printed, or written into `api/`. Nothing is written after an error. */
export function registerWit(program: Command): void {
  const command = withJson(program.command('wit').argument('[app]', 'folder of the app'))
    .description('the WIT that kit would generate from the handlers')
    .option('-w, --write', 'write it into api/, as kit does when it builds')
    .action(async (app: string | undefined, options: WitOptions) => {
      const { output } = createContext(options);
      const folder = appFolder(app);
      const wit = await generatedWit(folder);
      for (const finding of wit.findings) output.note(sentence(finding, output));
      output.value(wit);
      const count = wit.findings.filter(({ severity }) => severity === 'error').length;
      if (count > 0) throw errors.noWit(count);
      if (wit.files.length === 0) throw errors.noHandlers(folder);
      if (options.write) await write(folder, wit, output);
      else if (!output.json) print(wit, output);
    });
  example(command, 'hyperdev wit examples/samchat', 'hyperdev wit --write');
}

function sentence({ severity, message, file, range }: WitFinding, output: Output): string {
  const where = file && range ? `${file}:${range.start.line + 1}:${range.start.character + 1}: ` : '';
  return `${output.style('bold', where)}${output.style(severity === 'error' ? 'red' : 'yellow', severity)}: ${message}`;
}

function print({ files }: GeneratedWit, output: Output): void {
  for (const [index, { path: name, text }] of files.entries()) {
    if (index > 0) output.line('');
    output.line(output.style('dim', `// ${name}`));
    output.line(text.replace(/\n$/, ''));
  }
}

async function write(folder: string, { files }: GeneratedWit, output: Output): Promise<void> {
  for (const { path: name, text } of files) {
    const file = path.join(folder, name);
    const before = await fs.readFile(file, 'utf8').catch(() => undefined);
    if (before !== text) {
      try {
        await fs.mkdir(path.dirname(file), { recursive: true });
        await fs.writeFile(file, text);
      } catch (error) {
        throw errors.notWritten(file, (error as Error).message);
      }
    }
    const done = before === undefined ? 'written' : before === text ? 'unchanged' : 'changed';
    output.note(`${name} ${done}`);
  }
}
