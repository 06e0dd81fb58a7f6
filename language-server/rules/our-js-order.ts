import type { Page, PageScript } from '../../hyperapp/model/document.ts';
import { after, generationOf } from './document.ts';
import { loadsOurJs } from './our-js-missing.ts';
import { always, type Finding, type Fix, type Rule, type Severity } from './rule.ts';

/** HW034: a script that runs before `/our.js` finds no `window.our` (diagnostics.md §1). */
export const ourJsOrder: Rule = {
  code: 'HW034',
  name: 'our-js-order',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    for (const page of app.documents.pages) {
      const early = tooEarly(page);
      if (!early) continue;
      const { script, severity, ourJs } = early;
      const finding: Finding = {
        at: script.srcAt ?? script.startTag,
        generation: generationOf(app),
        severity,
        message: 'Load /our.js before this script, which may read window.our.',
        fixes: fixesOf(page, ourJs),
      };
      yield finding;
    }
  },
};

interface Early {
  readonly script: PageScript;
  readonly ourJs: PageScript;
  readonly severity: Severity;
}

function tooEarly({ scripts }: Page): Early | undefined {
  const index = scripts.findIndex(loadsOurJs);
  const ourJs = scripts[index];
  if (!ourJs) return undefined;
  const others = scripts.filter((script) => script !== ourJs);
  const runsLate = ourJs.isAsync || ourJs.isDeferred || ourJs.kind === 'module';
  const classic = (runsLate ? others : scripts.slice(0, index)).find(mayReadAtOnce);
  if (classic) return { script: classic, ourJs, severity: 'warning' };
  if (ourJs.isAsync && others[0]) return { script: others[0], ourJs, severity: 'warning' };
  const module = scripts.slice(0, index).find(({ kind }) => kind === 'module');
  return module && !runsLate ? { script: module, ourJs, severity: 'hint' } : undefined;
}

/** A classic script that runs where it stands; inline ones only if they speak of `our`. */
function mayReadAtOnce({ kind, isDeferred, isAsync, src, mentionsOur }: PageScript): boolean {
  if (kind !== 'classic' || isDeferred || isAsync) return false;
  return src !== undefined || mentionsOur;
}

function fixesOf({ head, indent }: Page, ourJs: PageScript): Fix[] {
  if (!head) return [];
  const tag = '<script src="/our.js"></script>';
  const edits = [
    { at: after(head), newText: `\n${indent}${tag}` },
    ...(ourJs.src === undefined ? [] : [{ at: ourJs.at, newText: '' }]),
  ];
  return [{ title: 'Load /our.js first', edits }];
}
