import type { AppProcess, Location } from '../../hyperapp/model/app.ts';
import { renameFix } from './rename.ts';
import { always, type Finding, type Rule, type RuleContext } from './rule.ts';
import { type WrittenName, writtenNames } from './written-names.ts';

/** HW019: names that kit refuses (wit-generation.md §3). */
export const witNameForbidden: Rule = {
  code: 'HW019',
  name: 'wit-name-forbidden',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    for (const process of context.app.processes) {
      if (process.language !== 'rust') continue;
      for (const written of writtenNames(process, context)) {
        const finding = findingOf(written, process, context);
        if (finding) yield finding;
      }
    }
  },
};

const digits = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

function findingOf(
  { name, at, kind, handler }: WrittenName,
  process: AppProcess,
  context: RuleContext,
): Finding | undefined {
  const hasDigit = /\d/.test(name);
  if (!hasDigit && !/stream/i.test(name)) return undefined;
  const isRaised = kind === 'type' || kind === 'variant' || kind === 'state';
  const instead = allowed(name, isRaised);
  const why = hasDigit ? 'digits' : "'stream' in them";
  return {
    at,
    generation: process.generation,
    message: `kit refuses names with ${why}: rename '${name}' (for instance '${instead}').`,
    fixes: renameFix({ process, from: name, to: instead, handler, isField: kind === 'field' }, context),
    related: related(at, handler?.at, kind),
  };
}

function related(at: Location, handlerAt: Location | undefined, kind: WrittenName['kind']) {
  if (!handlerAt || handlerAt === at || kind === 'parameter') return [];
  return [{ at: handlerAt, message: 'It travels with this handler.' }];
}

/** Digits spelled out, `stream` as `flow`: `line2` to `line_two`, `Sha256` to `ShaTwoFiveSix`. */
function allowed(name: string, isRaised: boolean): string {
  const raise = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const flowing = name.replace(/stream/gi, (found) =>
    found === 'STREAM' ? 'FLOW' : found[0] === 'S' ? 'Flow' : 'flow',
  );
  if (isRaised) return flowing.replace(/\d/g, (digit) => raise(digits[Number(digit)] as string));
  return flowing
    .replace(/\d/g, (digit) => `_${digits[Number(digit)]}_`)
    .replace(/__+/g, '_')
    .replace(/_$/, '');
}
