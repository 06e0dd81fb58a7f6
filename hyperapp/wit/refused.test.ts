/**
 * What kit stops at, a handler and its types a line (wit-generation.md §6, §7.7), with the sentence a person gets and the
 * text that it points to.
 */
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { after, describe, test } from 'node:test';
import type { Files } from '../project/files.ts';
import { createAppReader } from '../project/reader.ts';
import { loadRustParser } from '../rust/parser.ts';
import { generateWit } from './generate.ts';
import { refusals } from './testing/refusals.ts';

const modules = path.join(import.meta.dirname, '../../node_modules');
const parser = await loadRustParser({
  runtime: path.join(modules, 'web-tree-sitter/web-tree-sitter.wasm'),
  grammar: path.join(modules, 'tree-sitter-rust/tree-sitter-rust.wasm'),
});
after(() => parser.dispose());

const manifest =
  '[dependencies]\nhyperapp_macro = "0.2.0"\n\n[package.metadata.component]\npackage = "hyperware:process"\n';

function inMemory(texts: Readonly<Record<string, string>>): Files {
  return {
    read: (file) => texts[file],
    list(folder) {
      const below = Object.keys(texts).filter((file) => file.startsWith(`${folder}/`));
      const names = new Map(
        below.map((file) => {
          const [name = '', ...rest] = file.slice(folder.length + 1).split('/');
          return [name, rest.length > 0] as const;
        }),
      );
      return [...names].map(([name, isFolder]) => ({ name, isFolder }));
    },
  };
}

describe('kit refuses', () => {
  for (const { source, says, at } of refusals)
    test(source.slice(source.indexOf('{') + 1).trim(), () => {
      const reader = createAppReader({
        files: inMemory({ '/app/p/Cargo.toml': manifest, '/app/p/src/lib.rs': source }),
        parser,
      });
      const { files, errors } = generateWit(reader.read('/app'));
      reader.dispose();
      assert.deepEqual(files, []);
      assert.equal(errors.length, 1, JSON.stringify(errors));
      assert.equal(errors[0]?.text, says);
      const { start, end } = errors[0]!.at!.range;
      assert.equal(start.line, end.line);
      assert.equal(source.split('\n')[start.line]!.slice(start.character, end.character), at);
    });
});
