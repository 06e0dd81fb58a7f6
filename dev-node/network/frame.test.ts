import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFrame, FrameReader, OversizedFrameError } from './frame.ts';

const bytes = (length: number, seed: number) => new Uint8Array(length).map((_, i) => i * 31 + seed);

test('frames come out whole, however the stream is cut', () => {
  const payloads = [bytes(0, 0), bytes(1, 1), bytes(3, 2), bytes(300, 3), bytes(0, 4), bytes(70, 5)];
  const whole = Buffer.concat(payloads.map(encodeFrame));
  for (let size = 1; size <= whole.length; size++) {
    const reader = new FrameReader(300);
    const seen: Uint8Array[] = [];
    for (let at = 0; at < whole.length; at += size)
      for (const payload of reader.read(whole.subarray(at, at + size))) seen.push(new Uint8Array(payload));
    assert.deepEqual(seen, payloads, `cut every ${size} bytes`);
  }
});

test('a length above the limit is refused before its bytes have come', () => {
  const reader = new FrameReader(10);
  assert.throws(() => [...reader.read(new Uint8Array([0, 0, 0, 11]))], OversizedFrameError);
});

test('the limit may grow between two frames that came together', () => {
  const reader = new FrameReader(1);
  const seen: number[] = [];
  for (const payload of reader.read(Buffer.concat([encodeFrame(bytes(1, 0)), encodeFrame(bytes(50, 0))]))) {
    seen.push(payload.length);
    reader.limit = 50;
  }
  assert.deepEqual(seen, [1, 50]);
});
