/**
 * What a node keeps of its processes on disk, apart from the vfs: their state (kernel.md §12) and the process map
 * (§11.6). An interface, so that the engine below can be swapped; `open.ts` chooses one.
 */
import type { ProcessId } from '../kernel/message.ts';

/** One entry of the persisted process map: JSON text made by the kernel. */
export interface StoredProcess {
  readonly id: ProcessId;
  readonly entry: string;
}

export interface Store {
  /** The last bytes set, also when they are not on disk yet; undefined: never set, or cleared. */
  getState(process: ProcessId): Uint8Array | undefined;
  /** Resolves when the bytes would survive `kill -9` of the node and a power cut. Rejects when the disk refuses. */
  setState(process: ProcessId, bytes: Uint8Array): Promise<void>;
  /** Resolves when the removal is as durable as `setState`; also when there was nothing. */
  clearState(process: ProcessId): Promise<void>;
  processes(): readonly StoredProcess[];
  /** Writes and removes entries in one transaction, durable on return. */
  saveProcesses(changed: readonly StoredProcess[], removed: readonly ProcessId[]): void;
  /** A consistent copy in `<home>/kernel/backup` (§16). */
  backup(): Promise<void>;
  /** Writes what is waiting and lets go of the files. */
  close(): void;
}
