import * as path from 'node:path';
import { type Files, passedOver } from './files.ts';

/** How deep below a workspace folder apps are looked for: monorepos keep them two or three levels down. */
const depth = 5;

/**
 * Folders with a metadata.json that is a Hyperware package's, in the order of their paths. An app inside an app (a test
 * package, say) is found too; hidden and made folders are not looked at.
 */
export function findApps(files: Files, folder: string): string[] {
  return search(files, folder, depth);
}

function search(files: Files, folder: string, levels: number): string[] {
  const entries = files.list(folder);
  const here = entries.some(({ name, isFolder }) => !isFolder && name === 'metadata.json') && isPackage(files, folder);
  const below = entries
    .filter(({ name, isFolder }) => isFolder && !name.startsWith('.') && !passedOver.has(name))
    .flatMap(({ name }) => (levels === 0 ? [] : search(files, path.join(folder, name), levels - 1)));
  return here ? [folder, ...below] : below;
}

/** metadata.json is a common name; a package's has `properties`, a package name or a publisher, or `pkg/` beside it. */
function isPackage(files: Files, folder: string): boolean {
  const text = files.read(path.join(folder, 'metadata.json')) ?? '';
  return (
    /"(properties|package_name|publisher)"/.test(text) ||
    files.read(path.join(folder, 'pkg/manifest.json')) !== undefined
  );
}
