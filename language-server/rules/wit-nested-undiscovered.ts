import type { AppProcess, Type, TypeDefinition } from '../../hyperapp/model/app.ts';
import type { HiddenType } from '../../hyperapp/model/crate.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { describedHandlers, type Reached, type ReachedDefinition, typesWithin } from '../../hyperapp/wit/reach.ts';
import { insertAt, insertMethod } from './edits.ts';
import { always, type Finding, type Fix, type Rule } from './rule.ts';

/** HW018: types that kit does not find, although they are the app's own (wit-generation.md §5, §9). */
export const witNestedUndiscovered: Rule = {
  code: 'HW018',
  name: 'wit-nested-undiscovered',
  severity: always('error'),
  isOverview: true,
  *check({ app, reached }) {
    for (const process of app.processes) {
      if (process.language !== 'rust' || !process.complete) continue;
      yield* hiddenTypes(process, reached(process));
      if (dialectOf(process.generation) === 'k1') yield* missedTypes(process, reached(process));
    }
  },
};

/** Where a reached name has its only definition out of kit's sight; HW017 leaves these to this rule. */
export function hiddenTypeOf(process: AppProcess, type: Type): HiddenType | undefined {
  if (type.kind !== 'foreign') return undefined;
  return process.crate?.hiddenTypes.find(({ name }) => name === type.name);
}

function* hiddenTypes(process: AppProcess, { types }: Reached): Iterable<Finding> {
  const told = new Set<string>();
  for (const { type, handler } of types) {
    const hidden = hiddenTypeOf(process, type);
    if (!hidden || told.has(hidden.name)) continue;
    told.add(hidden.name);
    const advice = hidden.whole
      ? `move '${hidden.name}' out of '${hidden.within}${hidden.within.startsWith('mod') ? ' { }' : ''}'.`
      : `write '${hidden.name}' out instead of having '${hidden.within.slice('macro '.length)}' make it.`;
    yield {
      at: hidden.at,
      generation: process.generation,
      message: `kit looks for types at the top level of files only; ${advice}`,
      related: [{ at: handler.at, message: `'${hidden.name}' is reached from handler '${handler.name}'.` }],
      fixes: moveOut(hidden),
    };
  }
}

/** The definition goes before its module, which hands it on to those who name it there. */
function moveOut({ name, whole, text, module, at }: HiddenType): Fix[] {
  if (!whole || !module) return [];
  const indent = whole.range.start.character;
  const dedented = text
    .split('\n')
    .map((line) => line.replace(new RegExp(`^ {0,${indent}}`), ''))
    .join('\n');
  return [
    {
      title: `Move '${name}' to the top level`,
      isAlone: true,
      edits: [insertAt(at.file, module.start, `${dedented}\n\n`), { at: whole, newText: `pub use super::${name};` }],
    },
  ];
}

/** K1 finds what signatures and plain fields name, and nothing inside a field's `Vec` or `Option`. */
function* missedTypes(process: AppProcess, { definitions }: Reached): Iterable<Finding> {
  const found = foundByK1(process);
  for (const { definition, handler } of definitions) {
    if (found.has(definition.name)) continue;
    const holder = holderOf(definition, definitions);
    if (!holder || !found.has(holder.definition.name)) continue;
    yield {
      at: definition.at,
      generation: process.generation,
      message: `This kit does not find '${definition.name}', because it occurs only inside ${holder.text} of '${holder.definition.name}'. Name it in a handler signature (for instance a handler returning ${definition.name}).`,
      related: [{ at: handler.at, message: `'${definition.name}' is reached from handler '${handler.name}'.` }],
      fixes: [nameInHandler(definition, process)],
    };
  }
}

function foundByK1(process: AppProcess): Set<string> {
  const found = new Set<string>();
  const take = (name: string): void => {
    const definition = process.types.get(name);
    if (!definition || found.has(name)) return;
    found.add(name);
    for (const type of typesWithin(definition)) if (type.kind === 'named') take(type.name);
  };
  for (const { parameters, result } of describedHandlers(process)) {
    for (const { type } of parameters) for (const name of namesIn(type)) take(name);
    if (result) for (const name of namesIn(result)) take(name);
  }
  return found;
}

function namesIn(type: Type): string[] {
  switch (type.kind) {
    case 'named':
      return [type.name];
    case 'list':
    case 'option':
      return namesIn(type.element);
    case 'tuple':
      return type.elements.flatMap(namesIn);
    case 'result':
      return [...namesIn(type.ok), ...namesIn(type.err)];
    default:
      return [];
  }
}

function holderOf({ name }: TypeDefinition, definitions: readonly ReachedDefinition[]) {
  for (const { definition } of definitions) {
    const type = typesWithin(definition).find((inner) => inner.kind !== 'named' && namesIn(inner).includes(name));
    if (type) return { definition, text: type.text.replace(/\s+/g, ' ') };
  }
  return undefined;
}

function nameInHandler({ name }: TypeDefinition, { block }: AppProcess): Fix {
  const method = `${name.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase()}_type`;
  return {
    title: `Add a handler that names '${name}'`,
    isAlone: true,
    edits: [
      insertMethod({ file: block.file, range: block.range }, [
        '#[http]',
        `async fn ${method}(&self, _request_body: String) -> Option<${name}> {`,
        '    None',
        '}',
      ]),
    ],
  };
}
