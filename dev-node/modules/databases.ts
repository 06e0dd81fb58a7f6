/** Database files of kv and sqlite, `<home>/<kind>/<package:publisher>/<name>/<name>.db`, open while they are in use. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Capability, ProcessId } from '../kernel/message.ts';
import type { PackageIdObject } from './body.ts';

export interface DatabaseKey {
  readonly package_id: PackageIdObject;
  readonly db: string;
}

/** A name that stays one folder: the original does not check, and would follow `..` out of the home. */
export function isDatabaseKey({ package_id, db }: DatabaseKey): boolean {
  return [package_id.package_name, package_id.publisher_node, db].every((name) => !/^\.*$|[/\\\0]/.test(name));
}

/** The right to read or write one database (storage.md §3.3, §4.5). */
export function databaseCapability(
  issuer: Capability['issuer'],
  kind: 'read' | 'write',
  { package_id: { package_name, publisher_node }, db }: DatabaseKey,
): Capability {
  return { issuer, params: JSON.stringify({ kind, db_key: [{ package_name, publisher_node }, db] }) };
}

/** Whether the process belongs to the package that owns the database. */
export function ownsDatabase(process: ProcessId, { package_id }: DatabaseKey): boolean {
  return (
    process.endsWith(`:${package_id.package_name}:${package_id.publisher_node}`) && process.split(':').length === 3
  );
}

/** A transaction's id: random, and small enough for every JSON reader (storage.md §3.3). */
export function newTransactionId(): bigint {
  return BigInt(Math.floor(Math.random() * Number.MAX_SAFE_INTEGER));
}

export class Databases {
  readonly #root: string;
  readonly #prepare: (database: DatabaseSync) => void;
  readonly #open = new Map<string, DatabaseSync>();

  /** `prepare` runs on each database after it was opened. */
  constructor(root: string, prepare: (database: DatabaseSync) => void) {
    this.#root = root;
    this.#prepare = prepare;
  }

  #folder({ package_id: { package_name, publisher_node }, db }: DatabaseKey): string {
    const separator = process.platform === 'win32' ? '_' : ':';
    return path.join(this.#root, `${package_name}${separator}${publisher_node}`, db);
  }

  /** The database, created if it is not there. Throws what the file system or SQLite throws. */
  open(key: DatabaseKey): DatabaseSync {
    const folder = this.#folder(key);
    const known = this.#open.get(folder);
    if (known) return known;
    fs.mkdirSync(folder, { recursive: true });
    const database = new DatabaseSync(path.join(folder, `${key.db}.db`));
    database.exec('PRAGMA journal_mode = WAL');
    this.#prepare(database);
    this.#open.set(folder, database);
    return database;
  }

  /** Deletes a database and makes it anew, empty. Throws ENOENT if it never was. */
  remove(key: DatabaseKey): void {
    const folder = this.#folder(key);
    this.#open.get(folder)?.close();
    this.#open.delete(folder);
    fs.rmSync(folder, { recursive: true });
    this.open(key);
  }

  close(): void {
    for (const database of this.#open.values()) database.close();
    this.#open.clear();
  }
}
