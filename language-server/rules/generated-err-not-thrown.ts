import { snakeCase } from '../../hyperapp/wire/name.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { always, type Rule } from './rule.ts';

/** HW069: a generated caller gives `{ Err }` back as if it were the value (wit-generation.md §8.2). */
export const generatedErrNotThrown: Rule = {
  code: 'HW069',
  name: 'generated-err-not-thrown',
  severity: always('hint'),
  isOverview: false,
  *check({ app }) {
    for (const { at, name, isUnchecked } of app.frontEnds.flatMap(({ generatedCalls }) => generatedCalls)) {
      if (!isUnchecked) continue;
      for (const process of app.processes) {
        const handler = process.handlers.find((candidate) => snakeCase(candidate.name) === snakeCase(name));
        if (handler?.result?.kind !== 'result' || dialectOf(process.generation) !== 'k4') continue;
        yield {
          at,
          generation: process.generation,
          message: `Generated callers return { Err } as if it were the value; they do not throw. Ask for 'Err' in the result of ${name} first.`,
        };
        break;
      }
    }
  },
};
