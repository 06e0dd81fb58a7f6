/** AddZip: an archive's entries as files below a folder (storage.md §2.6). */
import * as path from 'node:path';
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { VfsFailure } from './errors.ts';
import type { Files } from './files.ts';

/** All entries lie in memory before they are written, so a small archive may not claim more than this once unpacked. */
const mostUnpackedBytes = 2 ** 30;

/** Whether an entry stays below the folder that it is unpacked into. */
function staysBelow(name: string): boolean {
  return !/^[/\\]|^[A-Za-z]:[/\\]|\0/.test(name) && !name.split(/[/\\]/).includes('..');
}

/** Unpacks in stored order, overwriting; makes parent folders that the archive does not name. */
export async function addZip(files: Files, dir: string, archive: Uint8Array): Promise<void> {
  let entries: Record<string, Uint8Array>;
  let unpackedBytes = 0;
  const filter = ({ originalSize }: UnzipFileInfo) => {
    unpackedBytes += originalSize;
    if (unpackedBytes > mostUnpackedBytes)
      throw new Error(`it holds more than ${mostUnpackedBytes / 2 ** 20} MB once unpacked`);
    return true;
  };
  try {
    entries = unzipSync(archive, { filter });
  } catch (error) {
    throw new VfsFailure({ ParseError: { error: `invalid Zip archive: ${(error as Error).message}`, path: dir } });
  }
  await files.createDir(dir, true);
  for (const [name, bytes] of Object.entries(entries)) {
    if (!staysBelow(name)) throw new VfsFailure('UnzipError');
    const target = path.join(dir, ...name.split('/'));
    await files.stayInside(target);
    if (name.endsWith('/')) {
      await files.createDir(target, true);
      continue;
    }
    await files.createDir(path.dirname(target), true);
    await files.write(target, bytes);
  }
}
