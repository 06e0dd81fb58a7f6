/** What a process may use, as settings. Reaching a limit ends or warns of that process only. */

export interface ProcessLimits {
  /** Most bytes of linear memory for a component; `memory.grow` fails beyond it. */
  readonly wasmMemoryBytes: number;
  /** Most megabytes of script heap in a process's thread. */
  readonly scriptHeapMb: number;
  /** A line is printed when so many items wait for a process, and again only after half of them are gone. */
  readonly mailboxWarn: number;
}

/** The real node has no memory limit (kernel.md §3) and 100 places in a mailbox (§4), where it makes senders wait. */
export const defaultLimits: ProcessLimits = {
  wasmMemoryBytes: 1024 * 1024 * 1024,
  scriptHeapMb: 512,
  mailboxWarn: 10_000,
};
