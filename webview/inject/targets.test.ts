import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeRow, ProcessRow } from '../shared/messages.ts';
import { firstTarget, targetGroups } from './targets.ts';

const process = (id: string, kind: ProcessRow['kind']): ProcessRow => ({
  ...{
    id,
    kind,
    state: 'running',
    mailbox: 0,
    messagesIn: 0,
    messagesOut: 0,
    memoryBytes: 0,
    restarts: 0,
    capabilities: 0,
  },
});
const nodes: NodeRow[] = [
  { name: 'off.os', state: 'crashed', processes: [] },
  {
    name: 'alice.os',
    state: 'running',
    processes: [process('vfs:distro:sys', 'module'), process('chat:chat:a.os', 'script')],
  },
  { name: 'bob.os', state: 'running', processes: [process('chat:chat:a.os', 'component')] },
];
const found = (search: string) =>
  targetGroups(nodes, search).map(({ node, targets }) => [node, ...targets.map(({ process }) => process)]);

test('the apps of all running nodes come before any module', () => {
  assert.deepEqual(found(''), [
    ['alice.os', 'chat:chat:a.os'],
    ['bob.os', 'chat:chat:a.os'],
    ['alice.os', 'vfs:distro:sys'],
  ]);
});

test('every word narrows, over node and process', () => {
  assert.deepEqual(found('CHAT bob'), [['bob.os', 'chat:chat:a.os']]);
  assert.deepEqual(found('vfs'), [['alice.os', 'vfs:distro:sys']]);
  assert.deepEqual(found('nothing'), []);
});

test('the first app is where one begins', () => {
  assert.deepEqual([firstTarget(nodes)?.node, firstTarget(nodes)?.process], ['alice.os', 'chat:chat:a.os']);
  assert.equal(firstTarget([]), undefined);
});
