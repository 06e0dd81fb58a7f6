import type { AppProcess, TypeDefinition, Variant } from '../../hyperapp/model/app.ts';
import { always, type Finding, type Fix, type Rule } from './rule.ts';
import { isImplemented } from './traits.ts';

type Enum = TypeDefinition & { kind: 'enum' };

/** HW013: variants with several or named fields have no WIT form; the overview advises against any data. */
export const witEnumData: Rule = {
  code: 'HW013',
  name: 'wit-enum-data',
  severity: always('error'),
  isOverview: true,
  *check({ app, reached }) {
    for (const process of app.processes) {
      if (process.language !== 'rust') continue;
      for (const { definition, handler } of reached(process).definitions) {
        // What is written by hand may travel in any form.
        if (definition.kind !== 'enum' || isImplemented(process, definition.name, 'Serialize')) continue;
        for (const variant of definition.variants) {
          const finding = findingOf(variant, definition, process);
          if (finding)
            yield {
              ...finding,
              related: [{ at: handler.at, message: `'${definition.name}' is reached from handler '${handler.name}'.` }],
            };
        }
      }
    }
  },
};

function findingOf(variant: Variant, definition: Enum, { generation, types }: AppProcess): Finding | undefined {
  const at = variant.whole;
  const text = variant.text.replace(/\s+/g, ' ');
  if (variant.fields.length > 0 || variant.data.length > 1) {
    const fix = variant.fields.length > 0 ? extractStruct(variant, definition, types) : intoTuple(variant);
    const advice =
      variant.fields.length > 0
        ? `Put its fields into a struct: ${variant.name}(${structName(variant, types)}).`
        : `Give it one value: ${variant.name}((${variant.data.map((type) => type.text).join(', ')})).`;
    return { at, generation, message: `Variant '${text}' cannot be described in WIT. ${advice}`, fixes: [fix] };
  }
  if (variant.data.length === 0) return undefined;
  return {
    at,
    generation,
    severity: generation === 'v1' ? 'warning' : 'off',
    message:
      'The overview advises against enums with data in handler types; a struct with an optional field, or a JSON String, travels more safely.',
  };
}

function structName({ name }: Variant, types: AppProcess['types']): string {
  return types.has(`${name}Data`) ? `${name}Fields` : `${name}Data`;
}

function extractStruct(variant: Variant, { derives, whole }: Enum, types: AppProcess['types']): Fix {
  const name = structName(variant, types);
  const derive = derives.length > 0 ? `#[derive(${derives.join(', ')})]\n` : '';
  const fields = variant.fields.map((field) => `    pub ${field.name}: ${field.type.text},\n`).join('');
  const { start } = whole.range;
  return {
    title: `Put the fields into a struct '${name}'`,
    edits: [
      {
        at: { file: whole.file, range: { start, end: start } },
        newText: `${derive}pub struct ${name} {\n${fields}}\n\n`,
      },
      { at: variant.whole, newText: `${variant.name}(${name})` },
    ],
  };
}

function intoTuple(variant: Variant): Fix {
  const tuple = `(${variant.data.map((type) => type.text).join(', ')})`;
  return { title: 'Make the values one tuple', edits: [{ at: variant.whole, newText: `${variant.name}(${tuple})` }] };
}
