/** kernel.md §1.3 to §1.5, §3 and §14: names as apps see them, prints, and what surrounds a process. */
import assert from 'node:assert/strict';
import { notEmulated, statement } from '../frame.ts';
import { echo, receive, type Seen, send } from '../steps.ts';

statement(
  'kernel.md §14.1',
  'a print has the package before it, not the process, and the level that was given',
  async (w) => {
    const a = await w.puppet();
    for (const level of [0, 1, 2, 3, 255]) {
      await a.do({ call: 'print', level, text: `at level ${level}` });
      const line = await w.printed(`at level ${level}`, level);
      assert.equal(line.text, `${a.package}: at level ${level}`);
      assert.equal(line.process, a.id);
    }
  },
  { rust: true },
);

statement('kernel.md §14.1', 'a print keeps its lines and characters', async (w) => {
  const a = await w.puppet();
  const text = 'first\nsecond\tünïcödé 🚀';
  await a.do({ call: 'print', level: 0, text });
  assert.equal((await w.printed('second')).text, `${a.package}: ${text}`);
});

statement('kernel.md §7', 'the host calls print at level 2 what they did', async (w) => {
  const a = await w.puppet();
  await a.do({ call: 'set-state', bytes: 'x' }, { call: 'clear-state' });
  await w.printed(`${a.id} persisted state`, 2);
  await w.printed(`${a.id} cleared persisted state`, 2);
});

statement(
  'kernel.md §1.4',
  '`our` as a node stands for the real name, in the target and in what the receiver sees',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: {} });
    await b.do(echo);
    assert.equal(await a.one({ call: 'our' }), `${w.node.name}@${a.id}`);
    const seen = await a.ask(`our@${b.id}`, 'x');
    assert.equal(seen.from, b.address);
    assert.equal((await b.recorded())[0]?.from, a.address);
  },
);

statement('kernel.md §1.4', '`our` in the issuer of a capability is not rewritten', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: { public: false } });
  await a.do({ call: 'save-capabilities', capabilities: [{ issuer: `our@${b.id}`, params: '"messaging"' }] });
  assert.equal((await a.ask(b.address, 'x', 5)).error?.kind, 'timeout');
});

statement(
  'kernel.md §1.2',
  'the name of a process in an address may hold any characters: it is unknown, not an error',
  async (w) => {
    const a = await w.puppet();
    const seen = await a.ask('our@Not_Safe:Package:Pub.os', 'x', 5);
    assert.deepEqual([seen.error?.kind, seen.error?.target], ['timeout', `${w.node.name}@Not_Safe:Package:Pub.os`]);
  },
);

statement('kernel.md §3', 'the clock of a process is the real one', async (w) => {
  const a = await w.puppet();
  const [now] = (await a.do({ call: 'now' })) as [number];
  assert(Math.abs(now - Date.now()) < 2000);
});

statement('kernel.md §4', 'a message of a megabyte in its body arrives whole', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  const got = b.do(receive);
  await got.told;
  await a.do(send(b.address, { size: 1_000_000 }));
  assert.deepEqual(((await got) as [Seen])[0].request?.body, { size: 1_000_000 });
});

notEmulated(
  'kernel.md §14.2',
  'The terminal has keys: levels, step-through, history, search',
  'A dev node has no terminal of its own; consoles, traces and injection are in the editor and in `hyperdev`',
);
notEmulated(
  'kernel.md §14.1',
  'The log file `.terminal_logs/…` is written and rotated',
  'The newest lines are kept in memory (`logLines`) and shown in the editor and by `hyperdev logs`',
);
notEmulated(
  'kernel.md §1.5',
  'A node has a name in the name service, keys and routers',
  'Its name is what it was started with, bound to its key the first time another node meets it; there are no routers',
);
