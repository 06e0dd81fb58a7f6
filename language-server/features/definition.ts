import type { Location } from 'vscode-languageserver';
import { namedAt } from './named.ts';
import type { Place, Sources } from './sources.ts';

/** Where the handler or type under the cursor is written. */
export function definitionAt(place: Place, sources: Sources): Location | undefined {
  const named = namedAt(place, sources);
  if (!named) return undefined;
  const { at } = named.kind === 'handler' ? named.handler : named.definition;
  return { uri: sources.uriFor(at.file), range: at.range };
}
