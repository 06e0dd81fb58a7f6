import type { Rule } from './rule.ts';

/** HW042: patterns in the path of `#[http]` are compared as they stand (hyperapp.md §8.3). */
export const httpPathPattern: Rule = {
  code: 'HW042',
  name: 'http-path-pattern',
  severity: { v1: 'off', v2: 'warning', v3a: 'warning', v3b: 'warning' },
  isOverview: false,
  *check({ app }) {
    for (const { generation, handlers, language } of app.processes) {
      if (language !== 'rust') continue;
      for (const { stale, httpArguments } of handlers) {
        if (stale) continue;
        for (const { key, value, at, valueAt, removal } of httpArguments ?? []) {
          if (key !== 'path' || value === undefined || !/\*|\/:\w|\{\w*\}/.test(value)) continue;
          yield {
            at: valueAt ?? at,
            generation,
            message: `Paths are compared literally; "${value}" never matches. Drop 'path' and test get_path() in the handler, with a Binding::Http for "${value}".`,
            fixes: [{ title: "Remove 'path'", edits: [{ at: removal, newText: '' }] }],
          };
        }
      }
    }
  },
};
