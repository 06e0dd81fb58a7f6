import { CompletionItemKind } from 'vscode-languageserver';
import { contains } from '../../../hyperapp/model/position.ts';
import type { Place, Sources } from '../sources.ts';
import type { Suggestion } from './item.ts';
import { macroKeySuggestions, methodSuggestions, worldOf } from './macro-arguments.ts';
import { processIdSuggestions } from './process-ids.ts';

/** Completion in a TypeScript backend: options of `@hyperapp` and `@http`, process ids. TypeScript's own server does types. */
export function backendSuggestions(place: Place, sources: Sources): Suggestion[] {
  const { app, file, text, offset, position } = place;
  const process = app.processes.find(({ files, language }) => language === 'typescript' && files.includes(file));
  if (!process) return [];
  const string = stringAt(place);
  const { attribute, arguments: given } = process.block;
  if (attribute.file === file && contains(attribute.range, { start: position, end: position })) {
    const before = text.slice(place.lines.offsetAt(attribute.range.start), offset);
    const key = /\b(\w+)\s*:\s*['"]\w*$/.exec(before)?.[1];
    if (key === 'saveConfig') return texts(['on-diff', 'every-message', 'never']);
    if (key === 'witWorld') return texts([worldOf(app)]);
    if (string || depthOf(before) !== 1 || !/[{,]\s*\w*$/.test(before)) return [];
    return macroKeySuggestions(app, 'typescript', 'v3b', new Set(given.map((argument) => argument.key)));
  }
  const http = /@http\(\s*\{([^}]*)$/.exec(text.slice(Math.max(0, offset - 300), offset))?.[1];
  if (http !== undefined) {
    if (/\bmethod\s*:\s*['"]\w*$/.test(http)) return methodSuggestions();
    if (string || !/(^|,)\s*\w*$/.test(http)) return [];
    return ['method', 'path']
      .filter((name) => !new RegExp(`\\b${name}\\s*:`).test(http))
      .map((name) => ({ label: name, kind: CompletionItemKind.Property, snippet: `${name}: '$1'$0`, rank: 1 }));
  }
  if (!string) return [];
  const content = text.slice(...string);
  if (!/^[a-z0-9.-]*@|^[a-z0-9-]+:/.test(content)) return [];
  return processIdSuggestions(content, place.lines.rangeOf(...string), content.includes('@'), sources);
}

function texts(labels: readonly string[]): Suggestion[] {
  return labels.map((label) => ({ label, kind: CompletionItemKind.Value, rank: 1 }));
}

function depthOf(text: string): number {
  let depth = 0;
  for (const mark of text.replace(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g, '')) {
    if (mark === '{' || mark === '[') depth++;
    else if (mark === '}' || mark === ']') depth--;
  }
  return depth;
}

/** The content of the quotes that a cursor stands in, on its line. */
function stringAt({ text, offset }: Place): readonly [start: number, end: number] | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  let quote: string | undefined;
  let start = lineStart;
  for (let index = lineStart; index < offset; index++) {
    const mark = text.charAt(index);
    if (quote === undefined && /['"`]/.test(mark)) {
      quote = mark;
      start = index + 1;
    } else if (mark === quote && text.charAt(index - 1) !== '\\') quote = undefined;
  }
  if (quote === undefined) return undefined;
  const rest = text.slice(offset).search(new RegExp(`[${quote}\\n]`));
  return [start, rest < 0 ? text.length : offset + rest];
}
