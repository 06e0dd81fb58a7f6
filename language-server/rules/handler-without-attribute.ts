import { always, type Rule } from './rule.ts';

/** HW020: kit stops at a method of the macro's block that is no handler (wit-generation.md §1). */
export const handlerWithoutAttribute: Rule = {
  code: 'HW020',
  name: 'handler-without-attribute',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    for (const { block, generation, language } of app.processes) {
      // In TypeScript a class is the only place for helpers.
      if (language !== 'rust') continue;
      for (const method of block.plainMethods) {
        const { end } = block.range;
        yield {
          at: method.at,
          generation,
          message: `kit stops at '${method.name}': every method in the macro's impl block must be a handler. Move it to a plain impl block.`,
          fixes: [
            {
              title: `Move '${method.name}' to a plain impl block`,
              edits: [
                { at: method.whole, newText: '' },
                {
                  at: { file: block.file, range: { start: end, end } },
                  newText: `\n\nimpl ${block.stateName} {\n${method.text}\n}`,
                },
              ],
            },
          ],
        };
      }
    }
  },
};
