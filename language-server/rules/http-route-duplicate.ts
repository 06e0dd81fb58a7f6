import type { Handler } from '../../hyperapp/model/app.ts';
import type { Rule } from './rule.ts';

/** HW043: the macro refuses two handlers for one path and method (hyperapp.md §4). */
export const httpRouteDuplicate: Rule = {
  code: 'HW043',
  name: 'http-route-duplicate',
  // The first generation reads no routes.
  severity: { v1: 'off', v2: 'error', v3a: 'error', v3b: 'error' },
  isOverview: false,
  *check({ app }) {
    for (const { generation, handlers } of app.processes) {
      const earlier: Handler[] = [];
      for (const handler of handlers) {
        if (handler.stale || !handler.kinds.includes('http') || handler.path === undefined) continue;
        const same = earlier.find(
          ({ path, method }) => path === handler.path && (!method || !handler.method || method === handler.method),
        );
        earlier.push(handler);
        if (!same) continue;
        const method = handler.method ?? same.method ?? 'Every method of';
        yield {
          at: handler.at,
          generation,
          message: `${method} ${handler.path} is already handled by '${same.name}'.`,
          related: [{ at: same.at, message: `'${same.name}' has the same path.` }],
        };
      }
    }
  },
};
