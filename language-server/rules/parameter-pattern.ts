import type { Handler, Parameter } from '../../hyperapp/model/app.ts';
import { describedHandlers } from '../../hyperapp/wit/reach.ts';
import { insertAt } from './edits.ts';
import { always, type Fix, type Rule } from './rule.ts';

/** HW062: parameters without a plain name are on the wire but not in the WIT (wit-generation.md §4). */
export const parameterPattern: Rule = {
  code: 'HW062',
  name: 'parameter-pattern',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      if (process.language !== 'rust') continue;
      for (const handler of describedHandlers(process)) {
        for (const parameter of handler.parameters) {
          if (/^(mut\s+)?(r#)?[A-Za-z_]\w*$/.test(parameter.name) && parameter.name !== '_') continue;
          yield {
            at: parameter.at,
            generation: process.generation,
            message: 'Name this parameter; kit leaves it out of the WIT, so generated callers send one value too few.',
            fixes: fixesOf(parameter, handler),
          };
        }
      }
    }
  },
};

function fixesOf({ name, at }: Parameter, { body, parameters }: Handler): Fix[] {
  if (name === '_') {
    // Several of them need names of their own; digits are not allowed in one.
    const earlier = parameters.filter((other) => other.name === '_').findIndex((other) => other.at === at);
    const newText = `_unused${'_too'.repeat(earlier)}`;
    return [{ title: `Call it '${newText}'`, edits: [{ at, newText }] }];
  }
  if (!body || body.isEmpty || parameters.some((other) => other.name === 'given')) return [];
  const { start, end } = body.range;
  const inside = { line: start.line, character: start.character + 1 };
  const line = start.line === end.line ? ` let ${name} = given;` : `\n${body.indent}    let ${name} = given;`;
  return [
    {
      title: "Call it 'given' and take it apart in the body",
      edits: [{ at, newText: 'given' }, insertAt(at.file, inside, line)],
    },
  ];
}
