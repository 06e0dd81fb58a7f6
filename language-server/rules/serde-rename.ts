import type { Field, SerdeArgument, TypeDefinition } from '../../hyperapp/model/app.ts';
import { always, type Rule } from './rule.ts';

const changing =
  /^(rename|rename_all|rename_all_fields|tag|content|untagged|flatten|skip\w*|with|serialize_with|deserialize_with)$/;

/** HW073: what serde changes on the wire and kit does not see (wit-generation.md §5). */
export const serdeRename: Rule = {
  code: 'HW073',
  name: 'serde-rename',
  severity: always('hint'),
  isOverview: false,
  *check({ app, reached }) {
    for (const process of app.processes) {
      if (process.language !== 'rust') continue;
      const { generation } = process;
      for (const { definition } of reached(process).definitions) {
        for (const { argument, field } of argumentsOf(definition)) {
          if (changing.test(argument.key)) yield { at: argument.at, generation, message: messageOf(argument, field) };
        }
      }
    }
  },
};

function argumentsOf(
  definition: TypeDefinition,
): { argument: SerdeArgument; field?: Pick<Field, 'name' | 'wireName'> }[] {
  const own = (definition.serde ?? []).map((argument) => ({ argument }));
  const ofFields = (fields: readonly Field[]) =>
    fields.flatMap((field) => (field.serde ?? []).map((argument) => ({ argument, field })));
  switch (definition.kind) {
    case 'struct':
      return [...own, ...ofFields(definition.fields)];
    case 'enum':
      return [
        ...own,
        ...definition.variants.flatMap((variant) => [
          ...(variant.serde ?? []).map((argument) => ({ argument, field: variant })),
          ...ofFields(variant.fields),
        ]),
      ];
    case 'alias':
      return own;
  }
}

function messageOf({ key, value }: SerdeArgument, field: Pick<Field, 'name' | 'wireName'> | undefined): string {
  if (key === 'rename' && field)
    return `kit ignores serde attributes: generated callers use '${field.name}', the wire has '${value ?? field.wireName}'.`;
  if (key.startsWith('rename_all'))
    return `kit ignores serde attributes: generated callers use the Rust names, the wire has them in ${value ?? 'another spelling'}.`;
  return `kit ignores serde attributes: generated callers know nothing of '${key}', and send and expect the plain form.`;
}
