import { type CompletionItem, type CompletionItemKind, InsertTextFormat, type Range } from 'vscode-languageserver';

/** What completion needs to know of its client. */
export interface CompletionClient {
  readonly snippets: boolean;
}

export interface Suggestion {
  readonly label: string;
  readonly kind: CompletionItemKind;
  readonly detail?: string | undefined;
  readonly documentation?: string | undefined;
  /** With `${1:places}` to fill in; the label if absent. */
  readonly snippet?: string | undefined;
  /** What is replaced; the word at the cursor if absent. */
  readonly range?: Range | undefined;
  readonly filterText?: string | undefined;
  /** Lower comes first; suggestions of one rank keep their order. */
  readonly rank?: number | undefined;
}

/** Suggestions as the protocol has them; for clients without snippets the places hold their own text. */
export function itemsOf(suggestions: readonly Suggestion[], { snippets }: CompletionClient): CompletionItem[] {
  return suggestions.map(({ label, kind, detail, documentation, snippet, range, filterText, rank }, index) => {
    const isSnippet = snippets && snippet?.includes('$') === true;
    const newText = snippet === undefined ? label : isSnippet ? snippet : withoutPlaces(snippet);
    return {
      label,
      kind,
      ...(detail !== undefined && { detail }),
      ...(documentation !== undefined && { documentation: { kind: 'markdown', value: documentation } }),
      ...(filterText !== undefined && { filterText }),
      ...(isSnippet && { insertTextFormat: InsertTextFormat.Snippet }),
      ...(range ? { textEdit: { range, newText } } : { insertText: newText }),
      sortText: `${rank ?? 5}${String(index).padStart(4, '0')}`,
    };
  });
}

/** `${1:name}` becomes `name`, `$1` nothing. */
export function withoutPlaces(snippet: string): string {
  let text = snippet;
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/\$\{\d+(?::((?:[^{}$\\]|\\.)*))?\}|\$\d+/g, (_, inner: string | undefined) => inner ?? '');
  }
  return text.replace(/\\([$}\\])/g, '$1');
}

/** Text that stands in a snippet as it is. */
export function escaped(text: string): string {
  return text.replace(/[$}\\]/g, '\\$&');
}
