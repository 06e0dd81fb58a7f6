import { generationOf } from './document.ts';
import { always, type Rule } from './rule.ts';

/** HW079: in the process library 2.x showing an address's parse error calls itself for ever (hyperapp.md §13). */
export const addressErrorDisplay: Rule = {
  code: 'HW079',
  name: 'address-error-display',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    for (const { folder, traffic } of app.crates) {
      const library = app.documents.crates
        .get(folder)
        ?.dependencies.find(({ name }) => name === 'hyperware_process_lib');
      const shared = app.documents.workspace?.dependencies.find(({ name }) => name === 'hyperware_process_lib');
      const version = library?.isInherited ? shared?.version : library?.version;
      if (!version || !/^[=^~\s]*2(\.|$)/.test(version)) continue;
      for (const { at, newText } of traffic.shownErrors) {
        yield {
          at,
          generation: generationOf(app),
          message: 'Formatting this error recurses for ever; use {:?}.',
          fixes: [{ title: `Change to ${newText}`, edits: [{ at, newText }] }],
        };
      }
    }
  },
};
