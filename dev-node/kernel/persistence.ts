/**
 * The process map on disk (kernel.md §11.6). Entries with on-exit None are not kept; modules are, for the capabilities
 * that installed packages have given them. Changes of one turn are written together, before any I/O of that turn's
 * results, so that an answered install survives `kill -9`.
 */
import * as v from 'valibot';
import type { StoredProcess } from '../store/store.ts';
import { unsafeProcessId } from './address.ts';
import type { Capability, OnExit, ProcessId } from './message.ts';
import type { ProcessEntry, ProcessTable } from './process-table.ts';
import { describeIssues, type ProcessJson, processJson, writeCapability, writeOnExit } from './wire.ts';

export interface RestoredProcess {
  readonly id: ProcessId;
  readonly wasmHandle: string;
  readonly witVersion: number | undefined;
  readonly onExit: OnExit;
  readonly capabilities: readonly Capability[];
  readonly public: boolean;
}

/** §15.2: one process as reported and as stored. */
export function describeProcess(entry: ProcessEntry): ProcessJson {
  return {
    wasm_bytes_handle: entry.wasmHandle,
    wit_version: entry.witVersion ?? null,
    on_exit: writeOnExit(entry.onExit),
    capabilities: [...entry.holding.byKey.values()].map(writeCapability),
    public: entry.public,
  };
}

export interface ProcessMapStore {
  processes(): readonly StoredProcess[];
  saveProcesses(changed: readonly StoredProcess[], removed: readonly ProcessId[]): void;
}

/** What is on disk; unsafe or unreadable entries are dropped with a printed notice. */
export function restoreProcesses(
  store: ProcessMapStore,
  print: (level: number, text: string) => void,
): readonly RestoredProcess[] {
  const restored: RestoredProcess[] = [];
  const dropped: ProcessId[] = [];
  for (const { id, entry } of store.processes()) {
    const problem = unsafeProcessId(id);
    const parsed = problem ? undefined : v.safeParse(processJson, readJson(entry));
    if (!parsed?.success) {
      print(0, `kernel: dropping stored process ${id}: ${problem ?? (parsed && describeIssues(parsed.issues))}`);
      dropped.push(id);
      continue;
    }
    const { output } = parsed;
    restored.push({
      id,
      wasmHandle: output.wasm_bytes_handle,
      witVersion: output.wit_version ?? undefined,
      onExit: output.on_exit,
      capabilities: output.capabilities,
      public: output.public,
    });
  }
  if (dropped.length > 0) store.saveProcesses([], dropped);
  return restored;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export class Persistence {
  readonly #store: ProcessMapStore;
  readonly #table: ProcessTable;
  readonly #print: (level: number, text: string) => void;
  readonly #dirty = new Set<ProcessId>();
  /** Processes that wait for their restart are absent from the table but stay on disk. */
  readonly #waiting: (id: ProcessId) => boolean;

  constructor(options: {
    readonly store: ProcessMapStore;
    readonly table: ProcessTable;
    readonly print: (level: number, text: string) => void;
    readonly waiting: (id: ProcessId) => boolean;
  }) {
    this.#store = options.store;
    this.#table = options.table;
    this.#print = options.print;
    this.#waiting = options.waiting;
  }

  /** The entry has changed, or is gone. */
  changed(id: ProcessId): void {
    if (this.#dirty.size === 0) queueMicrotask(() => this.flush());
    this.#dirty.add(id);
  }

  flush(): void {
    if (this.#dirty.size === 0) return;
    const changed: StoredProcess[] = [];
    const removed: ProcessId[] = [];
    for (const id of this.#dirty) {
      const entry = this.#table.get(id);
      if (entry && entry.onExit.kind !== 'none') changed.push({ id, entry: JSON.stringify(describeProcess(entry)) });
      else if (entry || !this.#waiting(id)) removed.push(id);
    }
    this.#dirty.clear();
    try {
      this.#store.saveProcesses(changed, removed);
    } catch (error) {
      this.#print(0, `kernel: failed to persist the process map: ${(error as Error).message}`);
    }
  }
}
