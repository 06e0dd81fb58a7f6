import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type FilterTerm,
  filterTokens,
  millisecondsIn,
  parseFilter,
  withTerm,
  writeMilliseconds,
  writeTerm,
} from './filter-language.ts';

const words = (text: string) => filterTokens(text).map(({ field, value, negated }) => [negated, field, value]);

test('words, fields, quotes and negation', () => {
  assert.deepEqual(words('a "b c" d "open end'), [
    [false, undefined, 'a'],
    [false, undefined, 'b c'],
    [false, undefined, 'd'],
    [false, undefined, 'open end'],
  ]);
  assert.deepEqual(words('-from:x TO:"a b" -"from:y" -'), [
    [true, 'from', 'x'],
    [false, 'to', 'a b'],
    [true, undefined, 'from:y'],
    [true, undefined, ''],
  ]);
  assert.deepEqual(words('samchat:samchat:template.os http://x to:a:b:c'), [
    [false, undefined, 'samchat:samchat:template.os'],
    [false, undefined, 'http://x'],
    [false, 'to', 'a:b:c'],
  ]);
});

test('tokens know where they stand', () => {
  const text = '  a  from:"b c" ';
  assert.deepEqual(
    filterTokens(text).map(({ from, to }) => text.slice(from, to)),
    ['a', 'from:"b c"'],
  );
});

test('what a field cannot take is an error with its place; the rest holds', () => {
  const { terms, errors } = parseFilter('hello status:lost slower:soon from: -status:nope');
  assert.deepEqual(terms, [{ field: undefined, value: 'hello', negated: false }]);
  assert.deepEqual(
    errors.map(({ from, to }) => [from, to]),
    [
      [6, 17],
      [18, 29],
      [36, 48],
    ],
  );
  assert.match(errors[0]!.text, /“lost” is no status.*failed, pending, ok/);
  assert.match(errors[1]!.text, /“soon” is no time.*50ms/);
});

test('times', () => {
  const cases = [
    ...([
      ['50ms', 50],
      ['50', 50],
      ['1.5s', 1500],
      ['2min', 120_000],
      ['700us', 0.7],
      ['700µs', 0.7],
    ] as const),
    ...(['', 'ms', '-5ms', '1e3', '5h', '1.2.3s', '99999999999'].map((text) => [text, undefined]) as [
      string,
      undefined,
    ][]),
  ];
  for (const [text, ms] of cases) assert.equal(millisecondsIn(text), ms, text);
  for (const ms of [0.4, 1.9, 12, 999, 5000, 59_000, 120_000]) assert.equal(millisecondsIn(writeMilliseconds(ms)), ms);
  for (const ms of [0.0004, 1.99, 59.96, 999.9, 5099]) assert.ok(millisecondsIn(writeMilliseconds(ms))! <= ms);
});

test('a term that is written is read as the same term', () => {
  const values = [
    'x',
    'a b',
    '-x',
    'from:y',
    'say "hi"',
    'back\\slash',
    'both " \\',
    '"',
    'POST /api',
    'samchat:samchat',
  ];
  for (const value of values)
    for (const field of [undefined, 'method'] as const)
      for (const negated of [false, true]) {
        const term: FilterTerm = { field, value, negated };
        assert.deepEqual(parseFilter(writeTerm(term)).terms, [term], writeTerm(term));
      }
});

test('a term is added once, and takes the place of its opposite', () => {
  const term: FilterTerm = { field: 'node', value: 'bob.os', negated: false };
  assert.equal(withTerm('', term), 'node:bob.os');
  assert.equal(withTerm('hello "a b"', term), 'hello "a b" node:bob.os');
  assert.equal(withTerm('node:BOB.os hello', term), 'hello node:bob.os');
  assert.equal(withTerm('-node:bob.os hello', term), 'hello node:bob.os');
  assert.equal(withTerm('node:bob.os', { ...term, negated: true }), '-node:bob.os');
});

test('any text can be read', () => {
  const pieces = ['"', '\\', '-', ':', ' ', 'from', 'slower', 'x', '\u0000', '😀'];
  let seed = 7;
  for (let round = 0; round < 2000; round++) {
    let text = '';
    for (let at = 0; at < 8; at++) {
      seed = (seed * 48_271) % 2_147_483_647;
      text += pieces[seed % pieces.length];
    }
    const tokens = filterTokens(text);
    assert.ok(
      tokens.every(({ from, to }) => from < to),
      JSON.stringify(text),
    );
    assert.equal(
      tokens.at(-1)?.to ?? 0,
      text.trimEnd() === '' ? 0 : Math.max(text.trimEnd().length, tokens.at(-1)!.to),
    );
    parseFilter(text);
  }
});
