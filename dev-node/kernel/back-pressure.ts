/**
 * A process that sends to a full mailbox is held back until there is room (the "per-process queue limits"). On the
 * real node a full mailbox makes the whole event loop wait (kernel.md §5); here only the sender waits, so that a flood
 * stops neither the node nor anybody else.
 */
import type { Clock } from './clock.ts';
import type { Address, ProcessId } from './message.ts';
import type { ProcessEntry, ProcessTable, UserProcess } from './process-table.ts';

export interface MailboxLimits {
  /** Items that may wait for a process, or requests that a module may be working on. */
  readonly messages: number;
  /** Bytes of bodies and blobs that may wait for a process. */
  readonly bytes: number;
}

/** The real node's is 100 (kernel.md §4); a sender waits here where the whole node would there, so it may be more. */
export const defaultMailboxLimits: MailboxLimits = { messages: 1000, bytes: 64 * 1024 * 1024 };

export interface BackPressureOptions {
  readonly limits: MailboxLimits;
  readonly node: string;
  readonly table: ProcessTable;
  readonly clock: Clock;
  readonly print: (level: number, text: string, process?: ProcessId) => void;
}

/** Beyond so many times the limit even processes that wait for each other are held back. */
const cycleFactor = 100;
/** A held process may go on for a little after this time, lest two that wait for each other wait for ever. */
const patienceMs = 250;
/** How many messages that little is, unless they are big. */
const allowance = 100;

/** Lines that one process may print in each while; the console would hold nothing else otherwise. */
const linesAWhile = 400;
const whileMs = 100;

interface Held {
  /** Undefined: it is held because it prints too much. */
  readonly target: ProcessId | undefined;
  readonly cancel: () => void;
}

export class BackPressure {
  readonly #o: BackPressureOptions;
  readonly #held = new Map<ProcessId, Held>();
  readonly #waiters = new Map<ProcessId, Set<ProcessId>>();
  /** Messages that a process may still send to a full mailbox, because it has waited in vain. */
  readonly #allowed = new Map<ProcessId, number>();
  readonly #printing = new Map<ProcessId, { readonly since: number; lines: number }>();
  /** Mailboxes of which people have been told. */
  readonly #told = new Set<ProcessId>();

  constructor(options: BackPressureOptions) {
    this.#o = options;
  }

  /** `sender` has sent to `target`: it is held back if the mailbox there is full. */
  sent(sender: UserProcess, { node, process }: Address): void {
    if (node !== this.#o.node && node !== 'our') return;
    const target = this.#o.table.get(process);
    if (!target || !sender.hosted || this.#held.has(sender.id)) return;
    const { messages, bytes } = this.#o.limits;
    const waits = waiting(target);
    if (waits.messages < messages && waits.bytes < bytes) return;
    const few = waits.messages < messages * cycleFactor && waits.bytes < bytes;
    if (few && this.#waitsFor(target.id, sender.id)) return;
    const allowed = this.#allowed.get(sender.id) ?? 0;
    if (allowed > 0) {
      this.#allowed.set(sender.id, allowed - 1);
      return;
    }
    this.#hold(sender, target, waits.bytes < bytes ? allowance : 1);
  }

  /** `sender` has printed a line, or caused one: beyond 4000 a second it has to wait, as it would for a full print channel (kernel.md §7). */
  printed(sender: UserProcess): void {
    const { clock } = this.#o;
    const now = clock.now();
    const printing = this.#printing.get(sender.id);
    if (!printing || now - printing.since >= whileMs) {
      this.#printing.set(sender.id, { since: now, lines: 1 });
      return;
    }
    printing.lines += 1;
    if (printing.lines < linesAWhile || this.#held.has(sender.id) || !sender.hosted) return;
    sender.hosted.hold();
    const cancel = clock.setTimer(Math.max(1, printing.since + whileMs - now), () => this.#release(sender.id));
    this.#held.set(sender.id, { target: undefined, cancel });
  }

  /** The process has taken an item, or the module has done a request: those who wait for room may go on. */
  taken(id: ProcessId): void {
    const waiters = this.#waiters.get(id);
    if (!waiters) return;
    const target = this.#o.table.get(id);
    const waits = target && waiting(target);
    const { messages, bytes } = this.#o.limits;
    if (waits && (waits.messages * 2 > messages || waits.bytes * 2 > bytes)) return;
    this.#told.delete(id);
    this.#releaseAll(id);
  }

  /** The process is no more: it holds nobody back, and is not held back. */
  gone(id: ProcessId): void {
    this.#forget(id);
    this.#allowed.delete(id);
    this.#told.delete(id);
    this.#printing.delete(id);
    this.#releaseAll(id);
  }

  #hold(sender: UserProcess, target: ProcessEntry, allowed: number): void {
    const { clock, print, node } = this.#o;
    sender.hosted?.hold();
    const cancel = clock.setTimer(patienceMs, () => {
      this.#allowed.set(sender.id, allowed - 1);
      this.#release(sender.id);
      if (this.#told.has(target.id)) return;
      this.#told.add(target.id);
      print(
        0,
        `event loop: ${waiting(target).messages} messages wait for this process; it takes them too slowly or not at all. ${sender.id} on ${node}, which sends to it, is held back`,
        target.id,
      );
    });
    this.#held.set(sender.id, { target: target.id, cancel });
    const waiters = this.#waiters.get(target.id) ?? new Set();
    this.#waiters.set(target.id, waiters.add(sender.id));
  }

  /** Whether `from` is itself held back, by `sender` or by somebody who waits for it. */
  #waitsFor(from: ProcessId, sender: ProcessId): boolean {
    const seen = new Set<ProcessId>();
    for (let at: ProcessId | undefined = from; at !== undefined && !seen.has(at); at = this.#held.get(at)?.target) {
      if (at === sender) return true;
      seen.add(at);
    }
    return false;
  }

  #forget(sender: ProcessId): void {
    const held = this.#held.get(sender);
    if (!held) return;
    held.cancel();
    this.#held.delete(sender);
    if (held.target === undefined) return;
    const waiters = this.#waiters.get(held.target);
    waiters?.delete(sender);
    if (waiters?.size === 0) this.#waiters.delete(held.target);
  }

  #release(sender: ProcessId): void {
    this.#forget(sender);
    const entry = this.#o.table.get(sender);
    if (entry && entry.kind !== 'module') entry.hosted?.release();
  }

  #releaseAll(target: ProcessId): void {
    for (const sender of [...(this.#waiters.get(target) ?? [])]) {
      this.#allowed.delete(sender);
      this.#release(sender);
    }
  }
}

function waiting(entry: ProcessEntry): { readonly messages: number; readonly bytes: number } {
  if (entry.kind === 'module') return { messages: entry.mailbox(), bytes: 0 };
  if (entry.hosted) return { messages: entry.hosted.mailbox, bytes: entry.hosted.mailboxBytes };
  return { messages: entry.held.length, bytes: 0 };
}
