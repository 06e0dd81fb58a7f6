import { checkReachedTypes } from './reached-types.ts';
import { always, type Rule } from './rule.ts';
import { typeText } from './words.ts';

/** HW014: what comes off the wire is owned by the handler. */
export const witReference: Rule = {
  code: 'HW014',
  name: 'wit-reference',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    yield* checkReachedTypes(context, ({ type }) => {
      if (type.kind !== 'reference') return undefined;
      const { element } = type;
      const owned =
        element.kind === 'array'
          ? `Vec<${typeText(element.element)}>`
          : element.text === 'str'
            ? 'String'
            : typeText(element);
      return {
        message: `Handlers receive owned values: use ${owned} instead of ${typeText(type)}.`,
        replacement: owned,
      };
    });
  },
};
