import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InMemoryKernel } from './testing/in-memory-kernel.ts';
import { createTimer } from './timer.ts';

test('other-modules.md §10.1: SetTimer answers with an empty body, at once or after the delay', async () => {
  const kernel = await new InMemoryKernel().add(createTimer());
  const begin = performance.now();
  assert.equal((await kernel.ask('timer:distro:sys', { SetTimer: 0 }))?.body.length, 0);
  assert.ok(performance.now() - begin < 30);
  assert.equal((await kernel.ask('timer:distro:sys', { SetTimer: 60 }))?.body.length, 0);
  assert.ok(performance.now() - begin >= 59);
  await kernel.dispose();
});

test('other-modules.md §1: an invalid body is printed and not answered; Debug tells what waits', async () => {
  const kernel = await new InMemoryKernel().add(createTimer());
  assert.equal(await kernel.ask('timer:distro:sys', { SetTimer: 'x' }, { expects: false }), undefined);
  await kernel.ask('timer:distro:sys', { SetTimer: 3_000_000_000 }, { expects: false });
  await kernel.ask('timer:distro:sys', 'Debug', { expects: false });
  assert.deepEqual(kernel.lines, [
    'timer service received a request with an invalid body',
    'timer service active timers (1):',
  ]);
  await kernel.dispose();
});
