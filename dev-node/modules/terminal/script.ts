/** What a script of the terminal is here: a function in place of a wasm process (other-modules.md §5.3). */
import type { Address, Capability } from '../../kernel/message.ts';
import type { Conversation } from '../conversation.ts';

export interface ScriptSession {
  /** The messages of the script, in the name of `scripts:terminal:sys`. */
  readonly conversation: Conversation;
  /** A line on the console, before the script's result. */
  print(text: string): void;
}

export interface Script {
  /** One line for `help`. */
  readonly about: string;
  /** What follows the word "Usage:". */
  readonly usage: string;
  /** Runs with the text after the command's name; what it resolves with is printed unless it is empty. Never rejects for mistakes of the user. */
  run(args: string, session: ScriptSession): Promise<string>;
}

/** `text` and the script's usage below it, as the real scripts print them. */
export function withUsage(script: Pick<Script, 'usage'>, text: string): string {
  return `${text}\n\u001b[1mUsage:\u001b[0m ${script.usage}`;
}

export type Outcome = { readonly kind: 'answer'; readonly body: Uint8Array } | { readonly kind: 'timeout' | 'offline' };

/** Sends and waits as a process would: a refused message comes back at once as a timeout (kernel.md §8). */
export async function sendAndAwait(
  { context }: Conversation,
  target: Address,
  body: Uint8Array,
  seconds: number,
  capabilities: readonly Capability[] = [],
): Promise<Outcome> {
  const refused = new AbortController();
  let kind: 'timeout' | 'offline' = 'timeout';
  const answer = await context.request(
    { target, body, capabilities, expectsResponse: BigInt(seconds) },
    {
      timeoutMs: seconds * 1000,
      signal: refused.signal,
      onRefused(_cause, why) {
        if (why === 'offline') kind = why;
        refused.abort();
      },
    },
  );
  return answer ? { kind: 'answer', body: answer.response.body } : { kind };
}
