/** The store in one SQLite file, `<home>/kernel/node.db`: WAL, and each commit synced to disk. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { ProcessId } from '../kernel/message.ts';
import type { Store, StoredProcess } from './store.ts';

interface Waiting {
  /** undefined: clear. */
  readonly bytes: Uint8Array | undefined;
  readonly settle: ((error: Error | undefined) => void)[];
}

/** Throws an Error that names the file when it cannot be opened. */
export function openSqliteStore(home: string, engine: typeof DatabaseSync): Store {
  const folder = path.join(home, 'kernel');
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'node.db');
  const database = open(file, engine);
  const read = database.prepare('select bytes from state where process = ?');
  const write = database.prepare('insert or replace into state (process, bytes) values (?, ?)');
  const remove = database.prepare('delete from state where process = ?');
  const listProcesses = database.prepare('select id, entry from process order by rowid');
  const writeProcess = database.prepare(
    'insert into process (id, entry) values (?, ?) on conflict (id) do update set entry = excluded.entry',
  );
  const removeProcess = database.prepare('delete from process where id = ?');

  const inTransaction = (run: () => void) => {
    database.exec('begin immediate');
    try {
      run();
      database.exec('commit');
    } catch (error) {
      if (database.isTransaction) database.exec('rollback');
      throw error;
    }
  };

  // Writes of one turn share a commit, for the disk's sync is nearly all of their cost.
  let waiting = new Map<ProcessId, Waiting>();
  let scheduled: NodeJS.Immediate | undefined;
  const flush = () => {
    if (scheduled) clearImmediate(scheduled);
    scheduled = undefined;
    const writes = waiting;
    waiting = new Map();
    if (writes.size === 0) return;
    let failure: Error | undefined;
    try {
      inTransaction(() => {
        for (const [process, { bytes }] of writes) {
          if (bytes) write.run(process, bytes);
          else remove.run(process);
        }
      });
    } catch (error) {
      failure = error as Error;
    }
    for (const { settle } of writes.values()) for (const tell of settle) tell(failure);
  };
  const put = (process: ProcessId, bytes: Uint8Array | undefined) =>
    new Promise<void>((resolve, reject) => {
      const tell = (error: Error | undefined) => (error ? reject(error) : resolve());
      const earlier = waiting.get(process)?.settle ?? [];
      waiting.set(process, { bytes: bytes && new Uint8Array(bytes), settle: [...earlier, tell] });
      scheduled ??= setImmediate(flush);
    });

  return {
    getState(process) {
      const pending = waiting.get(process);
      if (pending) return pending.bytes && new Uint8Array(pending.bytes);
      const row = read.get(process) as { bytes: Uint8Array } | undefined;
      return row?.bytes;
    },
    setState: (process, bytes) => put(process, bytes),
    clearState: (process) => put(process, undefined),
    processes: () => listProcesses.all() as unknown as StoredProcess[],
    saveProcesses(changed, removed) {
      inTransaction(() => {
        for (const { id, entry } of changed) writeProcess.run(id, entry);
        for (const id of removed) removeProcess.run(id);
      });
    },
    async backup() {
      flush();
      const target = path.join(folder, 'backup');
      fs.mkdirSync(target, { recursive: true });
      const copy = path.join(target, 'node.db');
      fs.rmSync(`${copy}.new`, { force: true });
      database.prepare('vacuum into ?').run(`${copy}.new`);
      fs.renameSync(`${copy}.new`, copy);
    },
    close() {
      flush();
      database.close();
    },
  };
}

function open(file: string, engine: typeof DatabaseSync): DatabaseSync {
  try {
    const database = new engine(file);
    database.exec(`
      pragma journal_mode = wal;
      pragma synchronous = full;
      create table if not exists state (process text primary key, bytes blob not null) without rowid;
      create table if not exists process (id text primary key, entry text not null);
    `);
    return database;
  } catch (error) {
    throw new Error(
      `${file} could not be opened: ${(error as Error).message}. Start the node with --fresh to begin anew.`,
      {
        cause: error,
      },
    );
  }
}
