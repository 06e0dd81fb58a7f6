import type { CancellationToken, Location } from 'vscode-languageserver';

import type * as model from '../../hyperapp/model/position.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { declaredName } from '../../hyperapp/wit/name.ts';
import { usesIn, witFiles } from './handler-uses.ts';
import { type Named, namedAt, typeUses } from './named.ts';
import { isCancelled, type Place, type Sources } from './sources.ts';

/** Every place that names the handler or type under the cursor, in each language; null if the asker has given up. */
export async function referencesAt(
  place: Place,
  includeDeclaration: boolean,
  sources: Sources,
  token: CancellationToken,
): Promise<Location[] | null> {
  const named = namedAt(place, sources);
  if (!named) return [];
  const declaration = named.kind === 'handler' ? named.handler.at : named.definition.at;
  const uses = named.kind === 'handler' ? await handlerUses(named, sources, token) : usesOfType(named, sources);
  if (!uses) return null;
  const all = includeDeclaration ? [declaration, ...uses] : uses;
  return all.map(({ file, range }) => ({ uri: sources.uriFor(file), range }));
}

async function handlerUses(
  named: Named & { kind: 'handler' },
  sources: Sources,
  token: CancellationToken,
): Promise<model.Location[] | null> {
  const found: model.Location[] = [];
  for (const app of sources.apps()) {
    if (await isCancelled(token)) return null;
    found.push(...usesIn(app, named, sources).map(({ at }) => at));
  }
  return found;
}

function usesOfType({ app, process, definition }: Named & { kind: 'type' }, sources: Sources): model.Location[] {
  const inSource = typeUses(process)
    .filter(({ name }) => name === definition.name)
    .map(({ at }) => at);
  const name = declaredName(definition.name, dialectOf(process.generation));
  const inWit = witFiles(app, sources).flatMap(([file, text]) =>
    text.split('\n').flatMap((line, number) =>
      line.trimStart().startsWith('//')
        ? []
        : [...line.matchAll(/%?[a-z][a-z0-9-]*/g)]
            .filter(([word]) => word === name)
            .map(({ index }) => ({
              file,
              range: {
                start: { line: number, character: index },
                end: { line: number, character: index + name.length },
              },
            })),
    ),
  );
  return [...inSource, ...inWit];
}
