import * as fs from 'node:fs';
import * as path from 'node:path';

/** How an app's files are reached; the language server puts open documents in front of the disk. */
export interface Files {
  /** The text, or undefined if there is no such file. */
  read(file: string): string | undefined;
  /** Names in a folder; empty if there is none. */
  list(folder: string): readonly Entry[];
  /** What lies on disk of a file that `read` gives an open document for; undefined for any other. */
  saved?(file: string): string | undefined;
}

export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** The disk as it is. */
export const diskFiles: Files = {
  read(file) {
    try {
      return fs.readFileSync(file, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  list(folder) {
    try {
      return fs
        .readdirSync(folder, { withFileTypes: true })
        .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
};

/** Missing or out of reach: a file that cannot be read is, for a reader, not there. */
function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code !== undefined && ['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'ELOOP'].includes(code);
}

/** Folders that hold what tools made, or what others wrote (diagnostics.md §0.2). */
export const passedOver: ReadonlySet<string> = new Set(['target', 'pkg', 'node_modules', 'dist', 'build', 'coverage']);

/** Every file below a folder whose name fits, in the order of paths; made and hidden folders are passed over. */
export function filesBelow(
  files: Files,
  folder: string,
  fits: (name: string) => boolean,
  passed: ReadonlySet<string> = passedOver,
): string[] {
  return files.list(folder).flatMap(({ name, isFolder }) => {
    const full = path.join(folder, name);
    if (isFolder) return name.startsWith('.') || passed.has(name) ? [] : filesBelow(files, full, fits, passed);
    return fits(name) ? [full] : [];
  });
}
