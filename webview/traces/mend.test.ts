import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mendsOf } from './mend.ts';

const chat = 'alice.os@chat:chat:me.os';
const other = 'alice.os@worker:other:you.os';
const vfs = 'alice.os@vfs:distro:sys';
const mends = (cause: string | undefined, source: string, target: string) =>
  mendsOf({ cause, source, target, detail: undefined, node: 'alice.os' }).map(
    ({ where, entry }) => `${entry} | ${where}`,
  );

test('messaging is asked for by the sender or given by the target; a module has no manifest', () => {
  const cause = 'missing-messaging-capability';
  const ask = '"worker:other:you.os" | request_capabilities of “chat” in pkg/manifest.json of chat:me.os';
  const give = '"chat:chat:me.os" | grant_capabilities of “worker” in pkg/manifest.json of other:you.os';
  assert.deepEqual(mends(cause, chat, other), [ask, give]);
  assert.deepEqual(mends(cause, chat, vfs), [
    '"vfs:distro:sys" | request_capabilities of “chat” in pkg/manifest.json of chat:me.os',
  ]);
  assert.deepEqual(mends(cause, vfs, chat), [
    '"vfs:distro:sys" | grant_capabilities of “chat” in pkg/manifest.json of chat:me.os',
  ]);
});

test('the network capability is the sender’s or the target’s to ask for', () => {
  const entry = (name: string) => `"request_networking": true | “${name}” in pkg/manifest.json of`;
  assert.deepEqual(mends('missing-network-capability', chat, 'bob.os@worker:other:you.os'), [
    `${entry('chat')} chat:me.os`,
  ]);
  assert.deepEqual(mends('target-not-networked', 'bob.os@chat:chat:me.os', other), [`${entry('worker')} other:you.os`]);
});

test('other causes need no entry', () => {
  for (const cause of ['timeout', 'offline', 'unknown-process', undefined])
    assert.deepEqual(mends(cause, chat, other), []);
});
