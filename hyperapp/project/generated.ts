import * as path from 'node:path';
import type { GeneratedFile } from '../model/document.ts';
import { firstDifference, type Lines, linesOf } from '../model/lines.ts';
import type { Files } from './files.ts';

const callers = path.join('target', 'ui', 'caller-utils.ts');

/** True for a path that may be one of `readGenerated`'s. */
export function isGeneratedPath(file: string): boolean {
  return file.endsWith('.wit') || file.endsWith(path.sep + callers);
}

/** What a build wrote, or a person put in its place: `api/*.wit` and `target/ui/caller-utils.ts` (wit-generation.md §2, §8.2). */
export function readGenerated(files: Files, root: string): GeneratedFile[] {
  const api = files
    .list(path.join(root, 'api'))
    .filter(({ name, isFolder }) => !isFolder && name.endsWith('.wit'))
    .map(({ name }) => path.join(root, 'api', name));
  return [...api, path.join(root, callers)].flatMap((file) => {
    const text = files.read(file);
    return text === undefined ? [] : [readFile(file, text, files.saved?.(file))];
  });
}

function readFile(file: string, text: string, saved: string | undefined): GeneratedFile {
  const lines = linesOf(text);
  const isWit = file.endsWith('.wit');
  const header = isWit ? /^[ \t]*(interface|world)[ \t]+%?([\w-]+)[ \t]*\{/m.exec(text) : null;
  const at = (start: number, end: number) => ({ file, range: lines.rangeOf(start, end) });
  const headerEnd = header
    ? header.index + header[0].lastIndexOf(header[2] as string) + (header[2] as string).length
    : 0;
  return {
    file,
    name: path.basename(file),
    kind: isWit ? (header?.[1] as 'interface' | 'world' | undefined) : 'callers',
    header: header
      ? { name: header[2] as string, at: at(headerEnd - (header[2] as string).length, headerEnd) }
      : undefined,
    imports: header?.[1] === 'world' ? importsOf(file, text, lines) : [],
    hasSignatures: isWit && /^[ \t]*\/\/ Function signature for: /m.test(text),
    text,
    editedAt: saved === undefined ? undefined : firstDifference(file, text, saved),
  };
}

function importsOf(file: string, text: string, lines: Lines): GeneratedFile['imports'] {
  return [...text.matchAll(/^([ \t]*import[ \t]+%?)([\w-]+)[ \t]*;[ \t]*\r?\n?/gm)].map((match) => {
    const [whole, before = '', name = ''] = match;
    const start = match.index + before.length;
    return {
      name,
      at: { file, range: lines.rangeOf(start, start + name.length) },
      line: { file, range: lines.rangeOf(match.index, match.index + whole.length) },
    };
  });
}
