/** The process map: every process that the node knows, by id (kernel.md §10, §11.1). */
import type { InboxItem, OnExit, ProcessId, Recipient } from './message.ts';
import type { Holding } from './oracle.ts';
import type { HostedProcess, ProcessCode } from './process.ts';

export type ProcessState = 'initialised' | 'running' | 'restarting' | 'ended';

/** What all kinds of process have in common. */
interface Common {
  readonly id: ProcessId;
  readonly public: boolean;
  onExit: OnExit;
  readonly holding: Holding;
  readonly wasmHandle: string;
  readonly witVersion: number | undefined;
  messagesIn: number;
  messagesOut: number;
}

export interface UserProcess extends Common {
  readonly kind: 'component' | 'script';
  readonly code: ProcessCode;
  state: 'initialised' | 'running' | 'ended';
  /** Messages and errors that came before `run`, in order. */
  readonly held: InboxItem[];
  hosted: HostedProcess | undefined;
  /** The kernel's clock at `run`. */
  ranAt: number;
  readonly restarts: number;
  lastError: string | undefined;
}

export interface ModuleProcess extends Common {
  readonly kind: 'module';
  readonly inbox: Recipient;
  readonly mailbox: () => number;
}

export type ProcessEntry = UserProcess | ModuleProcess;

export type ProcessTable = Map<ProcessId, ProcessEntry>;

/** Puts an item in a process's inbox; a process that has ended loses it, as a zombie does (§5, §11.1). */
export function deliver(entry: ProcessEntry, item: InboxItem): boolean {
  if (entry.kind === 'module') {
    entry.inbox.deliver(item);
    return true;
  }
  if (entry.state === 'initialised') entry.held.push(item);
  else if (entry.state === 'running' && entry.hosted) entry.hosted.deliver(item);
  else return false;
  return true;
}
