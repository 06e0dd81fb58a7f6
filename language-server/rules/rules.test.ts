import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, describe, test } from 'node:test';
import { createAppReader } from '../../hyperapp/project/reader.ts';
import { loadRustParser } from '../../hyperapp/rust/parser.ts';
import { type Case, memoryFiles, readCases } from './case.ts';
import { checkApp, defaultSettings, type Report } from './check.ts';
import { rules } from './index.ts';
import type { Edit } from './rule.ts';
import { unusedIgnore } from './unused-ignore.ts';

const modules = path.join(import.meta.dirname, '../../node_modules');
const parser = await loadRustParser({
  runtime: path.join(modules, 'web-tree-sitter/web-tree-sitter.wasm'),
  grammar: path.join(modules, 'tree-sitter-rust/tree-sitter-rust.wasm'),
});
after(() => parser.dispose());

const root = '/club';
const casesFolder = path.join(import.meta.dirname, 'cases');

for (const { code, name } of [...rules, unusedIgnore]) {
  describe(`${code} ${name}`, () => {
    const cases = readCases(fs.readFileSync(path.join(casesFolder, `${code}.txt`), 'utf8'));
    for (const item of cases) test(item.title, () => checkCase(item, code));

    test('has cases that trigger and cases that do not', () => {
      assert.ok(cases.some(({ expected }) => expected.some((mark) => mark.code === code)));
      assert.ok(cases.some(({ expected }) => !expected.some((mark) => mark.code === code)));
    });

    test('has a page with its name', () => {
      const page = fs.readFileSync(path.join(import.meta.dirname, `../../docs/rules/${code}.md`), 'utf8');
      assert.ok(page.includes(`\`${name}\``), `docs/rules/${code}.md names ${name}`);
    });
  });
}

function reportsOf(files: ReadonlyMap<string, string>, isOverview: boolean): Report[] {
  const reader = createAppReader({ files: memoryFiles(root, files), parser });
  const profile = isOverview ? 'overview' : 'auto';
  const reports = checkApp(reader.read(root), { ...defaultSettings, profile });
  reader.dispose();
  return reports;
}

function checkCase({ files, expected, after: fixed, isOverview }: Case, code: string): void {
  // A case speaks of its own rule, and of any other that it marks.
  const spokenOf = new Set([code, ...expected.map((mark) => mark.code)]);
  const reports = reportsOf(files, isOverview).filter((report) => spokenOf.has(report.code));
  const found = reports.map(
    ({ code: reported, at }) =>
      `${reported} ${at.file.slice(root.length + 1)} ${place(at.range.start)}-${place(at.range.end)}`,
  );
  const wanted = expected.map(
    ({ code: marked, file, start, end }) => `${marked} ${file} ${place(start)}-${place(end)}`,
  );
  assert.deepEqual(found.sort(), wanted.sort(), reports.map(({ message }) => message).join('\n'));
  for (const { message } of reports) assert.match(message, /[.?;]$/);
  if (!fixed) return;
  const fix = reports.find((report) => report.code === code)?.fixes?.[0];
  assert.ok(fix, 'the finding has a fix');
  for (const [file, text] of fixed) assert.equal(applyEdits(file, files.get(file) ?? '', fix.edits), text);
}

function place({ line, character }: { line: number; character: number }): string {
  return `${line + 1}:${character + 1}`;
}

function applyEdits(file: string, text: string, edits: readonly Edit[]): string {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const offset = ({ line, character }: { line: number; character: number }) =>
    (starts[line] ?? text.length) + character;
  return edits
    .filter(({ at }) => at.file === `${root}/${file}`)
    .map(({ at, newText }) => ({ start: offset(at.range.start), end: offset(at.range.end), newText }))
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text);
}
