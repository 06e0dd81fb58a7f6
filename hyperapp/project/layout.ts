import * as path from 'node:path';
import { type Files, filesBelow, passedOver } from './files.ts';

/** What the folders directly below a package root are (packages.md §1). */
export interface Layout {
  readonly rust: readonly string[];
  readonly typescript: readonly { readonly folder: string; readonly files: readonly string[] }[];
  readonly frontEnds: readonly string[];
}

const isTypeScript = (name: string) => /\.[cm]?ts$/.test(name) && !/\.(d|test|spec)\.[cm]?ts$/.test(name);

/**
 * Sorts a package's folders: a crate has Cargo.toml and src/lib.rs; a TypeScript backend has a source that puts the
 * SDK's decorator on a class; a front end is `ui`, or what has a package.json or an index.html and is neither.
 */
export function layoutOf(files: Files, root: string): Layout {
  const rust: string[] = [];
  const typescript: Layout['typescript'][number][] = [];
  const frontEnds: string[] = [];
  for (const { name, isFolder } of files.list(root)) {
    if (!isFolder || name.startsWith('.') || passedOver.has(name) || name === 'api' || name === 'test') continue;
    const folder = path.join(root, name);
    if (has(files, folder, 'Cargo.toml') || has(files, folder, 'src/lib.rs')) {
      if (has(files, folder, 'src/lib.rs')) rust.push(folder);
      continue;
    }
    const sources = filesBelow(files, folder, isTypeScript);
    if (sources.some((file) => isBackendText(files.read(file) ?? ''))) typescript.push({ folder, files: sources });
    else if (name === 'ui' || has(files, folder, 'package.json') || has(files, folder, 'index.html'))
      frontEnds.push(folder);
  }
  return { rust, typescript, frontEnds };
}

/** True for a source that says it is a process; cheap enough to ask of every file. */
export function isBackendText(text: string): boolean {
  return /@(\w+\.)?hyperapp\s*\(/.test(text) && /from\s+['"]hyperapp['"]/.test(text);
}

function has(files: Files, folder: string, name: string): boolean {
  return files
    .list(path.join(folder, path.dirname(name)))
    .some((entry) => !entry.isFolder && entry.name === path.basename(name));
}
