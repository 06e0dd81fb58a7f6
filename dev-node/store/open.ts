/** Opens a node's store. The engine is chosen here and nowhere else. */
import { importSqlite } from './home-lock.ts';
import { openSqliteStore } from './sqlite-store.ts';
import type { Store } from './store.ts';

/** `home` is the node's home folder; rejects with an Error that says which file is at fault. */
export async function openStore(home: string): Promise<Store> {
  const { DatabaseSync } = await importSqlite();
  return openSqliteStore(home, DatabaseSync);
}
