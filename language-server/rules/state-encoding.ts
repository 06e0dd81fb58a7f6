import type { AppProcess, Field, SerdeArgument, Type, TypeDefinition } from '../../hyperapp/model/app.ts';
import { wholeTypes } from '../../hyperapp/wit/reach.ts';
import { always, type Finding, type Rule } from './rule.ts';
import { stateOf } from './state-not-storable.ts';

/** HW074: what MessagePack by position cannot read back (hyperapp.md §9). */
export const stateEncoding: Rule = {
  code: 'HW074',
  name: 'state-encoding',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      const state = process.language === 'rust' ? stateOf(process) : undefined;
      const save = process.block.arguments.find(({ key }) => key === 'save_config')?.text;
      if (!state || !save || /\bNever\b/.test(save)) continue;
      for (const definition of stored(state, process)) yield* findingsOf(definition, process);
    }
  },
};

/** The state's type and all that is kept inside it. */
function stored(state: TypeDefinition, { types }: AppProcess): TypeDefinition[] {
  const found = new Set<TypeDefinition>();
  const take = (definition: TypeDefinition): void => {
    if (definition.stale || found.has(definition)) return;
    found.add(definition);
    for (const type of keptTypes(definition).flatMap(insides)) {
      const inner = type.kind === 'named' || type.kind === 'generic' ? types.get(type.name) : undefined;
      if (inner) take(inner);
    }
  };
  take(state);
  return [...found];
}

function keptTypes(definition: TypeDefinition): Type[] {
  const kept = (fields: readonly Field[]) =>
    fields.filter((field) => !has(field.serde, 'skip')).map(({ type }) => type);
  switch (definition.kind) {
    case 'struct':
      return kept(definition.fields);
    case 'enum':
      return definition.variants.flatMap(({ data, fields }) => [...data, ...kept(fields)]);
    case 'alias':
      return [definition.type];
  }
}

/** Also what is inside of containers that have no WIT form. */
function insides(type: Type): Type[] {
  return wholeTypes(type).flatMap((part) =>
    part.kind === 'foreign' && part.element ? [part, ...insides(part.element)] : [part],
  );
}

function has(serde: readonly SerdeArgument[] | undefined, key: string): boolean {
  return serde?.some((argument) => argument.key === key) ?? false;
}

function* findingsOf(definition: TypeDefinition, { generation }: AppProcess): Iterable<Finding> {
  if (definition.kind === 'struct' && definition.shape === 'record') {
    const fields = definition.fields.filter(({ serde }) => !has(serde, 'skip'));
    // A flattened field makes a map of the whole struct, which has names.
    if (fields.some(({ serde }) => has(serde, 'flatten'))) return;
    for (const [index, { name, serde }] of fields.entries()) {
      const left = serde?.find(({ key }) => key === 'skip_serializing_if' || key === 'skip_serializing');
      if (!left || (index === fields.length - 1 && has(serde, 'default'))) continue;
      const when = left.key === 'skip_serializing_if' ? ' when empty' : '';
      yield {
        at: left.at,
        generation,
        message: `State is stored by position (MessagePack): leaving out '${name}'${when} makes the next start panic. Remove ${left.key}, or make it the last field with #[serde(default)].`,
        fixes: [{ title: `Remove ${left.key}`, edits: [{ at: left.removal, newText: '' }] }],
      };
    }
  }
  const untagged = definition.serde?.find(({ key }) => key === 'untagged');
  if (definition.kind !== 'enum' || !untagged) return;
  const shaped = definition.variants.find(({ fields, data }) => fields.length > 0 || data.length > 1);
  if (!shaped) return;
  yield {
    at: untagged.at,
    generation,
    message: `State is stored by position (MessagePack): an untagged enum with a variant like '${shaped.name}' cannot be read back, and the next start panics. Remove untagged.`,
    fixes: [{ title: 'Remove untagged', edits: [{ at: untagged.removal, newText: '' }], isAlone: true }],
  };
}
