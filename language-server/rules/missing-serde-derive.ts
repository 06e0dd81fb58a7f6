import { always, type Rule } from './rule.ts';
import { deriveEdits, missingTraits } from './traits.ts';

const needed = ['Serialize', 'Deserialize', 'Debug'];

/** HW022: what travels must be turned into JSON and back, and printed (hyperapp.md §2). */
export const missingSerdeDerive: Rule = {
  code: 'HW022',
  name: 'missing-serde-derive',
  severity: always('error'),
  isOverview: false,
  *check({ app, reached }) {
    for (const process of app.processes) {
      if (process.language !== 'rust' || !process.complete) continue;
      for (const { definition, handler } of reached(process).definitions) {
        const missing = missingTraits(process, definition, needed);
        if (missing.length === 0) continue;
        yield {
          at: definition.at,
          generation: process.generation,
          message: `'${definition.name}' travels in handler '${handler.name}' but does not implement ${missing.join(', ')}. Add #[derive(${missing.join(', ')})].`,
          related: [{ at: handler.at, message: `'${definition.name}' is reached from handler '${handler.name}'.` }],
          fixes: [{ title: `Derive ${missing.join(', ')}`, edits: deriveEdits(process, definition, missing) }],
        };
      }
    }
  },
};
