/** kernel.md §16: state:distro:sys. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { network } from './capability.ts';
import { createStateModule } from './state-module.ts';
import { bytes, mayMessage, node, silent, TestKernel, text, turn } from './test-kernel.ts';

const asker = 'http-client:distro:sys';

function setup(store: Store = createMemoryStore()) {
  const k = new TestKernel({ store, modules: [createStateModule(store), silent(asker)] });
  const ask = async (body: unknown, blob?: string) => {
    const request = {
      target: { node, process: 'state:distro:sys' },
      body: bytes(typeof body === 'string' && body.startsWith('raw:') ? body.slice(4) : JSON.stringify(body)),
      blob: blob === undefined ? undefined : { mime: undefined, bytes: bytes(blob) },
      metadata: 'my own',
      expectsResponse: 5n,
    };
    const { result } = k.kernel.ask(asker, request, 5000);
    await turn();
    const answer = await result;
    assert.ok(answer.outcome === 'ok');
    assert.equal(answer.response.metadata, 'my own');
    return {
      json: JSON.parse(text(answer.response.body)),
      blob: answer.blob && [answer.blob.mime, text(answer.blob.bytes)],
    };
  };
  return { k, ask, store };
}

describe('§16 actions', () => {
  it('SetState, GetState, DeleteState', async () => {
    const { ask, store } = setup();
    assert.deepEqual(await ask({ SetState: 'a:p:x' }, 'kept'), { json: 'SetState', blob: undefined });
    assert.equal(text(store.getState('a:p:x') as Uint8Array), 'kept');
    assert.deepEqual(await ask({ GetState: 'a:p:x' }), {
      json: 'GetState',
      blob: ['application/octet-stream', 'kept'],
    });
    assert.deepEqual((await ask({ DeleteState: 'a:p:x' })).json, 'DeleteState');
    assert.deepEqual((await ask({ DeleteState: 'a:p:x' })).json, 'DeleteState');
    assert.deepEqual((await ask({ GetState: 'a:p:x' })).json, { Err: { NotFound: { process_id: 'a:p:x' } } });
    assert.deepEqual((await ask('Backup')).json, 'Backup');
  });

  it('errors: BadBytes, BadJson, storage', async () => {
    const failing = { ...createMemoryStore(), setState: () => Promise.reject(new Error('disk full')) };
    const { ask } = setup(failing);
    assert.deepEqual((await ask({ SetState: 'a:p:x' })).json, { Err: { BadBytes: { action: 'SetState' } } });
    assert.ok((await ask('raw:{')).json.Err.BadJson.error);
    assert.ok((await ask({ GetState: 'a:p' })).json.Err.BadJson.error);
    assert.deepEqual((await ask({ SetState: 'a:p:x' }, 'x')).json, {
      Err: { RocksDBError: { action: 'SetState', error: 'disk full' } },
    });
  });

  it('is the same state as the host functions', async () => {
    const { k, ask } = setup();
    const run = await k.process('a:p:pub.os');
    await run.call({ call: 'set-state', bytes: bytes('mine') });
    assert.equal((await ask({ GetState: 'a:p:pub.os' })).blob?.[1], 'mine');
  });
});

describe('§16 who is answered', () => {
  it('others than packages distro and terminal of sys get no reply, only a v1 print', async () => {
    const { k } = setup();
    const run = await k.process('a:p:pub.os', { capabilities: [mayMessage('state:distro:sys'), network(node)] });
    run.request('state:distro:sys', JSON.stringify({ GetState: 'a:p:pub.os' }), { expects: 5n });
    await turn();
    assert.deepEqual(run.got, []);
    assert.match(k.lines.at(-1) as string, /^1 state: got request from a\.os@a:p:pub\.os/);
  });

  it('other nodes get no reply', async () => {
    const { k, store } = setup();
    k.remote('state:distro:sys', JSON.stringify({ SetState: 'a:p:x' }), {
      from: { node: 'b.os', process: 'vfs:distro:sys' },
      expects: 5n,
      blob: { mime: undefined, bytes: bytes('evil') },
    });
    await turn();
    assert.equal(k.network.sent.length, 0);
    assert.equal(store.getState('a:p:x'), undefined);
  });

  it('a success without an expected response is not sent', async () => {
    const { k, store } = setup();
    k.kernel.send(asker, {
      target: { node, process: 'state:distro:sys' },
      body: bytes(JSON.stringify({ SetState: 'a:p:x' })),
      blob: { mime: undefined, bytes: bytes('kept') },
    });
    await turn();
    assert.ok(store.getState('a:p:x'));
    assert.ok(!k.recorder.read().some((event) => event.kind === 'response'));
  });
});
