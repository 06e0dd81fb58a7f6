/** Opens a node's store. The engine is chosen here and nowhere else. */
import type { Store } from './store.ts';

/** `home` is the node's home folder; rejects with an Error that says which file is at fault. */
export async function openStore(home: string): Promise<Store> {
  let engine: typeof import('./sqlite-store.ts');
  try {
    engine = await import('./sqlite-store.ts');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_UNKNOWN_BUILTIN_MODULE') throw error;
    throw new Error(`A node needs node:sqlite, which ${process.version} lacks: run it with Node 22.13 or later.`);
  }
  return engine.openSqliteStore(home);
}
