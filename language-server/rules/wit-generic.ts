import type { AppProcess, Type } from '../../hyperapp/model/app.ts';
import { insertAt } from './edits.ts';
import { checkReachedTypes } from './reached-types.ts';
import { always, type Fix, type Rule } from './rule.ts';
import { typeText } from './words.ts';

/** HW016: WIT has no generics (wit-generation.md §5). */
export const witGeneric: Rule = {
  code: 'HW016',
  name: 'wit-generic',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    yield* checkReachedTypes(context, ({ type, within }, process) => {
      // A type parameter inside a generic definition is told of once, where the definition is used.
      if (type.kind !== 'generic' || within?.typeParameters.includes(type.name)) return undefined;
      const argument = /<\s*(\w+)\s*>/.exec(type.text)?.[1];
      const concrete = argument ? ` (${type.name}Of${argument})` : '';
      return {
        message: `${typeText(type)} is generic; WIT has no generics. Write a concrete type${concrete}.`,
        fixes: argument ? concreteCopy(type, `${type.name}Of${argument}`, process) : [],
      };
    });
  },
};

/** The definition once more, with the argument that is used here in the place of its only parameter. */
function concreteCopy(type: Type & { kind: 'generic' }, name: string, { types }: AppProcess): Fix[] {
  const definition = types.get(type.name);
  const [parameter, ...others] = definition?.typeParameters ?? [];
  if (!definition?.item || !type.element || !parameter || others.length > 0 || definition.kind === 'alias') return [];
  const title = `Write a concrete copy '${name}'`;
  const use = { at: type.at, newText: name };
  if (types.has(name)) return [{ title: `Change to '${name}'`, edits: [use], isAlone: true }];
  const text = definition.item.text
    .replace(new RegExp(`\\b${definition.name}\\s*<[^>{(]*>`), name)
    .replace(new RegExp(`\\b${parameter}\\b`, 'g'), type.element.text);
  const derive = definition.derives.length > 0 ? `#[derive(${definition.derives.join(', ')})]\n` : '';
  const { start } = definition.whole.range;
  return [{ title, edits: [insertAt(definition.whole.file, start, `${derive}${text}\n\n`), use], isAlone: true }];
}
