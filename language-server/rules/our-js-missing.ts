import type { App } from '../../hyperapp/model/app.ts';
import type { Page, PageScript } from '../../hyperapp/model/document.ts';
import { after, generationOf, startOf } from './document.ts';
import { always, type Finding, type Rule } from './rule.ts';

/** HW008: without `/our.js` a page does not know the node it runs on (diagnostics.md §1). */
export const ourJsMissing: Rule = {
  code: 'HW008',
  name: 'our-js-missing',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    for (const page of app.documents.pages) {
      const finding = findingOf(page, app);
      if (finding) yield finding;
    }
  },
};

/** True if the script loads `/our.js`, as a script of its own or by an import. */
export function loadsOurJs({ src, importsOurJs }: PageScript): boolean {
  return src === '/our.js' || importsOurJs;
}

function findingOf(page: Page, app: App): Finding | undefined {
  if (page.scripts.some(loadsOurJs)) return undefined;
  const generation = generationOf(app);
  const relative = page.scripts.find(({ src }) => src === 'our.js' || src === './our.js');
  if (relative?.srcAt) {
    return {
      at: relative.srcAt,
      generation,
      severity: 'warning',
      message: 'Use the absolute path /our.js; it is served at the site root.',
      fixes: [{ title: "Change to '/our.js'", edits: [{ at: relative.srcAt, newText: 'src="/our.js"' }] }],
    };
  }
  const isMentioned = page.scripts.some(({ mentionsOur }) => mentionsOur) || app.frontEnds.some(mentionsOur(page));
  return {
    at: page.head ?? startOf(page.file),
    generation,
    severity: isMentioned ? 'error' : 'warning',
    message:
      'This page does not load /our.js, so window.our (the node\'s identity) is undefined. Add <script src="/our.js"></script> as the first script in <head>.',
    fixes: page.head
      ? [
          {
            title: 'Load /our.js first',
            edits: [{ at: after(page.head), newText: `\n${page.indent}<script src="/our.js"></script>` }],
          },
        ]
      : [],
  };
}

/** A front end whose sources read `window.our`, and whose page this is. */
function mentionsOur(page: Page): (frontEnd: App['frontEnds'][number]) => boolean {
  return ({ folder, ourUses }) => page.file.startsWith(folder) && ourUses.length > 0;
}
