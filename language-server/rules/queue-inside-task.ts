import { codeOf, isFrameworkCall } from './handler-code.ts';
import { isPinnedTo, pathPanics } from './revisions.ts';
import type { Rule } from './rule.ts';

/** HW054: what borrows the executor or the helpers again while a task runs (hyperapp.md §10). */
export const queueInsideTask: Rule = {
  code: 'HW054',
  name: 'queue-inside-task',
  severity: { v1: 'error', v2: 'error', v3a: 'error', v3b: 'off' },
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      const { crate, generation, handlers } = process;
      if (!crate || generation === 'v3b') continue;
      const macro = generation === 'v3a' ? 'run_async' : 'hyper';
      const asyncHandlers = handlers.map((handler) => codeOf(process, handler)).filter((code) => code?.isAsync);
      for (const code of crate.functions) {
        const isTask = asyncHandlers.includes(code);
        for (const { name, at, within } of code.macros) {
          if (name !== macro || !(isTask || within.includes(macro))) continue;
          const message = `${macro}! inside async code panics (executor already borrowed). Await the work directly.`;
          yield { at, generation, message };
        }
        if (!isTask || generation !== 'v1' || !isPinnedTo(process, pathPanics)) continue;
        for (const call of code.calls) {
          if (call.name !== 'get_path' && call.name !== 'get_server') continue;
          if (!isFrameworkCall(call, process, false)) continue;
          const message = `In this version ${call.name}() panics inside async handlers (the helpers are already borrowed). Make the handler a plain fn, or move to a newer macro.`;
          yield { at: call.at, generation, message };
        }
      }
    }
  },
};
