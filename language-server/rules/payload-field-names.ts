import { exampleValue } from '../../hyperapp/wire/example.ts';
import { nearest } from './nearest.ts';
import { checkMisfits, type FoundMisfit } from './payload-misfits.ts';
import { always, type Finding, type Rule } from './rule.ts';

/** HW033: an object for a struct has the struct's fields, by their names on the wire (hyperapp.md §6). */
export const payloadFieldNames: Rule = {
  code: 'HW033',
  name: 'payload-field-names',
  severity: always('warning'),
  isOverview: false,
  *check(context) {
    yield* checkMisfits(context, findingOf);
  },
};

function findingOf({ misfit, candidate: { process } }: FoundMisfit): Finding | undefined {
  const { generation } = process;
  if (misfit.kind === 'unknown-key') {
    const { property, meant, struct, value } = misfit;
    const at = { file: value.at.file, range: property.at };
    const definition = process.types.get(struct);
    const fields = definition?.kind === 'struct' ? definition.fields : [];
    const near = meant ?? nearest(property.name, fields, ({ wireName }) => wireName);
    const isShorthand =
      property.value.at.range.start.line === property.at.start.line &&
      property.value.at.range.start.character === property.at.start.character;
    const edits = near ? [{ at, newText: isShorthand ? `${near.wireName}: ${property.name}` : near.wireName }] : [];
    return {
      at,
      generation,
      severity: meant ? 'warning' : 'hint',
      message: meant
        ? `'${struct}' has no field '${property.name}'; ${process.language === 'rust' ? 'keys are snake_case' : 'keys are as the backend spells them'}: '${meant.wireName}'.`
        : `'${struct}' has no field '${property.name}'; it is ignored${near ? `. Did you mean '${near.wireName}'?` : '.'}`,
      fixes: near ? [{ title: `Change to '${near.wireName}'`, edits }] : [],
    };
  }
  if (misfit.kind !== 'missing-key') return undefined;
  const { value, fields, struct } = misfit;
  const names = fields.map(({ wireName }) => `'${wireName}'`).join(', ');
  const added = fields.map(({ wireName, type }) => `${wireName}: ${JSON.stringify(exampleValue(type, process.types))}`);
  const last = value.properties.at(-1);
  const { start, end } = last?.value.at.range ?? value.at.range;
  const at = last
    ? { file: value.at.file, range: { start: end, end } }
    : {
        file: value.at.file,
        range: {
          start: { line: start.line, character: start.character + 1 },
          end: { line: end.line, character: end.character - 1 },
        },
      };
  return {
    at: value.at,
    generation,
    severity: 'error',
    message: `'${struct}' needs ${names} too; without ${fields.length === 1 ? 'it' : 'them'} the body is refused.`,
    fixes: [
      { title: `Add ${names}`, edits: [{ at, newText: last ? `, ${added.join(', ')}` : ` ${added.join(', ')} ` }] },
    ],
  };
}
