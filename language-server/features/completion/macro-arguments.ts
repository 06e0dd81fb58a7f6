import { CompletionItemKind } from 'vscode-languageserver';
import type { App, Generation, Language } from '../../../hyperapp/model/app.ts';
import type { Suggestion } from './item.ts';

interface MacroKey {
  readonly key: string;
  readonly detail: string;
  readonly snippet: string;
  readonly since?: readonly Generation[];
}

/** hyperapp.md §3; `world` is filled in where it is known. */
const rustKeys: readonly MacroKey[] = [
  { key: 'name', detail: 'Label on the homepage; required', snippet: 'name = "$1"' },
  { key: 'icon', detail: 'Icon on the homepage, as a string literal; counts only with widget', snippet: 'icon = "$1"' },
  {
    key: 'widget',
    detail: 'Widget on the homepage, as a string literal; counts only with icon',
    snippet: 'widget = "$1"',
  },
  { key: 'ui', detail: 'Serves pkg/ui', snippet: 'ui = Some(HttpBindingConfig::default())' },
  { key: 'ui_path', detail: 'Folder below pkg/ that holds the UI', snippet: 'ui_path = "$1"', since: ['v3a', 'v3b'] },
  {
    key: 'endpoints',
    detail: 'Paths that are bound at start; required',
    snippet:
      'endpoints = vec![\n    Binding::Http {\n        path: "/api",\n        config: HttpBindingConfig::new(true, false, false, None),\n    },\n]',
  },
  { key: 'save_config', detail: 'When the state is saved; required', snippet: 'save_config = $1' },
  { key: 'wit_world', detail: 'World that kit generates; required', snippet: 'wit_world = "{world}"' },
];

const typescriptKeys: readonly MacroKey[] = [
  { key: 'name', detail: 'Label on the homepage; required', snippet: "name: '$1'" },
  { key: 'icon', detail: 'Icon on the homepage; counts only with widget', snippet: "icon: '$1'" },
  { key: 'widget', detail: 'Widget on the homepage; counts only with icon', snippet: "widget: '$1'" },
  { key: 'ui', detail: 'Serves pkg/ui', snippet: 'ui: { authenticated: true }' },
  {
    key: 'endpoints',
    detail: 'Paths that are bound at start; required',
    snippet: "endpoints: [{ http: '/api', authenticated: true }]",
  },
  { key: 'saveConfig', detail: 'When the state is saved; required', snippet: "saveConfig: '$1'" },
  { key: 'witWorld', detail: 'World of the generated WIT', snippet: "witWorld: '{world}'" },
];

/** Keys of the macro's arguments that are not given yet. */
export function macroKeySuggestions(
  app: App,
  language: Language,
  generation: Generation,
  given: ReadonlySet<string>,
): Suggestion[] {
  const keys = language === 'rust' ? rustKeys : typescriptKeys;
  return keys
    .filter(({ key, since }) => !given.has(key) && (since?.includes(generation) ?? true))
    .map(({ key, detail, snippet }) => ({
      label: key,
      kind: CompletionItemKind.Property,
      detail,
      snippet: `${snippet.replace('{world}', worldOf(app))}$0`,
      rank: 1,
    }));
}

/** `samchat:template.os` gives `samchat-template-dot-os-v0`, as kit names it. */
export function worldOf({ packageId }: App): string {
  return `${packageId.replace(':', '-').replaceAll('.', '-dot-')}-v0`;
}

/** hyperapp.md §9, without what never works. */
export function savingSuggestions(generation: Generation): Suggestion[] {
  const option = (name: string, detail: string, snippet = `SaveOptions::${name}`): Suggestion => ({
    label: `SaveOptions::${name}`,
    kind: CompletionItemKind.EnumMember,
    detail,
    snippet,
    rank: 1,
  });
  return [
    ...(generation === 'v1' ? [] : [option('OnDiff', 'After a request that changed the state')]),
    option('EveryMessage', 'After each request'),
    option('EveryNMessage', 'After each n-th request', 'SaveOptions::EveryNMessage($1)'),
    option('Never', 'Never'),
  ];
}

export const httpMethods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const;

export function methodSuggestions(): Suggestion[] {
  return httpMethods.map((label) => ({ label, kind: CompletionItemKind.EnumMember, rank: 1 }));
}
