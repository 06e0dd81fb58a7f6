import * as path from 'node:path';
import { CompletionItemKind } from 'vscode-languageserver';
import schema from '../../../media/schemas/tests.schema.json' with { type: 'json' };
import type { Place } from '../sources.ts';
import type { Suggestion } from './item.ts';

interface Key {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly defaultSnippet?: string;
}

type Table = Readonly<Record<string, Key>>;

const tables: Readonly<Record<string, Table>> = {
  '': schema.properties,
  tests: schema.definitions.test.properties,
  'tests.nodes': schema.definitions.node.properties,
};

/** Keys and values of `tests.toml` (kit.md §9.1), by the table that the cursor's line belongs to. */
export function testsSuggestions({ text, offset, app, file }: Place): Suggestion[] {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(lineStart, offset);
  const header = [...text.slice(0, lineStart).matchAll(/^\s*\[\[?\s*([\w.]+)\s*\]\]?/gm)].at(-1);
  const name = header?.[1] ?? '';
  const table = tables[name];
  if (/^\s*\[/.test(line))
    return ['tests', 'tests.nodes'].map((label) => ({
      label,
      kind: CompletionItemKind.Module,
      detail: 'One more of these tables',
    }));
  if (!table) return [];
  const value = /^\s*(\w+)\s*=\s*(\w*)$/.exec(line)?.[1];
  if (value !== undefined) return valuesOf(table[value]);
  const inPaths = /^\s*(?:test_package_paths|dependency_package_paths)\s*=\s*\[[^\]]*"[^"]*$/.test(line);
  if (inPaths) return packagePaths(app.root, path.dirname(file));
  if (!/^\s*\w*$/.test(line)) return [];
  const following = text.slice(lineStart).search(/^\s*\[\[?\s*[\w.]+\s*\]\]?/m);
  const end = following < 0 ? text.length : lineStart + following;
  const section = text.slice(header ? header.index : 0, end);
  const given = new Set([...section.matchAll(/^\s*(\w+)\s*=/gm)].map(([, key]) => key));
  return Object.entries(table)
    .filter(([key, { type }]) => !given.has(key) && !(key === 'tests' || (key === 'nodes' && type === 'array')))
    .map(([key, { description, defaultSnippet }]) => ({
      label: key,
      kind: CompletionItemKind.Property,
      detail: description,
      snippet: `${key} = ${defaultSnippet ?? '$0'}`,
    }));
}

function valuesOf(key: Key | undefined): Suggestion[] {
  const labels = key?.type === 'boolean' ? ['true', 'false'] : [];
  return labels.map((label) => ({ label, kind: CompletionItemKind.Value, detail: key?.description }));
}

function packagePaths(root: string, folder: string): Suggestion[] {
  const up = path.relative(folder, root).replaceAll(path.sep, '/') || '.';
  return [{ label: up, kind: CompletionItemKind.Folder, detail: 'This app' }];
}
