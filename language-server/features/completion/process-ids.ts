import { CompletionItemKind, type Range } from 'vscode-languageserver';
import { systemProcesses } from '../../../hyperapp/project/system-processes.ts';
import type { Sources } from '../sources.ts';
import type { Suggestion } from './item.ts';

/** Every process that can be named: those of the workspace, then the node's own. */
export function knownProcesses(sources: Sources): { id: string; detail: string }[] {
  const own = sources
    .apps()
    .flatMap(({ packageId, processes }) =>
      processes.map(({ name }) => ({ id: `${name}:${packageId}`, detail: 'Process of this workspace' })),
    );
  return [...own, ...systemProcesses.map(({ id, purpose }) => ({ id, detail: purpose }))];
}

/** Process ids for a string's content; with a node before them if it already has an `@`, or is to be an address. */
export function processIdSuggestions(
  content: string,
  range: Range,
  isAddress: boolean,
  sources: Sources,
): Suggestion[] {
  const node = /^([^@\s]*)@/.exec(content)?.[1];
  const prefix = node !== undefined ? `${node}@` : isAddress ? 'our@' : '';
  return knownProcesses(sources).map(({ id, detail }) => ({
    label: `${prefix}${id}`,
    kind: CompletionItemKind.Module,
    detail,
    range,
    filterText: `${prefix}${id}`,
  }));
}
