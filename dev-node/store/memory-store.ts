/** A store that forgets: the in-memory twin for tests of the kernel and the modules. */
import type { ProcessId } from '../kernel/message.ts';
import type { Store } from './store.ts';

export function createMemoryStore(): Store {
  const state = new Map<ProcessId, Uint8Array>();
  const processes = new Map<ProcessId, string>();
  return {
    getState: (process) => state.get(process),
    async setState(process, bytes) {
      state.set(process, new Uint8Array(bytes));
    },
    async clearState(process) {
      state.delete(process);
    },
    processes: () => [...processes].map(([id, entry]) => ({ id, entry })),
    saveProcesses(changed, removed) {
      for (const { id, entry } of changed) processes.set(id, entry);
      for (const id of removed) processes.delete(id);
    },
    async backup() {},
    close() {},
  };
}
