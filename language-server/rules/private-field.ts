import { insertAt } from './edits.ts';
import { always, type Rule } from './rule.ts';

/** HW072: the overview wants the fields of handler types public. */
export const privateField: Rule = {
  code: 'HW072',
  name: 'private-field',
  severity: always('hint'),
  isOverview: true,
  *check({ app, reached }) {
    for (const process of app.processes) {
      if (process.language !== 'rust') continue;
      for (const { definition } of reached(process).definitions) {
        if (definition.kind !== 'struct' || definition.shape !== 'record') continue;
        if (definition.name === process.stateType) continue;
        for (const { at, visibility } of definition.fields) {
          if (visibility !== undefined) continue;
          yield {
            at,
            generation: process.generation,
            message: 'The overview asks for public fields in handler types; private ones work only inside this crate.',
            fixes: [{ title: "Add 'pub'", edits: [insertAt(at.file, at.range.start, 'pub ')] }],
          };
        }
      }
    }
  },
};
