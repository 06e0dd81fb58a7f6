import type { App } from '../../hyperapp/model/app.ts';
import type { OurUse } from '../../hyperapp/model/browser.ts';
import { ahead, generationOf } from './document.ts';
import { loadsOurJs } from './our-js-missing.ts';
import { always, type Fix, type Rule } from './rule.ts';

/** HW035: there is no `window.our` outside of a node (diagnostics.md §1). */
export const unguardedWindowOur: Rule = {
  code: 'HW035',
  name: 'unguarded-window-our',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    for (const use of app.frontEnds.flatMap(({ ourUses }) => ourUses)) {
      if (use.guard === 'guarded') continue;
      yield {
        at: use.at,
        generation: generationOf(app),
        severity: use.guard === 'asserted' || isOnOwnPage(use, app) ? 'hint' : 'warning',
        message: use.isWrite
          ? 'window.our is undefined outside a node (for example under the dev server). Write to it only if it is there.'
          : `window.our is undefined outside a node (for example under the dev server). Use window.our?.${use.property} and handle its absence.`,
        fixes: fixesOf(use),
      };
    }
  },
};

/** A script of a page that loads `/our.js` itself: that page is a node's. */
function isOnOwnPage({ at }: OurUse, { documents }: App): boolean {
  return documents.pages.some((page) => page.file === at.file && page.scripts.some(loadsOurJs));
}

function fixesOf({ isWrite, statement, dot, guard }: OurUse): Fix[] {
  if (isWrite) {
    if (!statement) return [];
    return [
      { title: 'Write only if window.our is there', edits: [{ at: ahead(statement), newText: 'if (window.our) ' }] },
    ];
  }
  return dot && guard === 'none' ? [{ title: "Use '?.'", edits: [{ at: dot, newText: '?.' }] }] : [];
}
