import { renameFix } from './rename.ts';
import { always, type Rule } from './rule.ts';

/** HW076: kit takes one `_` off a field's name, serde does not (wit-generation.md §3). */
export const fieldLeadingUnderscore: Rule = {
  code: 'HW076',
  name: 'field-leading-underscore',
  severity: always('warning'),
  isOverview: false,
  *check(context) {
    for (const process of context.app.processes) {
      if (process.language !== 'rust') continue;
      for (const { definition, handler } of context.reached(process).definitions) {
        if (definition.kind !== 'struct' || definition.shape !== 'record') continue;
        for (const { name, wireName, at, serde } of definition.fields) {
          if (!/^_[A-Za-z]/.test(name) || wireName !== name || serde?.some(({ key }) => key === 'skip')) continue;
          const to = name.slice(1);
          yield {
            at,
            generation: process.generation,
            message: `Generated callers call this field '${to}', the wire says '${name}'. Rename it.`,
            related: [{ at: handler.at, message: `'${definition.name}' is reached from handler '${handler.name}'.` }],
            fixes: renameFix({ process, from: name, to, isField: true }, context),
          };
        }
      }
    }
  },
};
