import { replaceMethod } from './edits.ts';
import type { Rule } from './rule.ts';

/** HW029: the first generation knows `#[ws]` and kit refuses it (hyperapp.md §1, §10). */
export const wsHandlerUnsupported: Rule = {
  code: 'HW029',
  name: 'ws-handler-unsupported',
  severity: { v1: 'error', v2: 'off', v3a: 'off', v3b: 'off' },
  isOverview: true,
  *check({ app }) {
    for (const process of app.processes) {
      if (process.language !== 'rust') continue;
      for (const handler of process.handlers) {
        if (handler.stale || !handler.kinds.includes('ws')) continue;
        const isFirst = process.generation === 'v1';
        yield {
          at: handler.at,
          generation: process.generation,
          message: isFirst
            ? '#[ws] handlers do not work in this version (kit refuses the method). Poll with an #[http] handler instead, or move to hyperapp_macro.'
            : 'The overview advises against #[ws] handlers, which its own version does not run. Poll with an #[http] handler instead.',
          fixes: [
            {
              title: 'Replace by an #[http] handler to poll',
              isAlone: true,
              edits: [
                replaceMethod(handler, [
                  '#[http]',
                  `async fn ${handler.name}(&self, _request_body: String) -> Vec<String> {`,
                  '    Vec::new()',
                  '}',
                ]),
              ],
            },
          ],
        };
      }
    }
  },
};
