/** kernel.md §6.8: the three blob functions, and what the kernel's own calls do to them. */
import assert from 'node:assert/strict';
import { statement } from '../frame.ts';
import { ask, behave, receive, respond, type Step, send } from '../steps.ts';
import type { World } from '../world.ts';

const look: readonly Step[] = [{ call: 'has-blob' }, { call: 'get-blob' }, { call: 'last-blob' }];
const given = { mime: 'text/plain', bytes: 'given' };

/** What the blob functions say after a process has received a blob and made `calls`. */
async function after(w: World, ...calls: Step[]): Promise<unknown[]> {
  const { a, b } = await w.puppets({ a: { request: ['vfs:distro:sys'] }, b: {} });
  const doing = a.do(receive, ...calls, ...look);
  await doing.told;
  await b.do(send(a.address, 'x', { blob: given }));
  return (await doing).slice(-3);
}

statement(
  'kernel.md §6.8',
  'get-blob gives the blob of the current message, again and again; after one without a blob only last-blob does',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: {} });
    const doing = a.do(...look, receive, ...look, ...look, receive, ...look);
    await doing.told;
    await b.do(send(a.address, 'with', { blob: given }), send(a.address, 'without'));
    const results = await doing;
    const at = (from: number) => results.slice(from, from + 3);
    assert.deepEqual(at(0), [false, null, null]);
    assert.deepEqual(at(4), [true, given, given]);
    assert.deepEqual(at(7), [true, given, given]);
    assert.deepEqual(at(11), [false, null, given]);
  },
  { rust: true },
);

statement(
  'kernel.md §6.8',
  'after get-state that finds one, has-blob is true and the last blob is what it was',
  async (w) => {
    assert.deepEqual(await after(w, { call: 'set-state', bytes: 's' }, { call: 'get-state' }), [true, given, given]);
  },
);

statement(
  'kernel.md §6.8',
  'after get-state that finds none, get-blob gives none and last-blob the previous blob',
  async (w) => {
    assert.deepEqual(await after(w, { call: 'get-state' }), [false, null, given]);
  },
);

statement(
  'kernel.md §6.8',
  'after set-state and clear-state, get-blob gives none and last-blob the previous blob',
  async (w) => {
    assert.deepEqual(await after(w, { call: 'set-state', bytes: 's' }), [false, null, given]);
    assert.deepEqual(await after(w, { call: 'clear-state' }), [false, null, given]);
  },
  { rust: true },
);

statement('kernel.md §6.8', 'after a spawn, get-blob gives none and last-blob the previous blob', async (w) => {
  const { a, b } = await w.puppets({ a: { request: ['vfs:distro:sys'] }, b: {} });
  const doing = a.do(receive, { call: 'spawn', path: `${a.package}/pkg/puppet.wasm` }, ...look);
  await doing.told;
  await b.do(send(a.address, 'x', { blob: given }));
  const [, spawned, ...blobs] = await doing;
  assert('spawned' in (spawned as object), JSON.stringify(spawned));
  assert.deepEqual(blobs, [false, null, given]);
});

statement('kernel.md §6.8', 'set-on-exit, the capability functions, print and our leave the blobs alone', async (w) => {
  const calls: Step[] = [
    { call: 'set-on-exit', onExit: 'restart' },
    { call: 'save-capabilities', capabilities: [] },
    { call: 'drop-capabilities', capabilities: [] },
    { call: 'our-capabilities' },
    { call: 'print', level: 1, text: 'x' },
    { call: 'our' },
  ];
  assert.deepEqual(await after(w, ...calls), [true, given, given]);
});

statement('kernel.md §6.7', 'right after an awaited response get-blob gives its blob', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await b.do(behave(respond('x', { blob: { bytes: 'of the response' } })));
  const [, ...blobs] = await a.do(ask(b.address, 'x', 5, { blob: given }), ...look);
  const answered = { mime: null, bytes: 'of the response' };
  assert.deepEqual(blobs, [true, answered, answered]);
});

statement('kernel.md §6.3', 'an error leaves has-blob false and the last blob as it was', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  const doing = a.do(receive, ask(`our@nobody:${a.package}`, 'x', 1, { blob: { bytes: 'lost' } }), ...look);
  await doing.told;
  await b.do(send(a.address, 'x', { blob: given }));
  assert.deepEqual((await doing).slice(2), [false, null, given]);
});

statement('kernel.md §4', 'a blob of ten megabytes arrives whole', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await b.do(behave(respond('x', { inherit: true })));
  const [, blob] = await a.do(ask(b.address, 'x', 5, { blob: { bytes: { size: 10_000_000 } } }), { call: 'get-blob' });
  assert.deepEqual(blob, { mime: null, bytes: { size: 10_000_000 } });
});
