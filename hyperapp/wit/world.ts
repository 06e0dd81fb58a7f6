import type { WitFinding } from './findings.ts';

/** A file of `api/`, by its name there. */
export interface ApiFile {
  readonly name: string;
  readonly text: string;
}

/** What a build wants of the world files. */
export interface WorldsWanted {
  readonly worlds: readonly string[];
  /** Names of interfaces, escaped where they have to be, in the order of the projects. */
  readonly interfaces: readonly string[];
}

interface World {
  readonly name: string;
  readonly imports: readonly string[];
  readonly includes: readonly string[];
}

/**
 * The world files that change: what lies in `api/` is kept and added to, worlds that are not there are made with their
 * `types-` twin (wit-generation.md §2). `existing` is in the directory's order, since kit forgets a world once it has met
 * its file: a `types-` file that comes later is left as it is.
 */
export function writeWorlds(
  { worlds, interfaces }: WorldsWanted,
  existing: readonly ApiFile[],
): { files: ApiFile[]; errors: WitFinding[] } {
  const left = new Set(worlds);
  const imports = interfaces.map((name) => `import ${name};`);
  const files: ApiFile[] = [];
  const errors: WitFinding[] = [];
  for (const { name: file, text } of existing) {
    const world = text.includes('world ') ? readWorld(text) : undefined;
    if (!world) continue;
    if (!left.delete(world.name)) {
      if (Buffer.byteLength(world.name) < 'types-'.length) {
        const short = `api/${file} holds the world \`${world.name}\`, which no process names, and kit crashes on names of less than six characters there. Remove the file.`;
        errors.push({ text: short });
      }
      // kit takes any six characters for `types-`.
      if (!left.has(world.name.slice('types-'.length))) continue;
    }
    files.push({ name: file, text: worldText({ ...world, imports: union(world.imports, imports) }) });
  }
  for (const name of [...left].sort())
    for (const full of [name, `types-${name}`])
      files.push({ name: `${full}.wit`, text: worldText({ name: full, imports, includes: [] }) });
  return { files, errors };
}

function readWorld(text: string): World | undefined {
  let name: string | undefined;
  const imports: string[] = [];
  const includes: string[] = [];
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (line.startsWith('world ')) name = line.split(/\s+/)[1] ?? name;
    else if (line.startsWith('import ')) imports.push(line);
    else if (line.startsWith('include ')) includes.push(line);
  }
  return name === undefined ? undefined : { name, imports, includes };
}

function union(first: readonly string[], second: readonly string[]): string[] {
  return [...first, ...second.filter((line) => !first.includes(line))];
}

function worldText({ name, imports, includes }: World): string {
  const wanted = name.startsWith('types-') ? ['include lib;'] : includes.length === 0 ? ['include process-v1;'] : [];
  const lines = [...new Set([...includes, ...wanted])].sort();
  const indent = (line: string) => `    ${line}`;
  return `world ${name} {\n${imports.map(indent).join('\n')}\n${lines.map((line) => `${indent(line)}\n`).join('')}}`;
}
