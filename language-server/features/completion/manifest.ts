import * as path from 'node:path';
import { getLocation } from 'jsonc-parser';
import { CompletionItemKind } from 'vscode-languageserver';
import type { Place, Sources } from '../sources.ts';
import type { Suggestion } from './item.ts';
import { knownProcesses } from './process-ids.ts';

/**
 * Completion in `pkg/manifest.json`, `pkg/scripts.json` and `metadata.json` where the answer lies in the workspace: names
 * of processes and packages. Keys and fixed values come from the schemas in media/schemas.
 */
export function manifestSuggestions(place: Place, sources: Sources): Suggestion[] {
  const { app, text, offset, lines, file } = place;
  const { path: at, isAtPropertyKey, previousNode } = getLocation(text, offset);
  if (isAtPropertyKey) return [];
  const values = valuesAt(at.map(String), path.basename(file), app, sources);
  const isIn = previousNode && previousNode.offset <= offset && offset <= previousNode.offset + previousNode.length;
  const range = isIn
    ? lines.rangeOf(previousNode.offset, previousNode.offset + previousNode.length)
    : { start: place.position, end: place.position };
  return values.map(({ value, detail }) => ({
    label: value,
    kind: CompletionItemKind.Value,
    detail,
    snippet: JSON.stringify(value),
    filterText: JSON.stringify(value),
    range,
    rank: 1,
  }));
}

function valuesAt(
  at: readonly string[],
  file: string,
  app: Place['app'],
  sources: Sources,
): { value: string; detail: string }[] {
  const own = at.findLast((part) => !/^\d+$/.test(part));
  if (
    own === 'request_capabilities' ||
    own === 'grant_capabilities' ||
    (own === 'process' && at.some((part) => part.endsWith('capabilities')))
  )
    return knownProcesses(sources).map(({ id, detail }) => ({ value: id, detail }));
  if (file === 'manifest.json' && own === 'process_name')
    return app.processes.map(({ name, language }) => ({ value: name, detail: `${language} process of this app` }));
  if (file === 'manifest.json' && own === 'process_wasm_path')
    return app.processes.map(({ folder }) => ({
      value: `/${path.basename(folder).replaceAll('_', '-')}.wasm`,
      detail: `What ${path.basename(folder)}/ is built to`,
    }));
  if (file === 'metadata.json' && own === 'dependencies')
    return sources
      .apps()
      .filter(({ root }) => root !== app.root)
      .map(({ packageId }) => ({ value: packageId, detail: 'Package of this workspace' }));
  return [];
}
