import { checkReachedTypes } from './reached-types.ts';
import { always, type Rule } from './rule.ts';
import { typeText } from './words.ts';

/** HW012: kit cannot parse fixed arrays and slices (wit-generation.md §5). */
export const witArray: Rule = {
  code: 'HW012',
  name: 'wit-array',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    yield* checkReachedTypes(context, ({ type }) => {
      if (type.kind !== 'array') return undefined;
      const replacement = `Vec<${typeText(type.element)}>`;
      return {
        message: `Fixed arrays do not exist in WIT: use ${replacement} and check the length in the handler.`,
        replacement,
      };
    });
  },
};
