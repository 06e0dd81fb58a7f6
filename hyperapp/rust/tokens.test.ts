import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insideOfString, tokensOf } from './tokens.ts';

const texts = (text: string) => tokensOf(text).map(({ kind, text: token }) => `${kind} ${token}`);

test('words, marks, numbers; comments and white space are left out', () => {
  assert.deepEqual(texts("fn r#type<'a>(x: &'a str) -> f::B { 1.5 /* a \" */ } // it's"), [
    'word fn',
    'word r#type',
    'mark <',
    "lifetime 'a",
    'mark >',
    'mark (',
    'word x',
    'mark :',
    'mark &',
    "lifetime 'a",
    'word str',
    'mark )',
    'mark ->',
    'word f',
    'mark ::',
    'word B',
    'mark {',
    'number 1.5',
    'mark }',
  ]);
});

test('strings of each form, characters, and a quote within', () => {
  assert.deepEqual(texts(String.raw`"a\"b" b"c" r#"d "e" f"# br"g" c"h" '"' b'i' '\'' '\u{1F600}' "last`), [
    String.raw`string "a\"b"`,
    'string b"c"',
    'string r#"d "e" f"#',
    'string br"g"',
    'string c"h"',
    `char '"'`,
    "char b'i'",
    String.raw`char '\''`,
    String.raw`char '\u{1F600}'`,
    'string "last',
  ]);
});

test('what is within the quotes, closed or not', () => {
  const inside = (text: string) => {
    const [token] = tokensOf(text);
    return token && text.slice(...insideOfString(token));
  };
  assert.equal(inside('"abc"'), 'abc');
  assert.equal(inside('r#"a"b"#'), 'a"b');
  assert.equal(inside('"abc'), 'abc');
  assert.equal(inside('""'), '');
});

test('every place is where it says, also beyond the basic plane', () => {
  const text = 'let été = "😀"; x.y(😀, \'ü\')';
  for (const { text: token, start, end } of tokensOf(text)) assert.equal(text.slice(start, end), token);
});
