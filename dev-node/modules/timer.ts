/** `timer:distro:sys`: answers after a while, with an empty body (other-modules.md §1). The only public module. */
import * as v from 'valibot';
import type { KernelMessage } from '../kernel/message.ts';
import type { Module, ModuleContext } from '../kernel/module.ts';
import { parseBody, readAction, u64 } from './body.ts';

/** Longer waits are cut into pieces: a timer of Node's holds at most 2^31-1 ms. */
const longestPiece = 2 ** 31 - 1;

export function createTimer(): Module {
  const pending = new Set<NodeJS.Timeout>();

  function wait(milliseconds: number, done: () => void): void {
    const piece = Math.min(milliseconds, longestPiece);
    const timer = setTimeout(() => {
      pending.delete(timer);
      if (milliseconds > piece) wait(milliseconds - piece, done);
      else done();
    }, piece);
    pending.add(timer);
  }

  function handle(message: KernelMessage, context: ModuleContext): void {
    if (message.message.kind !== 'request' || message.source.node !== context.our.node) return;
    const action = readAction(parseBody(message.message.body));
    const delay = v.safeParse(u64, action?.payload);
    const answer = () => context.respond(message, { body: new Uint8Array() });
    if (action?.name === 'SetTimer' && delay.success) {
      if (delay.output === 0n) answer();
      else wait(Number(delay.output), answer);
    } else if (action?.name === 'Debug') context.print(0, `timer service active timers (${pending.size}):`);
    else context.print(1, 'timer service received a request with an invalid body');
  }

  return {
    id: 'timer:distro:sys',
    public: true,
    handle,
    dispose() {
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
    },
  };
}
