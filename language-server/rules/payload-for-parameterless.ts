import type { Value } from '../../hyperapp/model/payload.ts';
import { alternatives, certainType, checkPayloads } from './payload.ts';
import { always, type Rule } from './rule.ts';

/** HW006: a handler without parameters decodes one empty value only, which depends on the generation (hyperapp.md §6). */
export const payloadForParameterless: Rule = {
  code: 'HW006',
  name: 'payload-for-parameterless',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    yield* checkPayloads(context, ({ site }, { process, handler }) => {
      if (handler.parameters.length > 0) return undefined;
      const isFirst = process.generation === 'v1';
      const wrong = alternatives(site.value).find((value) =>
        isFirst ? isSurelyNotEmpty(value) : isSurelyNotNull(value),
      );
      if (!wrong) return undefined;
      const right = isFirst ? '{}' : 'null';
      const advice = isFirst
        ? `this framework version decodes only { ${handler.wireName}: {} }. Better give the handler '_request_body: String' (HW001).`
        : `send { ${handler.wireName}: null }.`;
      return {
        at: wrong.at,
        generation: process.generation,
        message: `'${handler.wireName}' takes no parameters${isFirst ? '; ' : ': '}${advice}`,
        fixes: [{ title: `Send ${right}`, edits: [{ at: wrong.at, newText: right }] }],
      };
    });
  },
};

function isSurelyNotNull(value: Value): boolean {
  const type = certainType(value);
  return type !== undefined && type !== 'null';
}

function isSurelyNotEmpty(value: Value): boolean {
  if (value.kind === 'object') return value.properties.length > 0;
  if (value.kind === 'array') return value.elements.length > 0;
  const type = certainType(value);
  return type !== undefined && type !== 'object' && type !== 'array';
}
