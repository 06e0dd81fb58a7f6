import * as path from 'node:path';
import { type Files, filesBelow } from '../project/files.ts';
import { inDirectoryOrder, type ListFolder, sorted } from './directory-order.ts';
import type { ApiFile } from './world.ts';

/** The `.wit` files right in an app's `api/`, in the order of the listing; empty if there is no such folder. */
export function readApi(files: Files, root: string, list: ListFolder = sorted): ApiFile[] {
  const folder = path.join(root, 'api');
  const found = filesBelow(files, folder, (name) => name.endsWith('.wit')).filter(
    (file) => path.dirname(file) === folder,
  );
  return inDirectoryOrder(folder, found, list).flatMap((file) => {
    const text = files.read(file);
    return text === undefined ? [] : [{ name: path.basename(file), text }];
  });
}
