import * as path from 'node:path';
import type { Files } from './files.ts';

/** Names of the worlds that a package's `api/*.wit` define, as kit finds them (wit-generation.md §2). */
export function worldsOf(files: Files, folder: string): string[] {
  return files.list(folder).flatMap(({ name, isFolder }) => {
    if (isFolder || !name.endsWith('.wit')) return [];
    const text = files.read(path.join(folder, name)) ?? '';
    return [...text.matchAll(/^\s*world\s+%?([\w-]+)/gm)].map(([, world]) => world as string);
  });
}
