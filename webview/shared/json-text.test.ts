import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstMistake, layOut, pretty } from './json-text.ts';

test('laid out as JSON.stringify does it', () => {
  for (const value of [
    { a: [1, { b: null }], c: {}, d: [], e: 'x' },
    [],
    {},
    'text',
    12,
    [[1], [2]],
    { 'a"b': '{[,:' },
  ])
    assert.equal(pretty(JSON.stringify(value)), JSON.stringify(value, null, 2).trimEnd());
});

test('numbers, order and escapes stay as they were', () => {
  assert.equal(
    pretty('{"id":18446744073709551615,"a":1.0,"a":"\\u00e9\\n"}'),
    '{\n  "id": 18446744073709551615,\n  "a": 1.0,\n  "a": "\\u00e9\\n"\n}',
  );
});

test('each piece has its kind', () => {
  assert.deepEqual(
    layOut('{"k":["v",-1,true]}').map(({ kind, text }) => `${kind} ${text.trim()}`),
    [
      'mark {',
      'key "k"',
      'mark :',
      'mark [',
      'string "v"',
      'mark ,',
      'number -1',
      'mark ,',
      'literal true',
      'mark ]',
      'mark }',
    ],
  );
});

test('nesting without end stays small, and means the same', () => {
  const deep = `${'['.repeat(20_000)}1,2${']'.repeat(20_000)}`;
  const laidOut = pretty(deep);
  assert.ok(laidOut.length < deep.length * 2, String(laidOut.length));
  assert.equal(laidOut.replace(/\s/g, ''), deep);
});

test('a megabyte in one string is no trouble', () => {
  const long = JSON.stringify({ a: '\\"'.repeat(250_000) });
  assert.equal(pretty(long).length, long.length + 5);
});

for (const [text, line, column, words] of [
  ['', 1, 1, /type a JSON value/],
  ['{"a":}', 1, 6, /value is due/],
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3, /comma is missing/],
  ['{"a": 1,}', 1, 9, /property name|value/],
  ['{"a" 1}', 1, 6, /colon/],
  ["{'a': 1}", 1, 2, /./],
  ['[1, 2', 1, 6, /closing \]/],
  ['{} x', 1, 4, /nothing may follow|unknown/],
  ['// no\n1', 1, 1, /comment/],
  ['01', 1, 1, /./],
] as const)
  test(`mistake in ${JSON.stringify(text)}`, () => {
    const mistake = firstMistake(text);
    assert.ok(mistake);
    assert.match(mistake.text, words);
    assert.equal(mistake.line, line);
    assert.ok(Math.abs(mistake.column - column) <= 1, `column ${mistake.column}`);
  });

test('valid JSON has no mistake', () => {
  for (const text of ['{"GetConversations": ""}', ' null ', '"x"', '18446744073709551615'])
    assert.equal(firstMistake(text), undefined);
});

test('nesting without end is a mistake like any other', () => {
  assert.ok(firstMistake('['.repeat(100_000)));
});
