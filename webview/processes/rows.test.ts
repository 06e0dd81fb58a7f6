import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeRow, ProcessRow } from '../shared/messages.ts';
import { modulesKey, nodeKey, processTone, tableRows } from './rows.ts';

const process = (id: string, more: Partial<ProcessRow> = {}): ProcessRow => ({
  ...{ id, kind: 'script', state: 'running', mailbox: 0, messagesIn: 0, messagesOut: 0, memoryBytes: 0 },
  ...{ restarts: 0, capabilities: 0, ...more },
});
const node: NodeRow = {
  name: 'alice.os',
  state: 'running',
  processes: [process('vfs:distro:sys', { kind: 'module' }), process('z:z:z'), process('a:a:a')],
};
const drawn = (toggled: string[] = []) =>
  tableRows([node], new Set(toggled)).map((row) => (row.kind === 'process' ? row.process.id : row.kind));

test('apps by name, modules folded below them', () => {
  assert.deepEqual(drawn(), ['node', 'a:a:a', 'z:z:z', 'modules']);
  assert.deepEqual(drawn([modulesKey('alice.os')]), ['node', 'a:a:a', 'z:z:z', 'modules', 'vfs:distro:sys']);
  assert.deepEqual(drawn([nodeKey('alice.os')]), ['node']);
});

test('a node without modules has no line for them', () => {
  assert.deepEqual(
    tableRows([{ ...node, processes: [] }], new Set()).map((row) => row.kind),
    ['node'],
  );
});

test('only an end with an error looks bad', () => {
  assert.equal(processTone(process('a:a:a', { state: 'ended' })), 'plain');
  assert.equal(processTone(process('a:a:a', { state: 'ended', lastError: 'panicked' })), 'bad');
  assert.equal(processTone(process('a:a:a', { state: 'restarting' })), 'waiting');
});
