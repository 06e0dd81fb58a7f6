/** One app cannot stop the node, another app or the control API; and it can be killed (kernel.md §3). */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { promise } from './frame.ts';
import { echo, receive, type Step, send } from './steps.ts';
import { type Puppet, sleep, until, type World } from './world.ts';

/** Milliseconds that anything may take on a slow machine that is busy with a bad process besides; a blocked node takes for ever. */
const lively = 3000;

async function took(run: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await run();
  return performance.now() - from;
}

/** Another app answers a process and a browser, and the node answers the control API, several times in a second. */
async function othersGoOn(others: { asker: Puppet; answerer: Puppet }): Promise<void> {
  const { node } = others.asker;
  for (let n = 0; n < 3; n += 1) {
    const control = await took(() => node.control.call('process/list'));
    assert(control < lively, `process/list took ${control} ms`);
    const seen = await others.asker.ask(others.answerer.address, `${n}`, 5);
    assert.equal(seen.response?.body, `${n}`);
    assert(seen.ms < lively, `a message took ${seen.ms} ms`);
    const http = await took(async () => assert.equal((await fetch(`${node.http}/our.js`)).status, 200));
    assert(http < lively, `HTTP took ${http} ms`);
    await sleep(100);
  }
}

async function others(w: World, node = w.node): Promise<{ asker: Puppet; answerer: Puppet }> {
  const found = await w.puppets({ asker: {}, answerer: {} }, { node });
  await found.answerer.do(echo);
  return found;
}

async function killed(bad: Puppet): Promise<void> {
  const ms = await took(() => bad.node.control.call('process/kill', { process: bad.id }));
  assert(ms < lively, `the kill took ${ms} ms`);
  assert.equal(await bad.node.process(bad.id), undefined);
}

/** Bytes of memory that the node's process has now. */
function memoryOf(w: World, node = w.node): number {
  const pages = /VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${node.launched.ready.pid}/status`, 'utf8'));
  return Number(pages?.[1]) * 1024;
}

const forms = ['javascript', 'script'] as const;

for (const form of forms) {
  promise(
    `a process that loops for ever (${form})`,
    async (w) => {
      const rest = await others(w);
      const bad = await w.puppet();
      await bad.tell({ call: 'loop' });
      await othersGoOn(rest);
      await killed(bad);
    },
    { form },
  );

  promise(
    `a process that allocates without end is ended, with the limit in its last line (${form})`,
    async (w) => {
      const node = await w.launch('small.os', { settings: { processMemoryMb: 128, scriptHeapMb: 64 } });
      const rest = await others(w, node);
      const bad = await w.puppet({ onExit: 'None' }, { node });
      await bad.tell({ call: 'allocate' });
      await othersGoOn(rest);
      await w.printed(`process ${bad.address} ended with error`, 0, node, 20_000);
      if (fs.existsSync('/proc')) assert(memoryOf(w, node) < 700 * 1024 * 1024, `${memoryOf(w, node)} bytes`);
    },
    { form },
  );
}

async function floods(w: World, step: (rest: { asker: Puppet; answerer: Puppet }) => Step): Promise<void> {
  const rest = await others(w);
  const bad = await w.puppet({ request: ['vfs:distro:sys', 'timer:distro:sys'] });
  const before = fs.existsSync('/proc') ? memoryOf(w) : 0;
  await bad.tell(step(rest));
  await sleep(500);
  await othersGoOn(rest);
  await sleep(1000);
  await othersGoOn(rest);
  const grown = fs.existsSync('/proc') ? memoryOf(w) - before : 0;
  assert(grown < 600 * 1024 * 1024, `the node has grown by ${Math.round(grown / 1024 / 1024)} MB`);
  await killed(bad);
}

promise('a process that floods another, which takes the messages', (w) =>
  floods(w, ({ asker }) => ({ call: 'flood', target: asker.address, body: 'x' })),
);

promise('a process that floods another, which takes none: the sender is held back', async (w) => {
  const deaf = await w.puppet();
  await deaf.tell({ call: 'loop' });
  await floods(w, () => ({ call: 'flood', target: deaf.address, body: 'x' }));
  const listed = await w.node.process(deaf.id);
  assert((listed?.mailbox ?? 0) < 100_000, `${listed?.mailbox} messages wait`);
  // It is told whose mailbox is full.
  await w.printed(/messages wait for this process/);
});

promise('a process that floods another with big blobs: the sender is held back', async (w) => {
  const deaf = await w.puppet();
  await deaf.tell({ call: 'loop' });
  await floods(w, () => ({ call: 'flood', target: deaf.address, body: 'x', blob: { bytes: { size: 1_000_000 } } }));
});

promise('a process that floods itself', async (w) => {
  const rest = await others(w);
  const bad = await w.puppet();
  await bad.tell({ call: 'flood', target: bad.address, body: 'x' });
  await sleep(500);
  await othersGoOn(rest);
  await killed(bad);
});

promise('a process that floods an id that does not exist', (w) =>
  floods(w, () => ({ call: 'flood', target: 'our@nobody:at:all', body: 'x' })),
);

promise('two that flood each other come to an end', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  const count = 15_000;
  const one = a.do({ call: 'flood', target: b.address, body: 'x', count });
  const two = b.do({ call: 'flood', target: a.address, body: 'x', count });
  await Promise.all([one, two]);
  const taken = await until(
    'all is taken',
    async () => {
      const lists = await Promise.all([w.node.process(a.id), w.node.process(b.id)]);
      return lists.every((found) => (found?.messagesIn ?? 0) >= count);
    },
    20_000,
  );
  assert(taken);
});

promise('a process that floods a module', (w) =>
  floods(w, () => ({
    call: 'flood',
    target: 'our@vfs:distro:sys',
    body: JSON.stringify({ path: '/nobody:at.all/pkg/x', action: 'Read' }),
  })),
);

promise('a process that floods the console', async (w) => {
  const rest = await others(w);
  const bad = await w.puppet();
  await bad.tell({ call: 'print', level: 0, text: 'x'.repeat(200), count: 1_000_000_000 });
  await sleep(1000);
  await othersGoOn(rest);
  await killed(bad);
});

promise('a process that is killed while it waits in `receive` or in an awaited request', async (w) => {
  const { a, b, c } = await w.puppets({ a: {}, b: {}, c: {} });
  await a.tell(receive);
  await b.tell({ call: 'send-and-await-response', target: c.address, body: 'x', expects: 60 });
  await killed(a);
  await killed(b);
  await c.do(send(c.address, 'x'));
});
