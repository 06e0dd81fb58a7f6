/**
 * Requests of modules and of the kernel itself that wait for their response. Processes keep theirs on their own side of
 * the border (kernel.md §6.1); modules have no kernel timer on a real node (§8), so the wait is ended here.
 */
import type { Blob, KernelMessage, ProcessId, Response, TraceContext } from './message.ts';

export type AskResult =
  | {
      readonly outcome: 'ok';
      readonly message: KernelMessage;
      readonly response: Response;
      readonly blob: Blob | undefined;
    }
  | { readonly outcome: 'refused' | 'offline' | 'timeout' | 'aborted'; readonly detail: string };

/** A request under way: the trace context that it was given, and its end. */
export interface Ask {
  readonly context: TraceContext;
  readonly result: Promise<AskResult>;
}

export interface AskOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** With it the wait goes on after a refusal, as on a real node, where nobody tells a module (§5). */
  readonly onRefused?: ((detail: string) => void) | undefined;
}

interface Waiting {
  readonly asker: ProcessId;
  readonly settle: (result: AskResult) => void;
}

export class Asks {
  readonly #waiting = new Map<bigint, Waiting>();

  add(id: bigint, asker: ProcessId, settle: (result: AskResult) => void): void {
    this.#waiting.set(id, { asker, settle });
  }

  has(id: bigint): boolean {
    return this.#waiting.has(id);
  }

  /** Ends the wait; false if nobody waits (any more) for `id` under that name. */
  settle(id: bigint, asker: ProcessId, result: AskResult): boolean {
    const waiting = this.#waiting.get(id);
    if (waiting?.asker !== asker) return false;
    this.#waiting.delete(id);
    waiting.settle(result);
    return true;
  }

  /** Ends every wait, when the node stops. */
  dispose(): void {
    for (const [id, { asker }] of this.#waiting)
      this.settle(id, asker, { outcome: 'aborted', detail: 'The node was stopped before the response came.' });
  }
}
