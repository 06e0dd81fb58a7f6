import { checkReachedTypes } from './reached-types.ts';
import type { Rule } from './rule.ts';

const sized: Readonly<Record<string, string>> = { usize: 'u64', isize: 'i64' };

/** HW015: integers that WIT has no type for (wit-generation.md §5). */
export const witInteger: Rule = {
  code: 'HW015',
  name: 'wit-integer',
  severity: { v1: 'error', v2: 'error', v3a: 'error', v3b: 'hint' },
  isOverview: true,
  *check(context) {
    yield* checkReachedTypes(context, ({ type }, { generation }) => {
      if (type.kind !== 'integer') return undefined;
      const replacement = sized[type.name];
      if (replacement) {
        const problem = generation === 'v3b' ? 'has another size on other machines' : 'is unknown to this kit';
        return { message: `${type.name} ${problem}; use ${replacement}.`, replacement };
      }
      if (type.name === 'bigint') {
        return {
          message: "bigint has no size, and so no WIT form: use u64 or i64 of 'hyperapp'.",
          replacement: 'u64',
          severity: 'error',
        };
      }
      return {
        message: `${type.name} has no WIT integer type (kit ≥ 3.2 describes it as a string, but the wire carries a number). Use u64, or a String.`,
        replacement: 'String',
        severity: 'error',
      };
    });
  },
};
