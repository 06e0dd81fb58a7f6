/**
 * Features as data: `cases/<feature>.txt` holds small apps (as the rules' cases do) with `$0` where the cursor stands, and
 * what is expected there.
 *
 *     === title · v3b
 *     --- ui
 *     post({ $0 });
 *     --- completion            labels in their order, `! label` for one that must not be there, `label => inserted text`
 *     --- hover                 lines that the hover holds
 *     --- definition            file:line
 *     --- references            file:line, sorted
 *     --- rename newName        file:line followed by the line as it is then, sorted
 *     --- lenses, hints, signature, symbols, folding: see `ask`
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, describe, test } from 'node:test';
import { type CancellationToken, type CompletionItem, type TextDocumentEdit, TextEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createAppReader } from '../../hyperapp/project/reader.ts';
import { loadRustParser } from '../../hyperapp/rust/parser.ts';
import { appFiles, memoryFiles, readSections } from '../rules/case.ts';
import { codeLenses } from './code-lens.ts';
import { completionAt } from './completion.ts';
import { definitionAt } from './definition.ts';
import { foldingRanges } from './folding.ts';
import { hoverAt } from './hover.ts';
import { inlayHints } from './inlay-hints.ts';
import { createMentions } from './mentions.ts';
import { referencesAt } from './references.ts';
import { renameAt, renameRange } from './rename.ts';
import { signatureHelpAt } from './signature-help.ts';
import { type Place, placeAt, type Sources } from './sources.ts';
import { documentSymbols, workspaceSymbols } from './symbols.ts';

const modules = path.join(import.meta.dirname, '../../node_modules');
const parser = await loadRustParser({
  runtime: path.join(modules, 'web-tree-sitter/web-tree-sitter.wasm'),
  grammar: path.join(modules, 'tree-sitter-rust/tree-sitter-rust.wasm'),
});
after(() => parser.dispose());

const root = '/club';
const token: CancellationToken = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };
const everything = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };
const commands = new Set(['hyperware.openInject', 'editor.action.showReferences']);

const questions =
  /^(completion|hover|definition|references|rename|lenses|hints|signature|symbols|workspace symbols|folding)\b/;

for (const file of fs.readdirSync(path.join(import.meta.dirname, 'cases')).sort()) {
  describe(path.basename(file, '.txt'), () => {
    const text = fs.readFileSync(path.join(import.meta.dirname, 'cases', file), 'utf8');
    for (const part of text.split(/^=== /m).slice(1)) {
      const heading = part.slice(0, part.indexOf('\n'));
      test(heading, () => checkCase(heading, part.slice(heading.length + 1)));
    }
  });
}

async function checkCase(heading: string, body: string): Promise<void> {
  const sections = readSections(body);
  const generation = /\b(v1|v2|v3a|v3b|typescript)\b/.exec(heading.split('·').pop() ?? '')?.[1] ?? 'v1';
  const given = new Map([...sections].filter(([name]) => !questions.test(name)));
  const marked = appFiles(given, generation);
  const files = new Map<string, string>();
  let cursor: { file: string; offset: number } | undefined;
  for (const [name, text] of marked) {
    const offset = text.indexOf('$0');
    if (offset >= 0) cursor = { file: path.join(root, name), offset };
    files.set(name, offset < 0 ? text : text.slice(0, offset) + text.slice(offset + 2));
  }
  const memory = memoryFiles(root, files);
  const reader = createAppReader({ files: memory, parser });
  try {
    const sources: Sources = {
      apps: () => [reader.read(root)],
      appOf: () => reader.read(root),
      files: memory,
      mentionsIn: createMentions(memory),
      uriFor: (file) => file,
      versionOf: () => null,
    };
    assert.ok(cursor, 'a cursor');
    const document = TextDocument.create(cursor.file, '', 1, memory.read(cursor.file) ?? '');
    const place = placeAt(sources, cursor.file, document.positionAt(cursor.offset));
    assert.ok(place);
    const asked = [...sections].filter(([name]) => questions.test(name));
    assert.ok(asked.length > 0, 'a question');
    for (const [question, expected] of asked) await ask(question, lines(expected), place, sources);
  } finally {
    reader.dispose();
  }
}

const lines = (text: string) => (text === '' ? [] : text.split('\n'));

async function ask(question: string, expected: string[], place: Place, sources: Sources): Promise<void> {
  const [kind, argument = ''] = question.split(' ');
  switch (kind) {
    case 'completion':
      return checkCompletion(completionAt(place, sources, { snippets: true }), expected);
    case 'hover': {
      const hover = await hoverAt(place, sources, token);
      const { value = '' } = (hover?.contents as { value?: string } | undefined) ?? {};
      for (const line of expected) assert.ok(value.split('\n').includes(line), `${line}\n--- is not in\n${value}`);
      return assert.equal(hover !== undefined, expected.length > 0, value);
    }
    case 'definition': {
      const found = definitionAt(place, sources);
      return assert.deepEqual(found ? [where(found.uri, found.range.start.line)] : [], expected);
    }
    case 'references': {
      const found = await referencesAt(place, true, sources, token);
      const all = (found ?? []).map(
        ({ uri, range }) => `${where(uri, range.start.line)} ${textIn(uri, range, sources)}`,
      );
      return assert.deepEqual(all.sort(), expected);
    }
    case 'rename':
      return checkRename(argument, expected, place, sources);
    case 'lenses': {
      const found = await codeLenses(place.file, sources, commands, token);
      const all = (found ?? []).map(({ range, command }) => {
        const [first] = command?.arguments ?? [];
        const given = command?.command === 'hyperware.openInject' ? ` ${first.process} ${first.body}` : '';
        return `${textIn(place.file, range, sources)}: ${command?.title}${given}`;
      });
      return assert.deepEqual(all, expected);
    }
    case 'hints': {
      const found = inlayHints(place.file, everything, sources);
      const document = TextDocument.create(place.file, '', 1, place.text);
      const edits = found.map(({ position, label }) => TextEdit.insert(position, `«${String(label)}»`));
      return assert.deepEqual(changedLines(place.text, TextDocument.applyEdits(document, edits)), expected);
    }
    case 'signature': {
      const help = signatureHelpAt(place);
      const [first] = help?.signatures ?? [];
      const active = first?.parameters?.[help?.activeParameter ?? 0]?.label;
      return assert.deepEqual(first ? [first.label, String(active)] : [], expected);
    }
    case 'symbols': {
      const print = (symbols: ReturnType<typeof documentSymbols>, depth: number): string[] =>
        symbols.flatMap(({ name, detail, children }) => [
          `${'  '.repeat(depth)}${name}: ${detail}`,
          ...print(children ?? [], depth + 1),
        ]);
      return assert.deepEqual(print(documentSymbols(place.file, sources), 0), expected);
    }
    case 'workspace': {
      const found = await workspaceSymbols(question.split(' ')[2] ?? '', sources, token);
      return assert.deepEqual(
        (found ?? []).map(({ name }) => name),
        expected,
      );
    }
    case 'folding': {
      const found = foldingRanges(place.file, place.text) ?? [];
      return assert.deepEqual(
        found.map(({ startLine, endLine }) => `${startLine + 1}-${endLine + 1}`),
        expected,
      );
    }
    default:
      throw new Error(`No such question: ${question}`);
  }
}

function checkCompletion(items: readonly CompletionItem[], expected: readonly string[]): void {
  const sorted = [...items].sort((a, b) => ((a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1));
  const labels = sorted.map(({ label }) => label);
  if (expected.length === 0) assert.deepEqual(labels, []);
  let from = 0;
  for (const line of expected) {
    if (line.startsWith('! ')) {
      assert.ok(!labels.includes(line.slice(2)), `${line} in ${labels.join(', ')}`);
      continue;
    }
    const [label = '', inserted] = line.split(' => ');
    const index = labels.indexOf(label, from);
    assert.ok(index >= 0, `${label} in its order among ${labels.join(', ')}`);
    from = index;
    const { textEdit, insertText } = sorted[index] as CompletionItem;
    if (inserted !== undefined) assert.equal(textEdit?.newText ?? insertText, inserted);
  }
}

async function checkRename(
  newName: string,
  expected: readonly string[],
  place: Place,
  sources: Sources,
): Promise<void> {
  if (!renameRange(place, sources)) return assert.deepEqual(expected, ['not here']);
  const edit = await renameAt(place, newName, sources, token, true).catch((error: Error) => error.message);
  if (typeof edit === 'string') return assert.deepEqual([edit], expected);
  const all = (edit?.documentChanges ?? []).flatMap((change) => {
    const { textDocument, edits } = change as TextDocumentEdit;
    const text = sources.files.read(textDocument.uri) ?? '';
    const document = TextDocument.create(textDocument.uri, '', 1, text);
    const changed = TextDocument.applyEdits(document, edits as TextEdit[]);
    return changedLines(text, changed).map((line) => `${path.relative(root, textDocument.uri)}: ${line}`);
  });
  assert.deepEqual(all.sort(), expected);
}

function changedLines(before: string, changed: string): string[] {
  const old = before.split('\n');
  return changed
    .split('\n')
    .filter((line, index) => line !== old[index])
    .map((line) => line.trim());
}

function where(file: string, line: number): string {
  return `${path.relative(root, file)}:${line + 1}`;
}

function textIn(file: string, range: typeof everything, sources: Sources): string {
  return TextDocument.create(file, '', 1, sources.files.read(file) ?? '').getText(range);
}
