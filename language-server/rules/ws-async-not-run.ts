import { isPinnedTo, wsNotAwaited } from './revisions.ts';
import { always, type Rule } from './rule.ts';

/** HW055: an async `#[ws]` that nobody awaits (hyperapp.md §10). The first generation has HW029. */
export const wsAsyncNotRun: Rule = {
  code: 'HW055',
  name: 'ws-async-not-run',
  severity: { ...always('error'), v1: 'off', v3b: 'off' },
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      const { generation, handlers, language } = process;
      const isLate = generation === 'v3a' && !isPinnedTo(process, wsNotAwaited);
      if (language !== 'rust' || isLate) continue;
      for (const { stale, kinds, isAsync, asyncRange, at } of handlers) {
        if (stale || !isAsync || !kinds.includes('ws')) continue;
        yield {
          at,
          generation,
          message: 'This version does not await #[ws] handlers: the body never runs. Make it a plain fn.',
          fixes: asyncRange
            ? [
                {
                  title: "Remove 'async'",
                  edits: [{ at: { file: at.file, range: asyncRange }, newText: '' }],
                  isAlone: true,
                },
              ]
            : [],
        };
      }
    }
  },
};
