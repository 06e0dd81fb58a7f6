import assert from 'node:assert/strict';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { isWhole, readRustFile, withLastGood } from './file.ts';
import { occurrencesIn } from './occurrence.ts';
import { loadRustParser } from './parser.ts';

const modules = path.join(import.meta.dirname, '../../node_modules');
const parser = await loadRustParser({
  runtime: path.join(modules, 'web-tree-sitter/web-tree-sitter.wasm'),
  grammar: path.join(modules, 'tree-sitter-rust/tree-sitter-rust.wasm'),
});
after(() => parser.dispose());

const text = `#[derive(Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Ünïcode 𝄞 before a field
    pub due_date: Option<u64>,
    #[serde(rename = "kind")]
    r#type: String,
}

#[hyperapp_macro::hyperapp(name = "A", endpoints = vec![], save_config = SaveOptions::Never, wit_world = "a-v0")]
// a comment between
impl DraftState {
    #[http(method = "get", path = "/drafts")]
    pub async fn drafts(&self, mut draft: Draft, (a, b): (u8, u8)) -> Vec<Draft> { vec![] }
    #[remote]
    fn share(self: &mut Self, _: String) -> bool { true }
}
impl Default for DraftState { fn default() -> Self { todo!() } }
`;

function read(source: string) {
  const tree = parser.parse(source);
  const facts = readRustFile('/a/src/lib.rs', source, tree);
  tree.delete();
  return facts;
}

test('handlers, routes and patterns', () => {
  const { block, code } = read(text);
  const [drafts, share] = block?.handlers ?? [];
  assert.deepEqual(
    [drafts?.wireName, drafts?.method, drafts?.path, drafts?.isAsync],
    ['Drafts', 'GET', '/drafts', true],
  );
  assert.deepEqual(
    drafts?.parameters.map(({ name, type }) => [name, type.text]),
    [
      ['draft', 'Draft'],
      ['(a, b)', '(u8, u8)'],
    ],
  );
  assert.deepEqual(
    share?.parameters.map(({ name, type }) => [name, type.text]),
    [['_', 'String']],
  );
  assert.equal(block?.block.stateName, 'DraftState');
  assert.deepEqual(code.implementations, [{ trait: 'Default', type: 'DraftState' }]);
});

test("fields with serde's names, derives by their last segment", () => {
  const [draft] = read(text).definitions;
  assert.ok(draft?.kind === 'struct');
  assert.deepEqual(draft.derives, ['Serialize', 'Deserialize']);
  assert.deepEqual(
    draft.fields.map(({ wireName, optional }) => [wireName, optional]),
    [
      ['dueDate', true],
      ['kind', false],
    ],
  );
});

test('an edited text reads the same in steps as at once', () => {
  let before = text;
  let tree = parser.parse(before);
  for (const [from, to] of [
    ['Ünïcode 𝄞', '𝄞𝄞 x'],
    ['u64', 'Vec<u64>'],
    ['fn share', 'fn  share_all'],
    ['vec![] }', 'vec![1, 2]\n    }'],
  ] as const) {
    const next = before.replace(from, to);
    const fresh = parser.parse(next, { text: before, tree });
    tree.delete();
    tree = fresh;
    before = next;
    assert.deepEqual(readRustFile('/a/src/lib.rs', before, tree), read(before));
  }
  tree.delete();
});

test('what a broken signature hides comes from the last good reading, marked', () => {
  const good = read(text);
  const broken = read(text.replace('draft: Draft', 'draft: '));
  assert.equal(broken.broken.length, 1);
  const filled = withLastGood(broken, good);
  assert.deepEqual(
    filled.block?.handlers.map(({ name, stale }) => [name, stale]),
    [
      ['share', undefined],
      ['drafts', true],
    ],
  );
  const body = read(text.replace('vec![] }', 'self.find( }'));
  assert.deepEqual(body.broken, []);
});

test('a body that does not parse may swallow what follows: handlers stay known, nothing is called plain', () => {
  const good = read(text);
  const torn = read(text.replace('vec![] }', 'if x { ('));
  const filled = withLastGood(torn, good);
  assert.deepEqual(filled.block?.handlers.map(({ name }) => name).sort(), ['drafts', 'share']);
  assert.deepEqual(filled.block?.block.plainMethods, []);
  assert.equal(filled.isFilled, true);
  assert.equal(isWhole(torn), false);
});

const code = `use a::{b::C, d as e};
use f::*;
impl S {
    async fn ask(&self) -> u8 {
        first();
        let task = async move { inner().await; within() };
        let x = self.client.fetch(first_argument()).await;
        second();
        hyper! { later(); hyper! { last() } }
        plain(|y| y.third())
    }
}
#[cfg(test)]
mod tests {
    fn hidden() { never(); }
}
mod inner { impl fmt::Debug for S {} pub struct Item; }
made! { pub struct Row { id: u8 } }
wit_bindgen::generate!({ world: "x-v0" });
`;

test('calls know the awaits before them, of their own function, block or closure only', () => {
  const [ask, ...others] = read(code).code.functions;
  assert.deepEqual(others, []);
  assert.deepEqual(
    ask?.calls.map(({ name, followsAwait, isAwaited, isInAsync }) => [name, followsAwait, isAwaited, isInAsync]),
    [
      ['first', false, false, true],
      ['inner', false, true, true],
      ['within', true, false, true],
      ['fetch', false, true, true],
      ['first_argument', false, false, true],
      ['second', true, false, true],
      ['plain', true, false, true],
      ['third', true, false, false],
    ],
  );
  assert.deepEqual(
    ask?.macros.map(({ name, within }) => [name, within]),
    [
      ['hyper', []],
      ['hyper', ['hyper']],
    ],
  );
});

test('imports by name, hidden types, implementations and macros anywhere', () => {
  const { imports, hiddenTypes, implementations, macroWords, witBindings } = read(code).code;
  assert.deepEqual(
    imports.map(({ path: whole, name, isRenamed }) => [whole, name, isRenamed]),
    [
      ['a::b::C', 'C', false],
      ['a::d', 'e', true],
      ['f', '*', false],
    ],
  );
  assert.deepEqual(
    hiddenTypes.map(({ name, within }) => [name, within]),
    [
      ['Item', 'mod inner'],
      ['Row', 'macro made!'],
    ],
  );
  assert.deepEqual(implementations, [{ trait: 'Debug', type: 'S' }]);
  assert.ok(macroWords.includes('Row'));
  assert.deepEqual(
    witBindings.map(({ world }) => world),
    ['x-v0'],
  );
});

test('words of the code, not of comments and strings', () => {
  const found = occurrencesIn('/a.rs', 'let x = a.x; // x\n/* x */ "x" \'x\' x::y(r#"x"#, xx) + x', 'x');
  assert.deepEqual(
    found.map(({ at, before, after: next }) => [at.range.start.line, at.range.start.character, before, next]),
    [
      [0, 4, '', '='],
      [0, 10, '.', ';'],
      [1, 16, ';', '::'],
      [1, 35, '+', ''],
    ],
  );
});
