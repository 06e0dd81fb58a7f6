/**
 * Whole apps and what is written for them, as folders: `app/` and `golden/`, where `golden/findings.txt` has errors and
 * warnings. `UPDATE_GOLDEN=1` rewrites the goldens; read their diff, nobody else does.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, describe, test } from 'node:test';
import { diskFiles } from '../project/files.ts';
import { createAppReader } from '../project/reader.ts';
import { loadRustParser } from '../rust/parser.ts';
import { readApi } from './api.ts';
import type { WitFinding } from './findings.ts';
import { generateWit } from './generate.ts';

const fixtures = path.join(import.meta.dirname, '../../test/fixtures/wit');
const isUpdate = process.env['UPDATE_GOLDEN'] === '1';
const modules = path.join(import.meta.dirname, '../../node_modules');
const parser = await loadRustParser({
  runtime: path.join(modules, 'web-tree-sitter/web-tree-sitter.wasm'),
  grammar: path.join(modules, 'tree-sitter-rust/tree-sitter-rust.wasm'),
});
after(() => parser.dispose());

function generated(root: string): Map<string, string> {
  const reader = createAppReader({ files: diskFiles, parser });
  const { files, errors, warnings } = generateWit(reader.read(root), { api: readApi(diskFiles, root) });
  reader.dispose();
  const line = (severity: string) => (finding: WitFinding) => {
    const file = finding.at && path.relative(root, finding.at.file).replaceAll(path.sep, '/');
    const start = finding.at?.range.start;
    return `${severity}${start ? ` ${file}:${start.line + 1}:${start.character + 1}` : ''}: ${finding.text}\n`;
  };
  const findings = [...errors.map(line('error')), ...warnings.map(line('warning'))].join('');
  const texts = new Map(files.map(({ path: name, text }) => [name, text]));
  if (findings !== '') texts.set('findings.txt', findings);
  return texts;
}

function readFolder(folder: string): Map<string, string> {
  if (!fs.existsSync(folder)) return new Map();
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [path.relative(folder, file).replaceAll(path.sep, '/'), fs.readFileSync(file, 'utf8')];
    }),
  );
}

const byName = (texts: Map<string, string>) => Object.fromEntries([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));

describe('the WIT of whole apps', () => {
  for (const name of fs.readdirSync(fixtures)) {
    test(name, () => {
      const golden = path.join(fixtures, name, 'golden');
      const actual = generated(path.join(fixtures, name, 'app'));
      if (isUpdate) {
        fs.rmSync(golden, { recursive: true, force: true });
        for (const [file, text] of actual) {
          fs.mkdirSync(path.dirname(path.join(golden, file)), { recursive: true });
          fs.writeFileSync(path.join(golden, file), text);
        }
      }
      assert.deepEqual(byName(actual), byName(readFolder(golden)));
    });
  }
});
