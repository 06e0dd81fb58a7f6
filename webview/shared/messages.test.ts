import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { fromInject, fromProcesses, fromTraces, toInject, toTraces } from './messages.ts';

for (const [name, schema, message] of [
  ['no type', toTraces, {}],
  ['unknown type', toTraces, { type: 'eval', code: '1' }],
  ['an event without its span', toTraces, { type: 'events', events: [{ seq: 1 }] }],
  ['not even an object', toTraces, 'cleared'],
  [
    'a timeout out of range',
    fromInject,
    { type: 'send', injection: { node: 'a', process: 'b', body: '1', expectsResponse: 1e9 } },
  ],
  ['a process that is no text', fromProcesses, { type: 'kill', node: 'a.os', process: { toString: 'x' } }],
  ['a message of another page', fromTraces, { type: 'kill', node: 'a', process: 'b' }],
  [
    'an answer of no known outcome',
    toInject,
    {
      type: 'history',
      entries: [
        { id: 1, time: 1, injection: { node: '', process: '', body: '' }, answer: { outcome: 'maybe', durationMs: 1 } },
      ],
    },
  ],
] as const)
  test(`refused: ${name}`, () => assert.equal(v.safeParse(schema as v.GenericSchema, message).success, false));

test('what is not named in the schema does not pass', () => {
  assert.deepEqual(v.parse(fromTraces, { type: 'clear', more: 1 }), { type: 'clear' });
});
