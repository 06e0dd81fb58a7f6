import * as path from 'node:path';
import type { CompletionItem } from 'vscode-languageserver';
import { type CompletionClient, itemsOf, type Suggestion } from './completion/item.ts';
import { manifestSuggestions } from './completion/manifest.ts';
import { payloadSuggestions } from './completion/payload.ts';
import { rustSuggestions } from './completion/rust.ts';
import { testsSuggestions } from './completion/tests-toml.ts';
import { backendSuggestions } from './completion/typescript-backend.ts';
import type { Place, Sources } from './sources.ts';

/** Characters after which an editor should ask again by itself. */
export const triggerCharacters = ['[', '(', '"', "'", '{', ',', ':', '@', ' '];

/** What fits at the cursor and what only the app knows; languages' own servers say the rest. */
export function completionAt(place: Place, sources: Sources, client: CompletionClient): CompletionItem[] {
  return itemsOf(suggestionsAt(place, sources), client);
}

function suggestionsAt(place: Place, sources: Sources): Suggestion[] {
  const name = path.basename(place.file);
  if (name.endsWith('.rs')) return rustSuggestions(place, sources);
  if (name === 'tests.toml') return testsSuggestions(place);
  if (['manifest.json', 'scripts.json', 'metadata.json'].includes(name)) return manifestSuggestions(place, sources);
  if (!/\.([cm]?[jt]sx?|vue|svelte|html)$/.test(name)) return [];
  const inPayload = payloadSuggestions(place);
  return inPayload.length > 0 ? inPayload : backendSuggestions(place, sources);
}
