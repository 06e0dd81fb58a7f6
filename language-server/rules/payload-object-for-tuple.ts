import type { Handler } from '../../hyperapp/model/app.ts';
import type { Value } from '../../hyperapp/model/payload.ts';
import { alternatives, certainType, checkPayloads, inDeclaredOrder, literalOf } from './payload.ts';
import { always, type Fix, type Rule } from './rule.ts';
import { parametersText } from './words.ts';

const nouns = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  object: 'an object',
  null: 'null',
  array: '',
};

/** HW002: several parameters travel as an array, in order (hyperapp.md §6). */
export const payloadObjectForTuple: Rule = {
  code: 'HW002',
  name: 'payload-object-for-tuple',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    yield* checkPayloads(context, ({ site }, { process, handler }) => {
      if (handler.parameters.length < 2) return undefined;
      const wrong = alternatives(site.value).find((value) => {
        const type = certainType(value);
        return type !== undefined && type !== 'array';
      });
      if (!wrong) return undefined;
      const sent = certainType(wrong) as keyof typeof nouns;
      const names = handler.parameters.map(({ name }) => name.replace(/^mut /, '')).join(', ');
      return {
        at: wrong.at,
        generation: process.generation,
        message: `'${handler.wireName}' takes ${parametersText(handler)}: send them as an array in this order, not as ${nouns[sent]}. Use { ${handler.wireName}: [${names}] }.`,
        fixes: fixesOf(wrong, handler),
      };
    });
  },
};

function fixesOf(value: Value, handler: Handler): Fix[] {
  const ordered = inDeclaredOrder(value, handler);
  if (ordered) {
    return [
      { title: 'Send an array in declared order', edits: [{ at: value.at, newText: `[${ordered.join(', ')}]` }] },
    ];
  }
  const literal = literalOf(value);
  if (literal !== value || literal.kind !== 'object' || literal.hasSpread || literal.properties.length === 0) return [];
  const asWritten = literal.properties.map((property) => property.value.text).join(', ');
  return [
    {
      title: 'Send the values as an array, in the order they are written',
      edits: [{ at: value.at, newText: `[${asWritten}]` }],
    },
  ];
}
