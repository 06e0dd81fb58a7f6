import { always, type Rule } from './rule.ts';

/** HW059: kit wants both arguments of a Result, and no tuple structs (wit-generation.md §5). */
export const resultArguments: Rule = {
  code: 'HW059',
  name: 'result-arguments',
  severity: always('error'),
  isOverview: false,
  *check({ app, reached }) {
    for (const process of app.processes) {
      if (process.language !== 'rust') continue;
      const { generation } = process;
      for (const { type, handler, within } of reached(process).types) {
        if (type.kind !== 'foreign' || type.name !== 'Result') continue;
        const whole = type.element ? `Result<${type.element.text.replace(/\s+/g, ' ')}, String>` : undefined;
        yield {
          at: type.at,
          generation,
          message: `Write both arguments: ${whole ?? 'Result<(), String>'}.`,
          fixes: whole
            ? [{ title: `Change to '${whole}'`, edits: [{ at: type.at, newText: whole }], isAlone: true }]
            : [],
          related: within ? [{ at: handler.at, message: `It is reached from handler '${handler.name}'.` }] : [],
        };
      }
      for (const { definition, handler } of reached(process).definitions) {
        if (definition.kind !== 'struct' || definition.shape !== 'tuple' || definition.fields.length < 2) continue;
        yield {
          at: definition.at,
          generation,
          message: `kit cannot describe a struct with ${definition.fields.length} unnamed fields. Name the fields of '${definition.name}'.`,
          related: [{ at: handler.at, message: `'${definition.name}' is reached from handler '${handler.name}'.` }],
        };
      }
    }
  },
};
