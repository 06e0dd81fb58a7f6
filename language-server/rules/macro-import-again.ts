import { always, type Rule } from './rule.ts';

const given = new Set(['HttpBindingConfig', 'WsBindingConfig', 'Binding']);

/** HW063: names that the macro's expansion imports into the app's own module (hyperapp.md §2). */
export const macroImportAgain: Rule = {
  code: 'HW063',
  name: 'macro-import-again',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    for (const { crate, file, generation } of app.processes) {
      for (const { name, isRenamed, isNested, at, removal } of crate?.imports ?? []) {
        if (at.file !== file || isRenamed || isNested || !given.has(name)) continue;
        yield {
          at,
          generation,
          message: `The macro imports '${name}' itself; a second import is E0252. Remove it.`,
          fixes: [{ title: 'Remove the import', edits: [{ at: removal, newText: '' }] }],
        };
      }
    }
  },
};
