/** Which traits a type of the crate implements, and how to give it those that are missing. */
import type { AppProcess, TypeDefinition } from '../../hyperapp/model/app.ts';
import { insertBeforeItem, insertPart } from './edits.ts';
import type { Edit } from './rule.ts';

/** Attributes that change nothing about traits; any other may bring its own implementations. */
const plainAttributes = new Set(
  'derive serde allow warn deny expect cfg cfg_attr doc repr non_exhaustive deprecated must_use default inline'.split(
    ' ',
  ),
);

/** Those of the traits that neither a derive, an `impl` anywhere in the crate nor an unknown macro gives the type. */
export function missingTraits(process: AppProcess, definition: TypeDefinition, traits: readonly string[]): string[] {
  const { crate } = process;
  if (!crate || definition.kind === 'alias' || crate.macroWords.has(definition.name)) return [];
  if (definition.attributes?.some((name) => !plainAttributes.has(name))) return [];
  return traits.filter((trait) => !derives(definition, trait) && !isImplemented(process, definition.name, trait));
}

function derives(definition: Extract<TypeDefinition, { derives: readonly string[] }>, trait: string): boolean {
  // `Serialize_repr`, `DeserializeFromStr`: derives of other crates that implement the trait.
  const longer = trait === 'Serialize' || trait === 'Deserialize';
  return definition.derives.some((derived) => derived === trait || (longer && derived.startsWith(trait)));
}

export function isImplemented({ crate }: AppProcess, type: string, trait: string): boolean {
  return crate?.implementations.some((known) => known.type === type && known.trait === trait) ?? false;
}

/** Adds derives; serde's go by their full path where the file does not import their names. */
export function deriveEdits({ crate }: AppProcess, definition: TypeDefinition, traits: readonly string[]): Edit[] {
  const isImported = (name: string) =>
    crate?.imports.some(
      (known) =>
        known.at.file === definition.at.file &&
        !known.isNested &&
        (known.name === name || (known.name === '*' && /^serde(::|$)/.test(known.path))),
    );
  const written = traits
    .map((trait) =>
      (trait === 'Serialize' || trait === 'Deserialize') && !isImported(trait) ? `serde::${trait}` : trait,
    )
    .join(', ');
  if (definition.deriveInsertion) return [insertPart(definition.deriveInsertion, written)];
  return insertBeforeItem(definition, `#[derive(${written})]`);
}
