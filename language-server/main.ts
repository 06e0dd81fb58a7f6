/**
 * The language server as a program: `language-server.js --stdio`, or `--node-ipc` under VS Code. The Rust parser's two
 * WebAssembly files lie beside the bundle; run from source they come from the packages.
 */
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { type GrammarFiles, loadRustParser } from '../hyperapp/rust/parser.ts';
import { serve } from './server.ts';

function grammarFiles(): GrammarFiles {
  const folder = import.meta.dirname;
  const beside = {
    runtime: path.join(folder, 'web-tree-sitter.wasm'),
    grammar: path.join(folder, 'tree-sitter-rust.wasm'),
  };
  if (fs.existsSync(beside.runtime) && fs.existsSync(beside.grammar)) return beside;
  const packages = createRequire(import.meta.url);
  return {
    runtime: packages.resolve('web-tree-sitter/web-tree-sitter.wasm'),
    grammar: packages.resolve('tree-sitter-rust/tree-sitter-rust.wasm'),
  };
}

const parser = await loadRustParser(grammarFiles());
const connection = createConnection(ProposedFeatures.all);
serve(connection, parser);
connection.listen();
