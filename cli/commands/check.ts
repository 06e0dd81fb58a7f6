import { type Command, Option } from 'commander';
import { appFolder } from '../app-folder.ts';
import { createContext, example, withJson } from '../command.ts';
import { errors } from '../errors.ts';
import { diagnose, type Finding } from '../language-server.ts';
import type { Output } from '../output.ts';
import { toSarif } from '../sarif.ts';

interface CheckOptions {
  readonly json?: true;
  readonly format?: 'pretty' | 'json' | 'sarif';
}

/** `hyperdev check`: every diagnostic of the language server, without an editor. */
export function registerCheck(program: Command): void {
  const command = withJson(program.command('check').argument('[app]', 'folder of the app'))
    .description('every mistake that the editor would underline; exit code 1 on any error')
    .addOption(new Option('--format <format>', 'how to print them').choices(['pretty', 'json', 'sarif']))
    .action(async (app: string | undefined, options: CheckOptions) => {
      const format = options.format ?? (options.json ? 'json' : 'pretty');
      const { output } = createContext({ json: format !== 'pretty' });
      const findings = await diagnose(appFolder(app));
      if (format === 'json') output.value(findings);
      else if (format === 'sarif') output.value(toSarif(findings));
      else print(findings, output);
      const count = findings.filter(({ severity }) => severity === 'error').length;
      if (count > 0) throw errors.findings(count);
    });
  example(command, 'hyperdev check', 'hyperdev check examples/samchat --format sarif > findings.sarif');
}

const styles = { error: 'red', warning: 'yellow', information: 'blue', hint: 'dim' } as const;

function print(findings: readonly Finding[], output: Output): void {
  for (const { file, code, severity, message, range, fixes } of findings) {
    const where = `${file}:${range.start.line + 1}:${range.start.character + 1}`;
    output.line(`${output.style('bold', where)}: ${output.style(styles[severity], severity)} ${code}: ${message}`);
    for (const fix of fixes) output.line(output.style('dim', `    fix: ${fix}`));
  }
  if (findings.length === 0) output.line('Nothing to mend.');
}
