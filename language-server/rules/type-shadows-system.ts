import type { AppProcess } from '../../hyperapp/model/app.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import type { Reached } from '../../hyperapp/wit/reach.ts';
import { renameFix } from './rename.ts';
import { always, type Finding, type Rule, type RuleContext } from './rule.ts';

/** HW077: a type of the app that kit takes for one of the system's (wit-generation.md §5). */
export const typeShadowsSystem: Rule = {
  code: 'HW077',
  name: 'type-shadows-system',
  severity: always('warning'),
  isOverview: false,
  *check(context) {
    for (const process of context.app.processes) {
      if (process.language !== 'rust') continue;
      const reached = context.reached(process);
      yield* ownAddress(process, reached, context);
      if (dialectOf(process.generation) === 'k4') yield* foreignValue(process, reached);
    }
  },
};

function* ownAddress(process: AppProcess, { types }: Reached, context: RuleContext): Iterable<Finding> {
  const definition = process.types.get('Address');
  const use = types.find(({ type }) => type.kind === 'address');
  if (!definition || definition.stale || !use) return;
  const isSystem = process.crate?.imports.some(
    ({ name, path, at }) => name === 'Address' && at.file === use.type.at.file && /^hyperware/.test(path),
  );
  if (isSystem) return;
  yield {
    at: definition.at,
    generation: process.generation,
    message: "kit takes 'Address' for the system's address; rename the type.",
    related: [{ at: use.handler.at, message: `It is used by handler '${use.handler.name}'.` }],
    fixes: renameFix({ process, from: 'Address', to: 'PostalAddress' }, context),
  };
}

/** `use toml::Value`: kit describes any `Value` as JSON text. */
function* foreignValue(process: AppProcess, { types }: Reached): Iterable<Finding> {
  for (const { type } of types) {
    if (type.kind !== 'json' || type.text !== 'Value') continue;
    const imported = process.crate?.imports.find(({ name, at }) => name === 'Value' && at.file === type.at.file);
    if (!imported || /^serde_json(::|$)/.test(imported.path)) continue;
    yield {
      at: type.at,
      generation: process.generation,
      message: `kit takes 'Value' for any JSON, but here it is ${imported.path}; send a struct of your own, or a String.`,
    };
  }
}
