import { after, generationOf } from './document.ts';
import { always, type Rule } from './rule.ts';

/** HW078: `send_and_await_response` answers with a `Result` in a `Result` (hyperapp.md §10). */
export const nestedResult: Rule = {
  code: 'HW078',
  name: 'nested-result',
  severity: always('hint'),
  isOverview: false,
  *check({ app }) {
    for (const at of app.crates.flatMap(({ traffic }) => traffic.bareResults)) {
      yield {
        at,
        generation: generationOf(app),
        message: "One '?' leaves Result<Message, SendError>; add another or match it.",
        fixes: [{ title: "Add another '?'", edits: [{ at: after(at), newText: '?' }] }],
      };
    }
  },
};
