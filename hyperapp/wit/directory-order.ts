import * as fs from 'node:fs';
import * as path from 'node:path';

/** The names in a folder, in the order in which kit would meet them. */
export type ListFolder = (folder: string) => readonly string[];

/**
 * The order in which the file system itself gives a folder's names, which is the one kit goes by; Node's own listing is
 * sorted. Empty if the folder is gone or closed to us.
 */
export const asOnDisk: ListFolder = (folder) => {
  let directory: fs.Dir;
  try {
    directory = fs.opendirSync(folder);
  } catch {
    // Which of two equal names comes first is then a guess either way; who reads the files tells that they are gone.
    return [];
  }
  try {
    const names: string[] = [];
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) names.push(entry.name);
    return names;
  } finally {
    directory.closeSync();
  }
};

/** Names sorted: the same on every machine. */
export const sorted: ListFolder = () => [];

/** Paths below a folder in the order of a walk through it; names that a listing does not have come last, sorted. */
export function inDirectoryOrder(folder: string, paths: readonly string[], list: ListFolder): string[] {
  const ranks = new Map<string, ReadonlyMap<string, number>>();
  const rankOf = (parent: string, name: string): number => {
    let names = ranks.get(parent);
    if (!names) {
      names = new Map(list(parent).map((entry, index) => [entry, index]));
      ranks.set(parent, names);
    }
    return names.get(name) ?? Number.POSITIVE_INFINITY;
  };
  const compare = (a: readonly string[], b: readonly string[]): number => {
    let parent = folder;
    for (const [index, name] of a.entries()) {
      const other = b[index];
      if (other === undefined) return 1;
      if (name !== other) {
        const [first, second] = [rankOf(parent, name), rankOf(parent, other)];
        return first === second ? (name < other ? -1 : 1) : first - second;
      }
      parent = path.join(parent, name);
    }
    return -1;
  };
  return paths
    .map((file) => ({ file, names: path.relative(folder, file).split(path.sep) }))
    .sort((a, b) => (a.file === b.file ? 0 : compare(a.names, b.names)))
    .map(({ file }) => file);
}
