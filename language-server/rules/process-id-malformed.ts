import { propertyOf } from '../../hyperapp/model/document.ts';
import type { IdPart, IdText } from '../../hyperapp/model/traffic.ts';
import { generationOf } from './document.ts';
import { entriesOf, processIdForm } from './manifest.ts';
import { always, type Finding, type Fix, type Rule } from './rule.ts';

/** HW027: a process id has three parts of a few characters (hyperapp.md §13). */
export const processIdMalformed: Rule = {
  code: 'HW027',
  name: 'process-id-malformed',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    const generation = generationOf(app);
    const [packageName = 'notes', publisher = 'alice.os'] = app.packageId.split(':');
    const example = `${packageName}:${packageName}:${publisher}`;
    for (const { traffic } of app.crates) {
      for (const id of traffic.idTexts) {
        const problem = textProblem(id, example);
        if (problem) yield { ...problem, generation };
      }
      for (const part of traffic.idParts) {
        const problem = partProblem(part);
        if (problem) yield { ...problem, generation };
      }
    }
    for (const id of capabilityTexts()) {
      const problem = textProblem(id, example);
      if (problem) yield { ...problem, generation };
    }

    function* capabilityTexts(): Iterable<IdText> {
      for (const { node } of entriesOf(app)) {
        for (const list of ['request_capabilities', 'grant_capabilities']) {
          const capabilities = propertyOf(node, list);
          for (const element of capabilities?.kind === 'array' ? capabilities.elements : []) {
            const id = element.kind === 'object' ? propertyOf(element, 'process') : element;
            if (id?.kind === 'string') yield { as: 'process', text: id.value, at: id.at, isLiteral: true };
          }
        }
      }
    }
  },
};

type Problem = Omit<Finding, 'generation'>;

function textProblem({ as, text, at, isLiteral }: IdText, example: string): Problem | undefined {
  if (as !== 'process' || text.includes('@') || isWellFormed(text)) return undefined;
  return {
    at,
    message: `'${text}' is not a process id. Write process-name:package-name:publisher, for instance ${example}.`,
    fixes: isLiteral ? fixesOf(text, { at, message: '' }) : [],
  };
}

/** What is not constant may be anything that fits, or several parts if it stands alone. */
function isWellFormed(text: string): boolean {
  if (!text.includes('{')) return processIdForm.test(text);
  const parts = text.split(':');
  if (parts.length > 3) return /^\{[^}]*\}$/.test(text);
  if (parts.length < 3 && !parts.some((part) => part.includes('{'))) return false;
  return parts.every((part, index) =>
    (index === 2 ? /^[a-z0-9.-]*$/ : /^[a-z0-9.-]*$/).test(part.replace(/\{[^}]*\}/g, '')),
  );
}

function fixesOf(text: string, { at }: Problem): Fix[] {
  const lower = text.toLowerCase().replaceAll('_', '-');
  const parts = lower.split(':');
  const mended = parts.length === 2 ? [parts[0], ...parts].join(':') : lower;
  if (!processIdForm.test(mended)) return [];
  return [{ title: `Change to "${mended}"`, edits: [{ at, newText: `"${mended}"` }] }];
}

function partProblem({ part, text, at }: IdPart): Problem | undefined {
  const isGood = (part === 'publisher' ? /^[a-z0-9.-]+$/ : /^[a-z0-9-]+$/).test(text);
  if (isGood) return undefined;
  const legal = text.toLowerCase().replaceAll('_', '-');
  const dot = part === 'publisher' ? " '-' and '.'" : " and '-'";
  return {
    at,
    severity: 'warning',
    message: `'${text}' is no ${part} name: those have lower-case letters, digits,${dot} only. No process answers to it.`,
    fixes: /^[a-z0-9.-]+$/.test(legal)
      ? [{ title: `Change to "${legal}"`, edits: [{ at, newText: `"${legal}"` }] }]
      : [],
  };
}
