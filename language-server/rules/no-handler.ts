import { insertMethod } from './edits.ts';
import { always, type Rule } from './rule.ts';

/** HW040: the macro wants at least one handler that answers (hyperapp.md §4). */
export const noHandler: Rule = {
  code: 'HW040',
  name: 'no-handler',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    for (const { block, complete, generation, handlers, language } of app.processes) {
      // Attributes stand on the struct: HW037 says what is wrong.
      if (language !== 'rust' || !complete || block.carrier !== 'impl') continue;
      if (handlers.some(({ kinds }) => kinds.some((kind) => kind === 'http' || kind === 'local' || kind === 'remote')))
        continue;
      yield {
        at: block.attribute,
        generation,
        message: 'Add at least one #[http], #[local] or #[remote] handler; #[init] and #[ws] alone do not count.',
        fixes: [
          {
            title: 'Add an #[http] handler',
            isAlone: true,
            edits: [
              insertMethod({ file: block.file, range: block.range }, [
                '#[http]',
                'async fn ping(&self, _request_body: String) -> String {',
                '    "pong".to_string()',
                '}',
              ]),
            ],
          },
        ],
      };
    }
  },
};
