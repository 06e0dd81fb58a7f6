/** Writes docs/fidelity.md from the conformance cases; `--check` only says whether it is up to date. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Standing, type Statement, startListing } from './frame.ts';

const file = path.join(import.meta.dirname, '../../docs/fidelity.md');

/** Spec files in the order in which they are listed. */
const specs: Readonly<Record<string, string>> = {
  'kernel.md': 'Kernel and processes',
  'packages.md': 'Packages and app-store',
  'http-server.md': 'http-server',
  'storage.md': 'vfs, kv and sqlite',
  'other-modules.md': 'Other modules',
  'kit.md': 'kit',
  'hyperapp.md': 'Apps made with the framework',
};

/** What docs/fidelity.md is to hold. Imports every case file, without running a case. */
export async function fidelityPage(): Promise<string> {
  const listed = startListing();
  const cases = fs.globSync('*/**/*.test.ts', { cwd: import.meta.dirname }).sort();
  for (const name of cases) await import(pathToFileURL(path.join(import.meta.dirname, name)).href);
  for (const { section } of listed)
    if (!(specOf(section) in specs)) throw new Error(`${section} is of no spec file that fidelity.ts knows`);
  return page(listed);
}

export const committedPage = (): string | undefined =>
  fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;

const specOf = (section: string) => section.split(' ')[0] ?? '';

function page(listed: readonly Statement[]): string {
  const of = (standing: Standing, spec?: string) =>
    listed.filter((one) => one.standing === standing && (spec === undefined || specOf(one.section) === spec));
  const parts = [
    '<!-- Written by `node test/conformance/fidelity.ts` from the cases in test/conformance. Change it there. -->',
    '# Where a dev node differs from a real one',
    'A dev node answers apps as a real Hyperware node does. Each line below is a statement about the real node that an app, or `kit`, can notice. The statements that hold, and those that differ, are checked by a case that runs on a real node process with a real component; the few without one are marked °.',
    table(
      ['', 'holds', 'differs', 'not emulated'],
      Object.entries(specs)
        .filter(([spec]) => listed.some(({ section }) => specOf(section) === spec))
        .map(([spec, title]) => [
          `[${title}](#${anchor(title)})`,
          ...(['holds', 'differs', 'not emulated'] as const).map((standing) => `${of(standing, spec).length}`),
        ]),
    ),
  ];
  for (const [spec, title] of Object.entries(specs)) {
    const [differing, missing, holding] = [of('differs', spec), of('not emulated', spec), of('holds', spec)];
    if (differing.length + missing.length + holding.length === 0) continue;
    parts.push(`## ${title}`);
    if (missing.length > 0) parts.push('### Not emulated', reasons(missing, 'Real node'));
    if (differing.length > 0) parts.push('### Differs', reasons(differing, 'Real node'));
    if (holding.length > 0)
      parts.push(
        '### Holds',
        table(
          ['Section', 'Statement'],
          bySection(holding).map((one) => [one.section, one.text]),
        ),
      );
  }
  return `${parts.join('\n\n')}\n`;
}

function reasons(statements: readonly Statement[], what: string): string {
  return table(
    ['Section', what, 'Dev node'],
    bySection(statements).map((one) => [one.section, one.text, `${one.reason ?? ''}${one.checked ? '' : ' °'}`]),
  );
}

function bySection(statements: readonly Statement[]): readonly Statement[] {
  const numbers = (section: string) => (/§(.*)$/.exec(section)?.[1] ?? '').split('.').map(Number);
  return statements.toSorted((one, two) => {
    const [a, b] = [numbers(one.section), numbers(two.section)];
    for (let at = 0; at < Math.max(a.length, b.length); at += 1)
      if ((a[at] ?? -1) !== (b[at] ?? -1)) return (a[at] ?? -1) - (b[at] ?? -1);
    return one.text < two.text ? -1 : one.text > two.text ? 1 : 0;
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const anchor = (title: string) =>
  title
    .toLowerCase()
    .replaceAll(' ', '-')
    .replaceAll(/[^a-z0-9-]/g, '');

if (import.meta.main) {
  const wanted = await fidelityPage();
  if (!process.argv.includes('--check')) fs.writeFileSync(file, wanted);
  else if (wanted !== committedPage()) {
    console.error('docs/fidelity.md is not what the cases say. Run: node test/conformance/fidelity.ts');
    process.exitCode = 1;
  }
}
