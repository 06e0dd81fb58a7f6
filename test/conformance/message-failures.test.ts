/**
 * Every way in which a message can die has a cause in the trace and a sentence on the console that says what to do; the
 * app sees what it would see on a real node. docs/message-failures.md lists them.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import type { TraceRow } from '../../dev-node/control/protocol.ts';
import { type Cause, causes } from '../../dev-node/trace/event.ts';
import { type Case, promise } from './frame.ts';
import { ask, behave, echo, pause, receive, respond, type Seen, send, trap } from './steps.ts';
import { until, type World } from './world.ts';

const tested = new Set<Cause>();

function failure(cause: Cause, text: string, run: Case): void {
  tested.add(cause);
  promise(`${cause}: ${text}`, run);
}

/** The event that tells of it, and that the console has its sentence. */
async function told(w: World, cause: Cause, node = w.node): Promise<TraceRow & { detail: string }> {
  const event = await w.traced(cause, (e) => e.cause === cause && e.kind !== 'process', node);
  assert(event.detail, 'it has no sentence');
  await w.printed(`→ ${event.detail}`, undefined, node);
  return { ...event, detail: event.detail };
}

failure('missing-messaging-capability', 'between two apps: who must ask or give, and where', async (w) => {
  const a = await w.puppet();
  const b = await w.puppet({ public: false });
  const seen = await a.ask(b.address, 'x', 10);
  assert.equal(seen.error?.kind, 'timeout');
  assert(seen.ms < 500);
  const { detail, source, target } = await told(w, 'missing-messaging-capability');
  assert.deepEqual([source, target], [a.address, b.address]);
  assert.match(detail, new RegExp(`"${b.id}" to request_capabilities of "main" in pkg/manifest.json of ${a.package}`));
  assert.match(detail, new RegExp(`"${a.id}" to grant_capabilities of "main" in pkg/manifest.json of ${b.package}`));
});

failure('missing-messaging-capability', 'of an app to a module: it has to ask', async (w) => {
  const a = await w.puppet();
  await a.ask('our@vfs:distro:sys', '{}', 10);
  const { detail } = await told(w, 'missing-messaging-capability');
  assert.match(detail, /Add "vfs:distro:sys" to request_capabilities of "main" in pkg\/manifest\.json/);
  assert.doesNotMatch(detail, /grant_capabilities/);
});

failure(
  'missing-messaging-capability',
  'of an answer: the asker waits, and the end of its wait says why',
  async (w) => {
    const a = await w.puppet({ public: false });
    const seen = await a.ask('our@timer:distro:sys', '{"SetTimer":1}', 1);
    assert.equal(seen.error?.kind, 'timeout');
    const { detail } = await told(w, 'missing-messaging-capability');
    assert.match(detail, /Add "timer:distro:sys" to grant_capabilities of "main"/);
    const end = await w.traced('the end', (e) => e.cause === 'timeout');
    assert.match(end.detail ?? '', /A response came, but it was dropped: timer:distro:sys may not message/);
  },
);

failure('missing-messaging-capability', 'of an HTTP request: the browser is told at once', async (w) => {
  const a = await w.puppet({ public: false, request: ['http-server:distro:sys'] });
  const bind = { Bind: { path: '/go', authenticated: false, local_only: false, cache: false } };
  await a.do(send('our@http-server:distro:sys', JSON.stringify(bind)));
  const answer = await until('it is bound', async () => {
    const got = await fetch(`${w.node.http}/${a.id}/go`);
    return got.status === 408 && got;
  });
  assert.match(answer.headers.get('x-hyperware-refused') ?? '', /grant_capabilities/);
  const { detail } = await told(w, 'missing-messaging-capability');
  assert.match(detail, /"http-server:distro:sys" to grant_capabilities of "main"/);
});

failure('missing-network-capability', 'the sender is not networked', async (w) => {
  const a = await w.puppet();
  await a.ask('nowhere.os@x:y:z.os', 'x', 10);
  const { detail } = await told(w, 'missing-network-capability');
  assert.match(detail, new RegExp(`"request_networking": true for "main" in pkg/manifest.json of ${a.package}`));
});

failure('target-not-networked', 'the receiver on another node is not networked', async (w) => {
  const beta = await w.other();
  const a = await w.puppet({ networking: true });
  const b = await w.puppet({}, { node: beta });
  assert.equal((await a.ask(b.address, 'x', 1)).error?.kind, 'timeout');
  const { detail } = await told(w, 'target-not-networked', beta);
  assert.match(
    detail,
    new RegExp(`"request_networking": true for "main" in pkg/manifest.json of ${b.package} on ${beta.name}`),
  );
  await told(w, 'timeout');
});

failure('unknown-process', 'a typing error: the nearest ids are named', async (w) => {
  const { alpha } = await w.puppets({ alpha: {} });
  const seen = await alpha.ask(`our@alhpa:${alpha.package}`, 'x', 10);
  assert(seen.ms < 500);
  const { detail } = await told(w, 'unknown-process');
  assert.match(detail, new RegExp(`no process alhpa:${alpha.package} on ${w.node.name}. Did you mean ${alpha.id}`));
});

failure('unknown-process', 'on another node', async (w) => {
  const beta = await w.other();
  const a = await w.puppet({ networking: true });
  await a.ask(`${beta.name}@main:${a.package}`, 'x', 1);
  const { detail } = await told(w, 'unknown-process', beta);
  assert.match(detail, /is not installed there\. Install it, or did you mean main:/);
});

promise('what a killed process still says goes nowhere', async (w) => {
  const b = await w.puppet();
  const a = await w.puppet({ request: ['kernel:distro:sys'] });
  await a.tell(send('our@kernel:distro:sys', JSON.stringify({ KillProcess: a.id })), send(b.address, 'after it'));
  await until('it is gone', async () => (await w.node.process(a.id)) === undefined);
  assert.deepEqual(await b.recorded(), []);
  assert(!(await w.events()).some((e) => e.kind === 'request' && e.body === 'after it'));
});

failure('timeout', 'a silent process: it took the message and did not answer', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await a.ask(b.address, '{"Json":1}', 1);
  const { detail, outcome } = await told(w, 'timeout');
  assert.equal(outcome, 'timeout');
  assert.match(detail, /did not answer within 1\.\d s\. .* took the message but sent no response/);
});

failure('timeout', 'a busy process: how many messages wait', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await b.tell(pause(1500));
  await a.ask(b.address, '{}', 1);
  assert.match((await told(w, 'timeout')).detail, /is busy: 1 messages? wait/);
});

failure('unreadable-body', 'nobody answered, and the body is not JSON', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await a.ask(b.address, '{"Send": "half', 1);
  assert.match((await told(w, 'unreadable-body')).detail, /The body is not JSON \(.+\), which handlers cannot read/);
});

failure('unbound-path', 'an HTTP request for a path that nobody has bound', async (w) => {
  const a = await w.puppet();
  assert.equal((await fetch(`${w.node.http}/${a.id}/apii`, { method: 'POST', body: '{}' })).status, 404);
  const { detail, target } = await told(w, 'unbound-path');
  assert.equal(target, a.address);
  assert.match(detail, new RegExp(`POST /${a.id}/apii was answered with 404`));
});

failure('target-crashed', 'the target traps while it has the request: what it wrote to stderr is told', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await b.do(behave(trap('index out of bounds')));
  const seen = await a.ask(b.address, '{}', 1);
  assert.equal(seen.error?.kind, 'timeout');
  assert(seen.ms >= 950, `${seen.ms} ms`);
  assert.match((await told(w, 'target-crashed')).detail, /It ended before it answered: .*index out of bounds/s);
});

failure('target-killed', 'the target is killed while it has the request', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  const asking = a.do(ask(b.address, '{}', 1));
  await w.traced('the request', (e) => e.kind === 'request' && e.target === b.address);
  await w.node.control.call('process/kill', { process: b.id });
  assert.equal(((await asking) as [Seen])[0].error?.kind, 'timeout');
  assert.match((await told(w, 'target-killed')).detail, /was killed before it answered/);
});

failure('process-ended', 'the target could not be started: its mail is lost', async (w) => {
  const broken = Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 99, 99, 99]);
  const b = await w.puppet({}, { files: { 'puppet.wasm': broken } });
  const a = await w.puppet();
  await w.printed('invalid wasm file', 0);
  await a.ask(b.address, '{}', 1);
  const dropped = await w.traced('dropped', (e) => e.kind === 'dropped' && e.cause === 'process-ended');
  assert.match(dropped.detail ?? '', /has ended and takes no more messages .*Mend its code and install it again/s);
  await w.printed(`→ ${dropped.detail}`);
});

failure('offline', 'the other node is not there', async (w) => {
  const a = await w.puppet({ networking: true });
  const seen = await a.ask('nowhere.os@x:y:z.os', 'x', 10);
  assert.equal(seen.error?.kind, 'offline');
  assert.match((await told(w, 'offline')).detail, /nowhere\.os/);
  // Without an expected response the app is not told, but the trace is.
  await a.do(send('elsewhere.os@x:y:z.os', 'x'));
  await w.traced('the second', (e) => e.cause === 'offline' && e.target.startsWith('elsewhere.os'));
  assert.deepEqual(await a.recorded(), []);
});

failure('late-response', 'a response after the wait was over', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await b.do(behave(pause(1100), respond('late')));
  await a.ask(b.address, '{}', 1);
  const event = await w.traced('late-response', (e) => e.cause === 'late-response');
  assert.match(event.detail ?? '', /does not wait for this response any more/);
});

failure('bad-command', 'the kernel could not read a command: the field is named', async (w) => {
  const a = await w.puppet({ request: ['kernel:distro:sys'] });
  await a.ask('our@kernel:distro:sys', JSON.stringify({ RunProcess: 'no id' }), 1);
  const event = await w.traced('bad-command', (e) => e.cause === 'bad-command');
  assert.match(event.detail ?? '', /could not read this command and does not answer: .+/);
  await w.printed("kernel: couldn't parse command", 0);
  assert.match((await told(w, 'timeout')).detail, /could not read the command/);
});

promise('a message that arrives leaves no cause and no arrow', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await b.do(echo);
  const doing = a.do(ask(b.address, '{}'), ask(b.address, '1'), receive);
  await doing.told;
  await b.do(send(a.address, 'done'));
  await doing;
  assert.deepEqual(
    (await w.events()).filter((e) => e.cause !== undefined && e.source.includes(a.package)),
    [],
  );
});

test('docs/message-failures.md lists exactly the causes there are, and each has a case here', () => {
  const page = fs.readFileSync(path.join(import.meta.dirname, '../../docs/message-failures.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, cause]) => cause);
  assert.deepEqual(listed.toSorted(), [...causes].toSorted());
  // The gate's last guard, which no app can reach: what a killed process says is not heard at all.
  const reachable = causes.filter((cause) => cause !== 'unknown-source');
  assert.deepEqual([...tested].toSorted(), reachable.toSorted());
});
