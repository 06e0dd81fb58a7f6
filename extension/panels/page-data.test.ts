import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import type { TraceRow } from '../../dev-node/control/protocol.ts';
import { traceEvent } from '../../webview/shared/messages.ts';
import { payloadLimit, toAnswer, toNodeRow, toPayload, toTraceEvent } from './page-data.ts';

const row: TraceRow = {
  ...{ seq: 1, time: 1.5, node: 'a.os', id: '9', trace: 't', span: 's', kind: 'request', outcome: 'pending' },
  ...{ source: 'a.os@x:x:x', target: 'a.os@y:y:y', bodyBytes: 3, body: '{}!' },
};

test("a node's event as the pages know it", () => {
  const event = toTraceEvent({ ...row, blobBytes: 2, blobBase64: '//8=', blobMime: 'image/png' });
  assert.deepEqual(v.parse(traceEvent, event), {
    ...{ seq: 1, time: 1.5, node: 'a.os', id: '9', trace: 't', span: 's', kind: 'request', outcome: 'pending' },
    ...{ source: 'a.os@x:x:x', target: 'a.os@y:y:y' },
    body: { bytes: 3, text: '{}!', base64: undefined, mime: undefined },
    blob: { bytes: 2, text: undefined, base64: '//8=', mime: 'image/png' },
  });
  assert.equal(toTraceEvent(row).blob, undefined);
});

test('too long a body is cut, its size stays', () => {
  const cut = toPayload({ text: 'é'.repeat(payloadLimit) });
  assert.equal(cut.text?.length, payloadLimit);
  assert.equal(cut.bytes, payloadLimit * 2);
  const bytes = toPayload({ base64: Buffer.alloc(payloadLimit).toString('base64') });
  assert.equal(bytes.bytes, payloadLimit);
  assert.equal(bytes.base64!.length % 4, 0);
});

test('an answer: text where the bytes are text', () => {
  const answer = toAnswer({
    ...{ outcome: 'ok', durationMs: 2, trace: 't', span: 's', body: '{"Ok":null}', blobMime: 'text/plain' },
    blobBase64: Buffer.from('grüße').toString('base64'),
  });
  assert.equal(answer.body?.text, '{"Ok":null}');
  assert.deepEqual(answer.blob, { bytes: 7, text: 'grüße', base64: undefined, mime: 'text/plain' });
  const raw = toAnswer({ outcome: 'ok', durationMs: 2, trace: 't', span: 's', bodyBase64: '/w==' });
  assert.deepEqual(raw.body, { bytes: 1, text: undefined, base64: '/w==', mime: undefined });
  assert.equal(toAnswer({ outcome: 'timeout', detail: 'x', durationMs: 2, trace: 't', span: 's' }).body, undefined);
});

test('a node that does not run has no processes, whatever was last known', () => {
  const process = {
    ...{ id: 'x:x:x', kind: 'script' as const, state: 'running' as const, public: false, onExit: 'none' as const },
    ...{ mailbox: 0, messagesIn: 0, messagesOut: 0, memoryBytes: 0, restarts: 0 },
    capabilities: [{ issuer: 'a', params: '""' }],
  };
  const node = { name: 'a.os', client: undefined, info: undefined, problem: 'It was killed.' };
  assert.deepEqual(toNodeRow({ ...node, state: 'crashed' }, [process]).processes, []);
  assert.equal(toNodeRow({ ...node, state: 'running' }, [process]).processes[0]?.capabilities, 1);
});
