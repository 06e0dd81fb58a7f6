import { addCallFix, argumentOf, callsHomepage } from './homepage.ts';
import { servesUi } from './http-get-unbound.ts';
import { always, type Rule } from './rule.ts';

/** HW065: an app with a front end that the homepage does not show (hyperapp.md §12). */
export const notOnHomepage: Rule = {
  code: 'HW065',
  name: 'not-on-homepage',
  severity: always('information'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      const ui = argumentOf(process, 'ui') ?? argumentOf(process, 'ui_path');
      if (process.language !== 'rust' || !process.complete || !ui || !servesUi(process)) continue;
      // With one of the two HW064 says what is missing.
      if (argumentOf(process, 'icon') || argumentOf(process, 'widget') || callsHomepage(process)) continue;
      const hasInit = process.handlers.some(({ kinds }) => kinds.includes('init'));
      const how = hasInit
        ? 'call add_to_homepage(..) in #[init].'
        : 'add an #[init] handler that calls add_to_homepage(..).';
      yield {
        at: ui.at,
        generation: process.generation,
        message: `People will not find this app: ${how}`,
        fixes: [addCallFix(process)],
      };
    }
  },
};
