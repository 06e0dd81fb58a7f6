import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, hexDump, isCut } from './decode.ts';

test('JSON, text, hex or empty', () => {
  assert.equal(decode({ bytes: 0, text: '' }).form, 'empty');
  assert.equal(decode({ bytes: 7, text: '{"a":1}' }).form, 'json');
  assert.deepEqual(decode({ bytes: 5, text: '{"a":' }), { form: 'text', text: '{"a":' });
  const hex = decode({ bytes: 3, base64: '/wBB' });
  assert.deepEqual(hex, { form: 'hex', text: `00000000  ${'ff 00 41'.padEnd(47)}  ··A` });
});

test('bad base64 is no bytes, not an exception', () => {
  assert.equal(decode({ bytes: 9, base64: '!!!' }).form, 'hex');
});

test('a long dump says what it leaves out', () => {
  const dump = hexDump(new Uint8Array(5000), 80_000);
  assert.match(dump, /… 75904 bytes more$/);
  assert.equal(dump.split('\n').length, 4096 / 16 + 1);
});

test('cut or whole', () => {
  assert.equal(isCut({ bytes: 3, text: 'é!' }), false);
  assert.equal(isCut({ bytes: 4, text: 'é!' }), true);
  assert.equal(isCut({ bytes: 3, base64: '/wBB' }), false);
  assert.equal(isCut({ bytes: 30, base64: '/wBB' }), true);
});
