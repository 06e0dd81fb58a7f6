/** Finds the app that a person has opened: a folder with a metadata.json that names a package (packages.md). */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as v from 'valibot';

const metadata = v.object({ properties: v.object({ package_name: v.string(), publisher: v.string() }) });

export interface OpenedApp {
  /** Folder with metadata.json; absolute. */
  readonly root: string;
  /** `package-name:publisher`. */
  readonly packageId: string;
}

/** Folders that hold built or fetched things, never an app that a person edits. */
const passedBy = new Set(['node_modules', 'target', 'pkg', 'dist', 'build', 'out']);

/** The app whose root is `folder`, or undefined if it is none (no metadata.json, or one of another kind). */
export async function readApp(folder: string): Promise<OpenedApp | undefined> {
  let written: unknown;
  try {
    written = JSON.parse(await fs.readFile(path.join(folder, 'metadata.json'), 'utf8'));
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(metadata, written);
  if (!parsed.success) return undefined;
  const { package_name, publisher } = parsed.output.properties;
  return { root: folder, packageId: `${package_name}:${publisher}` };
}

/** All apps in and below `folder`, at most `depth` folders down, in the order of their paths. Apps do not nest. */
export async function findApps(folder: string, depth = 3): Promise<OpenedApp[]> {
  const own = await readApp(folder);
  if (own) return [own];
  if (depth === 0) return [];
  const entries = await fs.readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !passedBy.has(entry.name))
    .map((entry) => path.join(folder, entry.name))
    .sort();
  return (await Promise.all(below.map((each) => findApps(each, depth - 1)))).flat();
}
