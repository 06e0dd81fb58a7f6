/** Package zips as kit makes them, byte for byte the same for the same files (packages.md §5). */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { type Zippable, zipSync } from 'fflate';

/** Paths with `/` to their bytes. */
export type FileTree = ReadonlyMap<string, Uint8Array>;

const unix = 3;
const mode = 0o755;

export function zipOf(files: FileTree): Uint8Array {
  const folders = new Set<string>();
  for (const file of files.keys()) {
    const parts = file.split('/');
    for (let depth = 1; depth < parts.length; depth++) folders.add(`${parts.slice(0, depth).join('/')}/`);
  }
  const entries: Zippable = {};
  // The zip format has no time zone: fflate writes a date's local fields, so this one is local too.
  const mtime = new Date(2023, 5, 19, 0, 0, 0);
  for (const name of [...files.keys(), ...folders].sort(byParts)) {
    const isFolder = name.endsWith('/');
    entries[name] = [
      isFolder ? new Uint8Array() : files.get(name)!,
      {
        level: isFolder ? 0 : 6,
        mtime,
        os: unix,
        attrs: ((isFolder ? 0o040000 : 0o100000) | mode) << 16,
      },
    ];
  }
  return zipSync(entries);
}

/** By path as Rust orders paths, part by part, so that a folder stands right before what is in it. */
function byParts(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    if (left[index] !== right[index]) return left[index]! < right[index]! ? -1 : 1;
  }
  return left.length - right.length;
}

/** Lower-case hex SHA-256: the version hash of a package. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** `chat:template.os` -> `chat:template.zip`: kit replaces the last dotted suffix. */
export function zipName(packageId: string): string {
  const dot = packageId.lastIndexOf('.');
  return `${dot > 0 ? packageId.slice(0, dot) : packageId}.zip`;
}

/** Every file below a folder; empty if there is no such folder. */
export async function readTree(folder: string, prefix = ''): Promise<Map<string, Uint8Array>> {
  const tree = new Map<string, Uint8Array>();
  const entries = await fs.readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const entry of entries) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory())
      for (const [name, bytes] of await readTree(full, `${prefix}${entry.name}/`)) tree.set(name, bytes);
    else tree.set(`${prefix}${entry.name}`, await fs.readFile(full));
  }
  return tree;
}
