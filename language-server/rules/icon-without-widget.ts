import { addCallFix, argumentOf, callsHomepage } from './homepage.ts';
import { always, type Rule } from './rule.ts';

/** HW064: the macro needs icon and widget, both, to add the app to the homepage (hyperapp.md §12). */
export const iconWithoutWidget: Rule = {
  code: 'HW064',
  name: 'icon-without-widget',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      if (process.language !== 'rust' || !process.complete) continue;
      const icon = argumentOf(process, 'icon');
      const widget = argumentOf(process, 'widget');
      const only = icon ?? widget;
      if (!only || (icon && widget) || callsHomepage(process)) continue;
      yield {
        at: only.at,
        generation: process.generation,
        message:
          'The macro adds the app to the homepage only with both icon and widget. Call add_to_homepage in #[init].',
        fixes: [addCallFix(process)],
      };
    }
  },
};
