/** Text coding of components, against Node's own. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from './random.ts';
import { Utf8Decoder, Utf8Encoder } from './utf8.ts';

const texts = [
  '',
  'plain',
  'é',
  '€',
  '𝄞 and 👩‍🚀',
  '\ud800x',
  'x\udc00',
  '\0\x7f\x80\u07ff\u0800\uffff\u{10000}\u{10ffff}',
  '\ufeffmark',
];
texts.push('ab'.repeat(10_000), 'ü€👍'.repeat(5000));

it('encodes as TextEncoder does', () => {
  for (const text of texts) assert.deepEqual(new Utf8Encoder().encode(text), new TextEncoder().encode(text));
  const target = new Uint8Array(5);
  assert.deepEqual(new Utf8Encoder().encodeInto('a€b€', target), { read: 3, written: 5 });
  assert.deepEqual(target, new TextEncoder().encode('a€b'));
});

it('decodes as TextDecoder does, invalid bytes too', () => {
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text);
    assert.equal(new Utf8Decoder().decode(bytes), new TextDecoder().decode(bytes));
  }
  // First bytes at the borders of what they mean, every second one, and each followed by what could go on.
  const bytes = new Uint8Array(6);
  const firsts = [
    0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
  ];
  for (const first of firsts)
    for (let second = 0; second < 0x100; second++)
      for (const [third, fourth] of [
        [0x41, 0x42],
        [0x80, 0x41],
        [0x80, 0xbf],
        [0xc3, 0xa9],
      ] as const) {
        bytes.set([first, second, third, fourth, 0xe2, 0x82]);
        for (const end of [1, 2, 3, 4, 6]) {
          const part = bytes.subarray(0, end);
          assert.equal(new Utf8Decoder().decode(part), new TextDecoder().decode(part), part.join(' '));
        }
      }
});

it('is strict when asked, and tells of encodings it does not know', () => {
  const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61);
  assert.equal(new Utf8Decoder('UTF8', { fatal: true, ignoreBOM: true }).decode(bytes), '\ufeffa');
  assert.throws(() => new Utf8Decoder('utf-8', { fatal: true }).decode(Uint8Array.of(0xff)), TypeError);
  assert.throws(() => new Utf8Decoder('latin1'), RangeError);
});

it('draws other random numbers for another seed, evenly', () => {
  const draws = (seed: string, count: number) => Array.from({ length: count }, seededRandom(seed));
  assert.deepEqual(draws('alice.os 1', 5), draws('alice.os 1', 5));
  const firsts = new Set(Array.from({ length: 1000 }, (_, time) => draws(`alice.os ${time}`, 1)[0]));
  assert.equal(firsts.size, 1000);
  const tenths = new Array<number>(10).fill(0);
  for (const drawn of draws('alice.os 1', 100_000)) {
    assert.ok(drawn >= 0 && drawn < 1);
    tenths[Math.floor(drawn * 10)]!++;
  }
  for (const count of tenths) assert.ok(Math.abs(count - 10_000) < 500, tenths.join(' '));
});
