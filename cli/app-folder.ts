/** The app that a command is about, and its built package. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { readTree, zipOf } from '../hyperapp/build/zip.ts';
import { diskFiles } from '../hyperapp/project/files.ts';
import { findApps } from '../hyperapp/project/find.ts';
import { packageIdOf } from '../hyperapp/project/metadata.ts';
import { errors } from './errors.ts';

/**
 * The folder of the app: the one that was named or the current one, if it has metadata.json; else the nearest above it that
 * has; else the only app below it. Absolute. Throws `CliError`.
 */
export function appFolder(named: string | undefined): string {
  const start = path.resolve(named ?? '.');
  const isApp = (folder: string) => packageIdOf(diskFiles.read(path.join(folder, 'metadata.json')) ?? '') !== undefined;
  if (isApp(start)) return start;
  if (named === undefined)
    for (let folder = path.dirname(start); folder !== path.dirname(folder); folder = path.dirname(folder))
      if (isApp(folder)) return folder;
  const below = findApps(diskFiles, start);
  // An app inside an app is its test package.
  const outermost = below.filter((one) => !below.some((other) => one.startsWith(other + path.sep)));
  if (outermost.length === 1) return outermost[0]!;
  if (outermost.length > 1)
    throw errors.whichApp(
      start,
      outermost.map((one) => path.relative(start, one)),
    );
  throw errors.noApp(start);
}

export interface Package {
  /** `package-name:publisher`. */
  readonly packageId: string;
  readonly zip: Uint8Array;
  /** metadata.json as it is. */
  readonly metadata: unknown;
  /** It brings pages, so a process of it will serve them. */
  readonly hasUi: boolean;
}

/** Zips `pkg/` as it lies there, with metadata.json beside it (kit.md §4). Throws `CliError`. */
export async function readPackage(folder: string): Promise<Package> {
  const file = path.join(folder, 'metadata.json');
  let text: string;
  let metadata: unknown;
  try {
    text = await fs.readFile(file, 'utf8');
    metadata = JSON.parse(text);
  } catch (error) {
    throw errors.badMetadata(file, (error as Error).message);
  }
  const packageId = packageIdOf(text);
  if (packageId === undefined) throw errors.badMetadata(file, 'it does not name its package and publisher');
  const contents = await readTree(path.join(folder, 'pkg'));
  if (!contents.has('manifest.json')) throw errors.notBuilt(folder);
  return { packageId, zip: zipOf(contents), metadata, hasUi: contents.has('ui/index.html') };
}
