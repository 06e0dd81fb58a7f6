import type { Block } from '../../hyperapp/model/app.ts';
import { insertAt } from './edits.ts';
import { always, type Fix, type Rule } from './rule.ts';

/** HW037: the macro parses an impl block; a sample of the overview has it on the struct (hyperapp.md §2). */
export const macroOnStruct: Rule = {
  code: 'HW037',
  name: 'macro-on-struct',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    for (const { block, generation } of app.processes) {
      if (block.carrier !== 'struct') continue;
      yield {
        at: block.attribute,
        generation,
        message: `This attribute belongs on 'impl ${block.stateName}', not on the struct (the macro parses an impl block).`,
        fixes: fixesOf(block),
      };
    }
  },
};

function fixesOf({ attribute, attributeText, implAt, stateName }: Block): Fix[] {
  if (!implAt || attributeText === undefined) return [];
  const { start, end } = attribute.range;
  // With the end of its line, so that no empty one is left behind.
  const removed = { file: attribute.file, range: { start, end: { line: end.line + 1, character: start.character } } };
  return [
    {
      title: `Move the attribute to 'impl ${stateName}'`,
      edits: [{ at: removed, newText: '' }, insertAt(implAt.file, implAt.range.start, `${attributeText}\n`)],
    },
  ];
}
