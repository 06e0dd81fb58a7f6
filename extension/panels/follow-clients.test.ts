import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControlClient } from '../../dev-node/control/client.ts';
import type { RunningNode } from '../dev-network.ts';
import { followClients } from './follow-clients.ts';

test('attaches to each connection once and lets go of it when it is replaced', () => {
  const client = () => ({}) as ControlClient;
  const node = (name: string, of: ControlClient | undefined): RunningNode => ({
    ...{ name, state: of ? 'running' : 'crashed', client: of, info: undefined, problem: undefined },
  });
  const [first, second, other] = [client(), client(), client()];
  let nodes = [node('a.os', first), node('b.os', undefined)];
  let changed = () => {};
  let listening = true;
  const log: string[] = [];
  const following = followClients(
    {
      get nodes() {
        return nodes;
      },
      onDidChange: (listener) => {
        changed = () => listener();
        return { dispose: () => (listening = false) };
      },
    },
    (name, of) => {
      const which = of === first ? 'first' : of === second ? 'second' : 'other';
      log.push(`+${name} ${which}`);
      return { dispose: () => log.push(`-${name} ${which}`) };
    },
  );
  changed();
  assert.deepEqual(log, ['+a.os first']);
  nodes = [node('a.os', undefined), node('b.os', other)];
  changed();
  nodes = [node('a.os', second), node('b.os', other)];
  changed();
  assert.deepEqual(log, ['+a.os first', '-a.os first', '+b.os other', '+a.os second']);
  following.dispose();
  assert.deepEqual(log.slice(4), ['-b.os other', '-a.os second']);
  assert.equal(listening, false);
});
