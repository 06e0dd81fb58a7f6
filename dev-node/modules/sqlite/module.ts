/** `sqlite:distro:sys` (storage.md §4). */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import * as v from 'valibot';
import type { KernelMessage } from '../../kernel/message.ts';
import type { Module, ModuleContext } from '../../kernel/module.ts';
import { option, packageIdObject, parseBody, readAction, u64 } from '../body.ts';
import { sqliteId } from '../capabilities.ts';
import { DatabaseFailure, type DatabaseReply, databaseModule } from '../database-module.ts';
import {
  type DatabaseKey,
  Databases,
  databaseCapability,
  isDatabaseKey,
  newTransactionId,
  ownsDatabase,
} from '../databases.ts';
import { bindings, parameterNames, readParameters } from './parameters.ts';
import { rowsJson } from './rows.ts';

const envelope = v.object({ package_id: packageIdObject, db: v.string(), action: v.unknown() });
const write = v.object({ statement: v.string(), tx_id: option(u64) });
const commit = v.object({ tx_id: u64 });

const queryWords = new Set('ANALYZE ATTACH BEGIN EXPLAIN PRAGMA SELECT VALUES WITH'.split(' '));
const writeWords = new Set(
  (
    'ALTER ANALYZE COMMIT CREATE DELETE DETACH DROP END INSERT REINDEX RELEASE RENAME REPLACE ROLLBACK SAVEPOINT ' +
    'UPDATE VACUUM'
  ).split(' '),
);

interface Statement {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

const ok: DatabaseReply = { body: 'Ok' };

function firstWord(sql: string): string {
  return (sql.trim().split(/\s+/, 1)[0] ?? '').toUpperCase();
}

type Bound = readonly [StatementSync, ReturnType<typeof bindings>];

/** Prepares the first statement of the text; what follows is ignored, as in the original. */
function prepare(database: DatabaseSync, { sql, values }: Statement): Bound {
  const statement = database.prepare(sql);
  const names = parameterNames(sql);
  if (names.length !== values.length)
    throw new DatabaseFailure({
      RusqliteError: `Wrong number of parameters passed to query. Got ${values.length}, needed ${names.length}`,
    });
  statement.setReadBigInts(true);
  return [statement, bindings(names, values)];
}

function execute(database: DatabaseSync, what: Statement): void {
  const [statement, [named, ...anonymous]] = prepare(database, what);
  if (statement.columns().length === 0) statement.run(named, ...anonymous);
  else if (statement.get(named, ...anonymous) !== undefined)
    throw new DatabaseFailure({ RusqliteError: 'Execute returned results - did you mean to call query?' });
}

/** `root` is `<home>/sqlite`. */
export function createSqlite(root: string): Module {
  const databases = new Databases(root, () => undefined);
  const transactions = new Map<bigint, Statement[]>();

  function commitAll(at: DatabaseKey, transaction: bigint): DatabaseReply {
    const statements = transactions.get(transaction);
    if (!statements) throw new DatabaseFailure({ NoTx: transaction });
    transactions.delete(transaction);
    const database = databases.open(at);
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const statement of statements) execute(database, statement);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
    return ok;
  }

  function parameters(message: KernelMessage): readonly SQLInputValue[] {
    const values = readParameters(message.blob?.bytes);
    if (!values) throw new DatabaseFailure('InvalidParameters');
    return values;
  }

  function query(at: DatabaseKey, sql: string, message: KernelMessage): DatabaseReply {
    const database = databases.open(at);
    if (!queryWords.has(firstWord(sql))) throw new DatabaseFailure('NotAReadKeyword');
    const [statement, [named, ...anonymous]] = prepare(database, { sql, values: parameters(message) });
    const rows = statement.all(named, ...anonymous) as Record<string, SQLOutputValue>[];
    return { body: 'Read', blob: new TextEncoder().encode(rowsJson(rows)) };
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
    const own = () => {
      if (!ownsDatabase(process, at)) throw new DatabaseFailure('MismatchingPackageId');
    };
    // Reading and writing need no capability: the original looks it up and ignores the answer (§4.5).
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
      case 'Write': {
        const { statement: sql, tx_id } = read(write);
        const database = databases.open(at);
        if (!writeWords.has(firstWord(sql))) throw new DatabaseFailure('NotAWriteKeyword');
        const statement = { sql, values: parameters(message) };
        if (tx_id === null) execute(database, statement);
        // An id that nobody began is taken for a new transaction (§4.5).
        else transactions.set(tx_id, [...(transactions.get(tx_id) ?? []), statement]);
        return ok;
      }
      case 'Query':
        return query(at, read(v.string()), message);
      case 'BeginTx': {
        const tx_id = newTransactionId();
        transactions.set(tx_id, []);
        return { body: { BeginTx: { tx_id } } };
      }
      case 'Commit':
        return commitAll(at, read(commit).tx_id);
    }
    throw new DatabaseFailure('MalformedRequest');
  }

  return databaseModule({ id: sqliteId, engineError: 'RusqliteError', perform, close: () => databases.close() });
}
