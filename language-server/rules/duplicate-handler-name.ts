import { snakeCase } from '../../hyperapp/wire/name.ts';
import { describedHandlers } from '../../hyperapp/wit/reach.ts';
import { renameFix } from './rename.ts';
import { always, type Rule } from './rule.ts';

/** HW023: two handlers with one name on the wire (hyperapp.md §5). */
export const duplicateHandlerName: Rule = {
  code: 'HW023',
  name: 'duplicate-handler-name',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    for (const process of context.app.processes) {
      const first = new Map<string, ReturnType<typeof describedHandlers>[number]>();
      for (const handler of describedHandlers(process)) {
        const earlier = first.get(handler.wireName);
        if (!earlier) {
          first.set(handler.wireName, handler);
          continue;
        }
        const to = `${snakeCase(handler.name)}_again`;
        yield {
          at: handler.at,
          generation: process.generation,
          message: `'${earlier.name}' and '${handler.name}' both become '${handler.wireName}'. Rename one.`,
          related: [{ at: earlier.at, message: `'${earlier.name}' is the first of that name.` }],
          // Pages that send the key mean one of the two: only the person knows which.
          fixes: earlier.name === handler.name ? [] : renameFix({ process, from: handler.name, to }, context),
        };
      }
    }
  },
};
