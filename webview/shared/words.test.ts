import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, duration, many, shortProcess, size } from './words.ts';

for (const [ms, words] of [
  [0.4, '400 µs'],
  [1, '1.0 ms'],
  [42.4, '42 ms'],
  [5000, '5.00 s'],
  [15_000, '15.0 s'],
  [61_000, '1 min 1 s'],
  [7_200_000, '2.0 h'],
] as const)
  test(`${ms} ms is ${words}`, () => assert.equal(duration(ms), words));

for (const [bytes, words] of [
  [0, '0 B'],
  [999, '999 B'],
  [1500, '1.5 kB'],
  [64_000, '64 kB'],
  [2_300_000, '2.3 MB'],
] as const)
  test(`${bytes} bytes are ${words}`, () => assert.equal(size(bytes), words));

test('addresses and processes', () => {
  assert.deepEqual(address('bob.os@chat:chat:a.os'), { node: 'bob.os', process: 'chat:chat:a.os' });
  assert.deepEqual(address('odd'), { node: '', process: 'odd' });
  assert.equal(shortProcess('vfs:distro:sys'), 'vfs');
  assert.equal(shortProcess('samchat:samchat:template.os'), 'samchat');
  assert.equal(shortProcess('worker:samchat:template.os'), 'worker:samchat');
  assert.equal(shortProcess('odd'), 'odd');
});

test('one and many', () => {
  assert.equal(many(1, 'message'), '1 message');
  assert.equal(many(1200, 'message'), '1,200 messages');
  assert.equal(many(2, 'capability', 'capabilities'), '2 capabilities');
});
