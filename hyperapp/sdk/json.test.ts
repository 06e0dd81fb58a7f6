/** serde_json's words and numbers. The messages are what serde_json 1.0 said of the same texts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wireNameOf as modelWireName } from '../wire/name.ts';
import { wireNameOf } from './app.ts';
import { JsonSyntaxError, parseJson, sortedKeys, writeJson } from './json.ts';

describe('parseJson', () => {
  const errors: [text: string, message: string][] = [
    ['', 'EOF while parsing a value at line 1 column 0'],
    ['{', 'EOF while parsing an object at line 1 column 1'],
    ['[1', 'EOF while parsing a list at line 1 column 2'],
    ['[1,]', 'trailing comma at line 1 column 4'],
    ['{"a":1,}', 'trailing comma at line 1 column 8'],
    ['{"a" 1}', 'expected `:` at line 1 column 6'],
    ['{a:1}', 'key must be a string at line 1 column 2'],
    ['[1 2]', 'expected `,` or `]` at line 1 column 4'],
    ['{"a":1 "b":2}', 'expected `,` or `}` at line 1 column 8'],
    ['nul', 'EOF while parsing a value at line 1 column 3'],
    ['nulx', 'expected ident at line 1 column 4'],
    ['hello', 'expected value at line 1 column 1'],
    ['"abc', 'EOF while parsing a string at line 1 column 4'],
    ['"\\x"', 'invalid escape at line 1 column 3'],
    ['{}\n x', 'trailing characters at line 2 column 2'],
    ['"ä" x', 'trailing characters at line 1 column 6'],
    ['-', 'EOF while parsing a value at line 1 column 1'],
    ['01', 'invalid number at line 1 column 2'],
    ['[1,', 'EOF while parsing a value at line 1 column 3'],
    ['{"a":1,', 'EOF while parsing a value at line 1 column 7'],
    ['"\\u12', 'EOF while parsing a string at line 1 column 5'],
    ['"\\uZZZZ"', 'invalid escape at line 1 column 7'],
    ['"a\nb"', 'control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0'],
    ['"\\ud800"', 'unexpected end of hex escape at line 1 column 8'],
    ['"\\udc00"', 'lone leading surrogate in hex escape at line 1 column 7'],
    ['"\\ud83d\\u0041"', 'lone leading surrogate in hex escape at line 1 column 13'],
    ['1e999', 'number out of range at line 1 column 5'],
  ];
  for (const [text, message] of errors)
    it(JSON.stringify(text), () => assert.throws(() => parseJson(text), new JsonSyntaxError(message)));

  it('keeps integers that a double cannot hold', () => {
    const text = '{"a":[18446744073709551615,-9223372036854775808,9007199254740991,1.5,1e3],"b":"\\u00e4\\n"}';
    const value = parseJson(text);
    assert.deepEqual(value, {
      a: [18446744073709551615n, -9223372036854775808n, 9007199254740991, 1.5, 1000],
      b: 'ä\n',
    });
    assert.equal(
      writeJson(value),
      '{"a":[18446744073709551615,-9223372036854775808,9007199254740991,1.5,1000],"b":"ä\\n"}',
    );
  });

  it('refuses depth that would end the process', () => {
    assert.throws(
      () => parseJson(`${'['.repeat(200)}1234567890123456789${']'.repeat(200)}`),
      /recursion limit exceeded/,
    );
  });
});

it('writeJson leaves out what has no form and refuses what would be a surprise', () => {
  assert.equal(
    writeJson({ a: undefined, b: [undefined], c: new Uint8Array([1, 2]), d: () => 1 }),
    '{"b":[null],"c":[1,2]}',
  );
  assert.equal(writeJson(undefined), 'null');
  assert.equal(writeJson(Number.NaN), 'null');
  assert.throws(() => writeJson(new Map()), /A Map has no JSON form/);
});

it('sortedKeys', () =>
  assert.equal(JSON.stringify(sortedKeys({ b: [{ d: 1, c: 2 }], a: 0 })), '{"a":0,"b":[{"c":2,"d":1}]}'));

it('names on the wire are those of the model', () => {
  for (const name of ['get_user', 'x_ray_id', '_hidden', 'a__b', 'getUser', 'URL_of', 'a', 'trailing_'])
    assert.equal(wireNameOf(name), modelWireName(name), name);
  assert.equal(wireNameOf('x_ray_id'), 'XRayId');
  assert.equal(wireNameOf('URL_of'), 'URLOf');
});
