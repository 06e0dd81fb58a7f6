import type { Rule } from './rule.ts';

/** HW045: parameters come in the body, and browsers send none with GET (hyperapp.md §8.3). */
export const httpGetWithParameters: Rule = {
  code: 'HW045',
  name: 'http-get-with-parameters',
  severity: { v1: 'off', v2: 'warning', v3a: 'warning', v3b: 'warning' },
  isOverview: false,
  *check({ app }) {
    for (const { generation, handlers } of app.processes) {
      for (const { stale, kinds, method, parameters, httpArguments, at } of handlers) {
        const isRead = method === 'GET' || method === 'HEAD';
        const [first] = parameters;
        if (stale || !kinds.includes('http') || !isRead || !first) continue;
        const where = httpArguments?.find(({ key }) => key === 'method')?.valueAt;
        const name = first.name.replace(/^mut\s+/, '');
        yield {
          at: where ?? at,
          generation,
          message: `Browsers send no body with ${method}, so '${name}' never arrives. Use POST, or take no parameter.`,
          fixes: where ? [{ title: 'Change to "POST"', edits: [{ at: where, newText: '"POST"' }] }] : [],
        };
      }
    }
  },
};
