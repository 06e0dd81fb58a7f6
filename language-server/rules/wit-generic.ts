import { checkReachedTypes } from './reached-types.ts';
import { always, type Rule } from './rule.ts';
import { typeText } from './words.ts';

/** HW016: WIT has no generics (wit-generation.md §5). */
export const witGeneric: Rule = {
  code: 'HW016',
  name: 'wit-generic',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    yield* checkReachedTypes(context, ({ type, within }) => {
      // A type parameter inside a generic definition is told of once, where the definition is used.
      if (type.kind !== 'generic' || within?.typeParameters.includes(type.name)) return undefined;
      const argument = /<\s*(\w+)\s*>/.exec(type.text)?.[1];
      const concrete = argument ? ` (${type.name}Of${argument})` : '';
      return { message: `${typeText(type)} is generic; WIT has no generics. Write a concrete type${concrete}.` };
    });
  },
};
