/**
 * Keeps two processes off one home. The lock is the operating system's own, on a file that SQLite holds open: it ends with
 * the process, however that ends, so there is no such thing as a stale one.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';

export interface HomeLock {
  release(): void;
}

/** Files in a home that are the lock's own. */
export const lockFileName = 'lock.db';

/** Undefined when another process holds the home. Rejects when the folder cannot be written. */
export async function lockHome(home: string): Promise<HomeLock | undefined> {
  fs.mkdirSync(home, { recursive: true, mode: 0o700 });
  const { DatabaseSync } = await importSqlite();
  const database = new DatabaseSync(path.join(home, lockFileName));
  try {
    database.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (error) {
    database.close();
    if (/locked|busy/i.test((error as Error).message)) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}

/** `node:sqlite`, without the warning that older versions of Node print for it. Rejects with a mend where it is missing. */
export async function importSqlite(): Promise<typeof import('node:sqlite')> {
  const warn = process.emitWarning;
  process.emitWarning = (warning: string | Error, ...more: unknown[]) => {
    if (!String(warning).includes('SQLite')) (warn as (...all: unknown[]) => void).call(process, warning, ...more);
  };
  try {
    return await import('node:sqlite');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_UNKNOWN_BUILTIN_MODULE') throw error;
    throw new Error(`A node needs node:sqlite, which ${process.version} lacks: run it with Node 22.13 or later.`);
  } finally {
    process.emitWarning = warn;
  }
}
