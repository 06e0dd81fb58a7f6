/** What tests build is kept under node_modules/.cache/hyperware by the hash of all that went into it, so no binary is committed. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

export const buildCache = path.join(import.meta.dirname, '../../node_modules/.cache/hyperware');

/** The kept bytes of `name` for these `parts` (sources, versions, the way of building), or those that `build` makes. */
export async function builtOnce(
  name: string,
  parts: readonly string[],
  build: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const hash = createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
  const folder = path.join(buildCache, 'components');
  const file = path.join(folder, `${name}-${hash}.wasm`);
  const found = await fs.readFile(file).catch(() => undefined);
  if (found) return found;
  const built = await build();
  await fs.mkdir(folder, { recursive: true });
  // Tests build in several processes at once: the file is there whole, or not at all.
  const unfinished = `${file}.${process.pid}`;
  await fs.writeFile(unfinished, built);
  await fs.rename(unfinished, file);
  return built;
}
