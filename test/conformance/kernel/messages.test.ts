/** kernel.md §6 and §9: what a process sees of requests, responses and blobs. */
import assert from 'node:assert/strict';
import { statement } from '../frame.ts';
import { ask, receive, respond, type Seen, send } from '../steps.ts';

statement(
  'kernel.md §9.1',
  'a response comes back with the context that was stored for its request',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: {} });
    const answering = b.do(receive, respond('two'));
    await answering.told;
    const [, seen] = (await a.do(send(b.address, 'one', { expects: 5, context: 'x' }), receive)) as [null, Seen];
    assert.equal(seen.from, b.address);
    assert.equal(seen.response?.body, 'two');
    assert.equal(seen.context, 'x');
    const [got] = (await answering) as [Seen];
    assert.equal(got.from, a.address);
    assert.deepEqual(got.request, { body: 'one', inherit: false, expects: 5, metadata: null, capabilities: [] });
  },
  { rust: true },
);

statement('kernel.md §6.4', 'fire-and-forget never sees an error', async (w) => {
  const a = await w.puppet();
  await a.do(send(`our@nobody:${a.package}`, 'x'), send('nowhere.os@nobody:at:all.os', 'x'));
  const [late] = (await a.do(ask(`our@nobody:${a.package}`, 'y', 1))) as [Seen];
  assert.equal(late.error?.kind, 'timeout');
  assert.deepEqual(await a.recorded(), []);
});
