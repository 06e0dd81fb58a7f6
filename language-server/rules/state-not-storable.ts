import type { AppProcess, Field, TypeDefinition } from '../../hyperapp/model/app.ts';
import { insertAt } from './edits.ts';
import { always, type Fix, type Rule } from './rule.ts';
import { deriveEdits, isImplemented, missingTraits } from './traits.ts';

const needed = ['Default', 'Serialize', 'Deserialize'];

/** HW036: the state is made anew on the first start, stored, and read back (hyperapp.md §2, §9). */
export const stateNotStorable: Rule = {
  code: 'HW036',
  name: 'state-not-storable',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      if (process.language !== 'rust' || !process.complete) continue;
      const state = stateOf(process);
      if (!state) continue;
      const missing = missingTraits(process, state, needed);
      if (missing.length === 0) continue;
      const why = missing.includes('Default')
        ? 'it is created on first start'
        : 'it is stored, and read back at the next start';
      yield {
        at: state.at,
        generation: process.generation,
        message: `The state '${state.name}' must implement ${missing.join(', ')} (${why}). Add ${missing.join(', ')} to its derives or write impl ${missing[0]}.`,
        related: [{ at: process.block.attribute, message: `The macro keeps '${state.name}' as the state.` }],
        fixes: fixesOf(process, state, missing),
      };
    }
  },
};

/** The definition of the state, if the crate has it and it is no alias. */
export function stateOf(process: AppProcess): Exclude<TypeDefinition, { kind: 'alias' }> | undefined {
  const state = process.stateType === undefined ? undefined : process.types.get(process.stateType);
  return state && !state.stale && state.kind !== 'alias' ? state : undefined;
}

function fixesOf(process: AppProcess, state: TypeDefinition, missing: readonly string[]): Fix[] {
  const byHand = missing.includes('Default') && !isDefaultDerivable(process, state);
  if (!byHand) return [{ title: `Derive ${missing.join(', ')}`, edits: deriveEdits(process, state, missing) }];
  const rest = missing.filter((trait) => trait !== 'Default');
  const derives = rest.length > 0 ? deriveEdits(process, state, rest) : [];
  const skeleton = defaultSkeleton(process, state);
  if (!state.item || !skeleton) return [];
  return [
    {
      title: `Write 'impl Default for ${state.name}'`,
      isAlone: true,
      edits: [...derives, insertAt(state.at.file, state.item.at.range.end, `\n\n${skeleton}`)],
    },
  ];
}

function isDefaultDerivable(process: AppProcess, state: TypeDefinition): boolean {
  return state.kind === 'struct' && state.fields.every((field) => hasDefault(process, field));
}

const without = new Set(['ProcessId', 'PackageId', 'NodeId', 'Instant', 'SystemTime', 'Uuid', 'Address']);

function hasDefault(process: AppProcess, { type }: Field): boolean {
  if (type.kind === 'address' || type.kind === 'reference') return false;
  if (type.kind === 'foreign') return !without.has(type.name);
  if (type.kind !== 'named') return true;
  const definition = process.types.get(type.name);
  if (!definition || definition.kind === 'alias') return true;
  return definition.derives.includes('Default') || isImplemented(process, type.name, 'Default');
}

function defaultSkeleton(process: AppProcess, state: TypeDefinition): string | undefined {
  if (state.kind !== 'struct' || state.shape !== 'record') return undefined;
  const fields = state.fields.map((field) => {
    const value = hasDefault(process, field) ? 'Default::default()' : `todo!("a first ${field.name}")`;
    return `            ${field.name}: ${value},\n`;
  });
  return `impl Default for ${state.name} {\n    fn default() -> Self {\n        Self {\n${fields.join('')}        }\n    }\n}`;
}
