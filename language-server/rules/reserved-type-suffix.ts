import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { renameFix } from './rename.ts';
import { always, type Rule } from './rule.ts';

const suffix = /(Request|Response)(Wrapper)?$/;

/** HW060: kit from 3.2 on keeps these endings for its own TypeScript (wit-generation.md §6). */
export const reservedTypeSuffix: Rule = {
  code: 'HW060',
  name: 'reserved-type-suffix',
  severity: { ...always('off'), v3b: 'error' },
  isOverview: false,
  *check(context) {
    for (const process of context.app.processes) {
      if (process.language !== 'rust' || dialectOf(process.generation) !== 'k4') continue;
      for (const { definition, handler } of context.reached(process).definitions) {
        if (definition.kind === 'alias' || !suffix.test(definition.name)) continue;
        const to = definition.name.replace(suffix, (_, word: string) => (word === 'Request' ? 'Req' : 'Res'));
        yield {
          at: definition.at,
          generation: process.generation,
          message: `kit reserves the suffix; rename '${definition.name}' to '${to}'.`,
          related: [{ at: handler.at, message: `'${definition.name}' is reached from handler '${handler.name}'.` }],
          fixes: renameFix({ process, from: definition.name, to }, context),
        };
      }
    }
  },
};
