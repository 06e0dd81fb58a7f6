import type { App, AppProcess, MacroArgument } from '../../hyperapp/model/app.ts';
import { insertPart } from './edits.ts';
import { nearest } from './nearest.ts';
import { always, type Finding, type Rule } from './rule.ts';
import { customaryWorld } from './wit-world.ts';

const required = ['name', 'endpoints', 'save_config', 'wit_world'];
const strings = new Set(['name', 'icon', 'widget', 'ui_path', 'wit_world']);
const others = ['icon', 'widget', 'ui'];

/** HW038: what the macro takes and what it must have (hyperapp.md §3). */
export const macroArguments: Rule = {
  code: 'HW038',
  name: 'macro-arguments',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      // Half an attribute has half its arguments.
      if (process.language !== 'rust' || !process.complete) continue;
      yield* missing(process, app);
      yield* wrong(process);
    }
  },
};

function* missing({ block, generation }: AppProcess, app: App): Iterable<Finding> {
  const [packageName = ''] = app.packageId.split(':');
  const save = generation === 'v1' ? 'EveryMessage' : 'OnDiff';
  const defaults: Readonly<Record<string, string>> = {
    name: `name = "${packageName}"`,
    endpoints: 'endpoints = vec![]',
    save_config: `save_config = SaveOptions::${save}`,
    wit_world: `wit_world = "${customaryWorld(app.packageId)}"`,
  };
  for (const key of required) {
    if (block.arguments.some((argument) => argument.key === key)) continue;
    const part = defaults[key] as string;
    const where = block.argumentInsertion;
    yield {
      at: block.attribute,
      generation,
      message: `The macro needs '${key}'. Add ${part}.`,
      fixes: where ? [{ title: `Add ${part}`, edits: [insertPart(where, part)] }] : [],
    };
  }
}

function* wrong({ block, generation }: AppProcess): Iterable<Finding> {
  for (const { at } of block.looseArguments ?? []) {
    yield { at, generation, message: "Each argument of the macro is written as 'key = value'." };
  }
  const known = [...required, ...others, ...(generation === 'v3a' || generation === 'v3b' ? ['ui_path'] : [])];
  const seen = new Set<string>();
  for (const argument of block.arguments) {
    const { key, at } = argument;
    if (!known.includes(key)) yield unknown(argument, known, generation);
    else if (seen.has(key)) yield { at, generation, message: `'${key}' is given twice. Remove one of the two.` };
    else if (strings.has(key) && !isString(argument)) yield notLiteral(argument, generation);
    seen.add(key);
  }
}

function unknown({ key, at }: MacroArgument, known: readonly string[], generation: Finding['generation']): Finding {
  const near = nearest(key, known, (name) => name);
  const late = key === 'ui_path' ? ' It came with the third generation of the framework.' : '';
  return {
    at,
    generation,
    message: `Unknown argument '${key}'.${near ? ` Did you mean '${near}'?` : late}`,
    fixes: near ? [{ title: `Change to '${near}'`, edits: [{ at, newText: near }] }] : [],
  };
}

function isString({ text }: MacroArgument): boolean {
  return /^r?#*"/.test(text);
}

function notLiteral({ key, at, valueAt }: MacroArgument, generation: Finding['generation']): Finding {
  const instead =
    key === 'icon' || key === 'widget' ? 'call add_to_homepage in #[init] for a constant' : 'write the text itself';
  return { at: valueAt ?? at, generation, message: `'${key}' must be a string literal; ${instead}.` };
}
