import { always, type Rule } from './rule.ts';

/** HW080: a suppression that suppresses nothing (diagnostics.md §0.1). */
export const unusedIgnore: Rule = {
  code: 'HW080',
  name: 'unused-ignore',
  severity: always('hint'),
  isOverview: false,
  *check({ unusedIgnores }) {
    for (const { at } of unusedIgnores) {
      yield {
        at,
        generation: 'v1',
        message: 'Nothing to ignore here.',
        fixes: [{ title: 'Remove the comment', edits: [{ at, newText: '' }] }],
      };
    }
  },
};
