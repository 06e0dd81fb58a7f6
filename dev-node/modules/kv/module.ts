/** `kv:distro:sys`: one key-value store a database (storage.md §3), each in a SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import type { KernelMessage } from '../../kernel/message.ts';
import type { Module, ModuleContext } from '../../kernel/module.ts';
import { option, packageIdObject, parseBody, readAction, u64 } from '../body.ts';
import { kvId } from '../capabilities.ts';
import { DatabaseFailure, type DatabaseReply, databaseModule } from '../database-module.ts';
import {
  type DatabaseKey,
  Databases,
  databaseCapability,
  isDatabaseKey,
  newTransactionId,
  ownsDatabase,
} from '../databases.ts';

const byte = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));
const key = v.pipe(
  v.array(byte),
  v.transform((numbers) => Uint8Array.from(numbers)),
);
const envelope = v.object({ package_id: packageIdObject, db: v.string(), action: v.unknown() });
const keyed = v.object({ key, tx_id: option(u64) });
const commit = v.object({ tx_id: u64 });

interface Change {
  readonly key: Uint8Array;
  /** Undefined: deleted. */
  readonly value: Uint8Array | undefined;
}

const ok: DatabaseReply = { body: 'Ok' };

function apply(database: DatabaseSync, { key: name, value }: Change): void {
  if (value) database.prepare('INSERT OR REPLACE INTO entries (key, value) VALUES (?, ?)').run(name, value);
  else database.prepare('DELETE FROM entries WHERE key = ?').run(name);
}

/** `root` is `<home>/kv`. */
export function createKv(root: string): Module {
  const databases = new Databases(root, (database) => {
    // Durable at once after each Set and Commit (§3.3).
    database.exec(
      'PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB NOT NULL)',
    );
  });
  const transactions = new Map<bigint, Change[]>();

  function changesOf(transaction: bigint): Change[] {
    const changes = transactions.get(transaction);
    if (!changes) throw new DatabaseFailure({ NoTx: transaction });
    return changes;
  }

  function change(at: DatabaseKey, what: Change, transaction: bigint | null): DatabaseReply {
    if (transaction === null) apply(databases.open(at), what);
    else changesOf(transaction).push(what);
    return ok;
  }

  function commitAll(at: DatabaseKey, transaction: bigint): DatabaseReply {
    const changes = changesOf(transaction);
    transactions.delete(transaction);
    const database = databases.open(at);
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const one of changes) apply(database, one);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
    return ok;
  }

  function perform(message: KernelMessage, context: ModuleContext): DatabaseReply {
    const parsed = v.safeParse(envelope, parseBody(message.message.body));
    if (!parsed.success || !isDatabaseKey(parsed.output)) throw new DatabaseFailure('MalformedRequest');
    const at = parsed.output;
    const { process } = message.source;
    const action = readAction(at.action);
    const read = <S extends v.GenericSchema>(schema: S): v.InferOutput<S> => {
      const payload = v.safeParse(schema, action?.payload);
      if (!payload.success) throw new DatabaseFailure('MalformedRequest');
      return payload.output;
    };
    const need = (kind: 'read' | 'write') => {
      if (!context.holds(process, databaseCapability(context.our, kind, at)))
        throw new DatabaseFailure(kind === 'read' ? 'NoReadCap' : 'NoWriteCap');
    };
    const own = () => {
      if (!ownsDatabase(process, at)) throw new DatabaseFailure('MismatchingPackageId');
    };
    switch (action?.name) {
      case 'Open':
        own();
        databases.open(at);
        context.grant(process, [
          databaseCapability(context.our, 'read', at),
          databaseCapability(context.our, 'write', at),
        ]);
        return ok;
      case 'RemoveDb':
        own();
        databases.remove(at);
        return ok;
      case 'Set': {
        const { key: name, tx_id } = read(keyed);
        need('write');
        if (!message.blob) throw new DatabaseFailure('MalformedRequest');
        return change(at, { key: name, value: message.blob.bytes }, tx_id);
      }
      case 'Delete': {
        const { key: name, tx_id } = read(keyed);
        need('write');
        return change(at, { key: name, value: undefined }, tx_id);
      }
      case 'Get': {
        const name = read(key);
        need('read');
        const found = databases.open(at).prepare('SELECT value FROM entries WHERE key = ?').get(name);
        if (!found) throw new DatabaseFailure('KeyNotFound');
        return { body: { Get: [...name] }, blob: found['value'] as Uint8Array };
      }
      case 'BeginTx': {
        need('write');
        const tx_id = newTransactionId();
        transactions.set(tx_id, []);
        return { body: { BeginTx: { tx_id } } };
      }
      case 'Commit': {
        const { tx_id } = read(commit);
        need('write');
        return commitAll(at, tx_id);
      }
    }
    throw new DatabaseFailure('MalformedRequest');
  }

  return databaseModule({ id: kvId, engineError: 'RocksDBError', perform, close: () => databases.close() });
}
