import { generationOf } from './document.ts';
import { always, type Rule } from './rule.ts';

/** HW068: the node's own `/our.js` sets `node` alone; `process` is the front end's to set (hyperapp.md §11). */
export const ourProcessUnset: Rule = {
  code: 'HW068',
  name: 'our-process-unset',
  severity: always('hint'),
  isOverview: false,
  *check({ app }) {
    for (const { ourUses, entry } of app.frontEnds) {
      const uses = ourUses.filter(({ property }) => property === 'process');
      if (uses.some(({ isWrite }) => isWrite)) continue;
      const newText =
        "\n\n// The node's /our.js says who the node is; which process this is, its address tells.\nif (window.our) window.our.process = import.meta.env.BASE_URL.replaceAll('/', '');";
      for (const use of uses) {
        yield {
          at: use.at,
          generation: generationOf(app),
          message: '/our.js may set node only. Set window.our.process from import.meta.env.BASE_URL at start.',
          fixes: entry ? [{ title: 'Set it in the entry file', edits: [{ at: entry, newText }] }] : [],
        };
      }
    }
  },
};
