import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Encoder } from '@msgpack/msgpack';
import type { KernelMessage } from '../kernel/message.ts';
import { decodeEnvelope, encodeEnvelope, MalformedFrameError } from './envelope.ts';

const address = ['alice.os', 'a:b:c.os'];
const request = [0, false, null, new Uint8Array(), null, []];
const message = [1n, address, address, null, request, null];
const encode = (value: unknown) => new Encoder({ useBigInt64: true }).encode(value);

test('the shape that a peer must send is accepted', () => {
  assert.equal(decodeEnvelope(encode([1, message, null])).kind, 'message');
});

const wrong: Record<string, unknown> = {
  'no array': 7,
  'an unknown kind': [9],
  'too few fields': [1, message.slice(0, 5), null],
  'too many fields': [1, [...message, 0], null],
  'an id that is no 64-bit integer': [1, [1, ...message.slice(1)], null],
  'a negative id': [1, [-1n, ...message.slice(1)], null],
  'a source process with upper case': [1, [1n, ['alice.os', 'A:b:c.os'], ...message.slice(2)], null],
  'a source process of two parts': [1, [1n, ['alice.os', 'b:c.os'], ...message.slice(2)], null],
  'a body that is text': [1, [1n, address, address, null, [0, false, null, 'hi', null, []], null], null],
  'a trace that is none': [1, message, ['x', 'y', null]],
  'a hello without signature': [0, new Uint8Array()],
  'a long refusal': [2, 'x'.repeat(2001)],
};
for (const [what, value] of Object.entries(wrong))
  test(`refused: ${what}`, () => {
    assert.throws(() => decodeEnvelope(encode(value)), MalformedFrameError);
  });

test('refused: bytes that are no MessagePack, cut frames, trailing bytes', () => {
  const whole = encode([1, message, null]);
  for (let length = 0; length < whole.length; length++)
    assert.throws(() => decodeEnvelope(whole.subarray(0, length)), MalformedFrameError);
  assert.throws(() => decodeEnvelope(Buffer.concat([whole, Buffer.from([0])])), MalformedFrameError);
});

test('bodies and blobs own their bytes, whatever the frame lay in', () => {
  const sent: KernelMessage = {
    id: 5n,
    source: { node: 'alice.os', process: 'a:b:c.os' },
    target: { node: 'bob.os', process: 'a:b:c.os' },
    rsvp: undefined,
    message: {
      kind: 'response',
      inherit: true,
      body: new Uint8Array([1, 2]),
      metadata: 'x',
      capabilities: [{ issuer: { node: 'alice.os', process: 'a:b:c.os' }, params: '"messaging"' }],
    },
    blob: { mime: 'text/plain', bytes: new Uint8Array([3]) },
    trace: { trace: '0'.repeat(32), span: '1'.repeat(16), parent: '2'.repeat(16) },
  };
  const envelope = decodeEnvelope(Buffer.from(encodeEnvelope({ kind: 'message', message: sent })));
  assert.ok(envelope.kind === 'message');
  assert.deepEqual(envelope.message, sent);
  assert.equal(envelope.message.message.body.buffer.byteLength, 2);
  assert.equal(envelope.message.blob!.bytes.buffer.byteLength, 1);
});
