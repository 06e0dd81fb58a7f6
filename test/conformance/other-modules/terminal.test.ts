/** other-modules.md §5, kernel.md §14.3: the terminal's command line, its scripts, and those of packages. */
import assert from 'node:assert/strict';
import { puppetCode } from '../components.ts';
import { differs, notEmulated, statement } from '../frame.ts';
import { call } from '../module-calls.ts';
import { type TestNode, until } from '../node.ts';
import { behave, echo, respond } from '../steps.ts';
import type { World } from '../world.ts';

const type = (node: TestNode, line: string) => node.control.call('terminal/run', { line });

/** Types a line, and waits for what the terminal prints. */
async function types(w: World, line: string, expected: string | RegExp, node = w.node) {
  await type(node, line);
  return (await w.printed(expected, 0, node, 15_000)).text;
}

statement('kernel.md §14.3', 'an empty line does nothing; what is neither alias nor process id is told', async (w) => {
  await type(w.node, '');
  await types(
    w,
    'nosuch x',
    "terminal:sys: error calling script: 'nosuch' not found, either as an alias or process ID",
  );
  await types(w, 'kfetch', 'error calling script: script not in scripts.json file');
  await types(w, 'x:none:such.os', 'error calling script: no scripts manifest in package');
});

statement('other-modules.md §10', 'm sends a body, and with -a prints the answer', async (w) => {
  await types(w, 'm our@kv:distro:sys hello -a 5', 'terminal:sys: {"Err":"MalformedRequest"}');
  await w.printed('terminal:sys: Awaiting response for 5s', 0);
});

statement('other-modules.md §5.3', 'm groups words by single quotes, and says what it cannot read', async (w) => {
  const a = await w.puppet();
  await a.do(echo);
  await types(w, `m our@${a.id} '{"a": 1}' -a 5`, 'terminal:sys: {"a": 1}');
  await types(w, 'm our@x body more', 'Failed to parse args.');
  await types(w, 'm nowhere body', /Invalid address: "nowhere"\n.*Usage:/s);
  await types(
    w,
    'm our@nobody:at:all.os x -a 9',
    'Target did not send response in time, try increasing the await time',
  );
  await types(w, 'm nobody.os@x:y:z.os x -a 9', 'Failed to send message because the target is offline');
});

statement(
  'other-modules.md §5.2',
  'm reaches a private app that grants the terminal messaging, with its capabilities',
  async (w) => {
    const { closed, open } = await w.puppets({
      closed: { public: false },
      open: {
        public: false,
        grant: ['terminal:terminal:sys', { process: 'terminal:terminal:sys', params: 'Special' }],
      },
    });
    await closed.do(echo);
    await open.do(behave(respond('seen')));
    await types(w, `m our@${closed.id} x -a 1`, 'Target did not send response in time');
    await types(w, `m our@${open.id} x -a 5`, 'terminal:sys: seen');
    const [seen] = await open.recorded();
    assert.deepEqual(seen?.request?.capabilities.map(({ params }) => params).sort(), ['"Special"', '"messaging"']);
  },
);

statement('other-modules.md §5.3', 'hi is printed on the other node and acknowledged', async (w) => {
  const beta = await w.other();
  await types(w, 'hi beta.os good morning', 'terminal:sys: response from beta.os: ack');
  await w.printed('alpha.os: good morning', 0, beta);
  await types(w, 'hi nobody.os x', 'terminal:sys: nobody.os is offline or does not exist');
  await types(w, 'hi beta.os', 'Not enough arguments given.');
});

statement('other-modules.md §5.3', 'top shows processes as the kernel reports them', async (w) => {
  const a = await w.puppet();
  const text = await types(w, `top ${a.id}`, `terminal:sys: ${a.id}:`);
  assert.match(
    text,
    /\/pkg\/puppet\.wasm\n {4}wit: 1\n {4}on-exit: Restart\n {4}public: true\n {4}capabilities:\n {8}\d+, use -c to display/,
  );
  assert.match(await types(w, 'top', /top: \d+ running processes/), /vfs:distro:sys:\n {4}\(runtime\)/);
  await types(w, 'top no:such:process', 'terminal:sys: process no:such:process not running');
  await types(w, `top ${a.id} -c`, '("messaging")');
});

statement('other-modules.md §5.3', 'kill ends a process', async (w) => {
  const a = await w.puppet();
  await types(w, `kill ${a.id}`, `terminal:sys: killed process ${a.id}`);
  await until('it is gone', async () => (await w.node.process(a.id)) === undefined);
  await types(w, 'kill x', 'Invalid process ID.');
});

statement('other-modules.md §5.3', 'peers, peer and net-diagnostics tell of the network', async (w) => {
  await w.other();
  assert.match(
    await types(w, 'peers', 'identities of current connected peers:'),
    /beta\.os:\n {4}networking key: 0x[0-9a-f]{64}\n {4}routing: /,
  );
  await types(w, 'peer beta.os', 'terminal:sys: peer identity for beta.os:\n    networking key: 0x');
  await types(w, 'peer nobody.os', 'terminal:sys: no PKI entry found with name nobody.os');
  await types(w, 'net-diagnostics', 'our Identity: alpha.os');
});

statement('other-modules.md §5.3', 'cat, echo, help and clear-state', async (w) => {
  const a = await w.puppet({ request: ['vfs:distro:sys'] });
  await call(a, 'vfs:distro:sys', { path: `/${a.package}/pkg/note.txt`, action: 'Write' }, { blob: 'a note' });
  await types(w, `cat /${a.package}/pkg/note.txt`, 'terminal:sys: a note');
  await types(w, 'cat /x:y/z/none', 'failed to read file /x:y/z/none from VFS.');
  await types(w, 'echo  two  spaces', 'terminal:sys:  two  spaces');
  await types(w, 'help m', /Usage:.* m </);
  await types(w, 'help nosuch', 'No help found for command nosuch');
  await a.one({ call: 'set-state', bytes: 'kept' });
  await types(w, `clear-state ${a.id}`, `terminal:sys: Deleted state of process ${a.id}`);
  assert.equal(await a.one({ call: 'get-state' }), null);
});

statement('other-modules.md §5.1', 'alias sets and removes a short name, which lasts', async (w) => {
  const node = await w.launch('named.os');
  await types(w, 'alias say echo:terminal:sys', 'alias say set for echo:terminal:sys', node);
  await types(w, 'say it', 'terminal:sys: it', node);
  await types(w, 'alias bad nonsense', 'terminal:sys: alias set', node);
  await node.stop();
  await node.start();
  w.forgetMarks(node);
  await types(w, 'say again', 'terminal:sys: again', node);
  await types(w, 'alias say', 'alias say removed', node);
  await types(w, 'alias say', 'alias say not found', node);
});

statement('other-modules.md §5.1', 'a message of another process is ignored, whatever it holds', async (w) => {
  const a = await w.puppet({ request: ['terminal:terminal:sys'] });
  const edit = JSON.stringify({ EditAlias: { alias: 'x', process: a.id } });
  const seen = await a.ask('our@terminal:terminal:sys', edit, 1);
  assert.equal(seen.error?.kind, 'timeout');
  await w.printed(`terminal:sys: ignoring message from ${a.address}`, 2);
});

const scripts = (entry: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ 'puppet.wasm': { root: false, public: false, request_networking: false, ...entry } });

/** Runs the puppet of a package as a script; its steps are the arguments. */
async function runScript(w: World, entry: Readonly<Record<string, unknown>>, steps: readonly unknown[]) {
  const a = await w.puppet({}, { files: { 'scripts.json': scripts(entry) } });
  const line = JSON.stringify({ puppet: 'script', steps });
  await type(w.node, `puppet:${a.package} ${line}`);
  const said = await w.printed('puppet script ', 1);
  const results = JSON.parse(said.text.slice(said.text.indexOf('puppet script ') + 'puppet script '.length));
  return { a, process: String(said.process), results: results as unknown[] };
}

const paramsOf = (held: unknown) =>
  (held as { issuer: string; params: string }[]).map(({ issuer, params }) => `${issuer.split('@')[1]} ${params}`);

statement(
  'other-modules.md §5.2',
  'a script of a package is a process of its own, with what scripts.json asks',
  async (w) => {
    const { a, process, results } = await runScript(
      w,
      {
        request_networking: true,
        request_capabilities: ['vfs:distro:sys', { process: 'vfs:distro:sys', params: { root: true } }],
      },
      [{ call: 'our' }, { call: 'our-capabilities' }, { call: 'get-on-exit' }],
    );
    assert.match(process, new RegExp(`^\\d+:${a.package}$`));
    assert.equal(results[0], `alpha.os@${process}`);
    const held = paramsOf(results[1]);
    for (const one of [
      'vfs:distro:sys "messaging"',
      'vfs:distro:sys {"root":true}',
      'terminal:terminal:sys "messaging"',
      'kernel:distro:sys "network"',
    ])
      assert(held.includes(one), `${one} is not among ${held}`);
    assert(!held.includes('kv:distro:sys "messaging"'));
    assert.equal(results[2], 'none');
  },
);

statement('packages.md §4', 'a root script gets all that the terminal holds', async (w) => {
  const { results } = await runScript(w, { root: true }, [{ call: 'our-capabilities' }]);
  const held = paramsOf(results[0]);
  for (const one of ['kv:distro:sys "messaging"', 'vfs:distro:sys {"root":true}', 'eth:distro:sys {"root":true}'])
    assert(held.includes(one), one);
});

statement('packages.md §4', 'grants of scripts.json go to the process named; a bad file is told', async (w) => {
  const { process } = await runScript(w, { grant_capabilities: ['timer:distro:sys'] }, [{ call: 'our' }]);
  const cap = { issuer: `alpha.os@${process}`, params: '"messaging"' };
  assert.deepEqual(await w.command({ Debug: { HasCap: { on: 'timer:distro:sys', cap } } }), {
    Debug: { HasCap: true },
  });
  const bad = await w.puppet({}, { files: { 'scripts.json': '{"x.wasm":{}}' } });
  await types(w, `puppet:${bad.package}`, 'error calling script: could not parse scripts.json file');
  const other = await w.puppet({}, { files: { 'scripts.json': scripts({}) } });
  await types(w, `nosuch:${other.package}`, 'error calling script: script not in scripts.json file');
});

statement('other-modules.md §5.2', 'a script that ends is gone', async (w) => {
  const { a } = await runScript(w, {}, [{ call: 'our' }]);
  const line = JSON.stringify({ puppet: 'none', steps: [{ call: 'return' }] });
  await type(w.node, `puppet:${a.package} ${line}`);
  const ended = await w.printed(/^process alpha\.os@\d+:.* returned without error/, 1);
  const id = /alpha\.os@(\S+) /.exec(ended.text)?.[1];
  await until('it is gone', async () => (await w.node.process(String(id))) === undefined);
});

differs(
  'other-modules.md §5.3',
  'Each script of the terminal runs as `<random number>:terminal:sys`',
  'They run natively, in the name of `scripts:terminal:sys`: an app that `m` messages sees that source',
  async (w) => {
    const a = await w.puppet();
    await a.do(echo);
    await types(w, `m our@${a.id} hello -a 5`, 'terminal:sys: hello');
    assert.equal((await a.recorded())[0]?.from, 'alpha.os@scripts:terminal:sys');
  },
);

notEmulated(
  'other-modules.md §5.3',
  '`hfetch`, `namehash-to-name` and the scripts of the app-store and the contacts are shipped',
  'Only those of other-modules.md §5.3 that work without a chain; the others are told as missing from scripts.json or from their package',
  async (w) => {
    await types(w, 'hfetch:terminal:sys', 'error calling script: script not in scripts.json file');
    await types(w, 'install:app-store:sys x:y 00', 'error calling script: no scripts manifest in package');
  },
);

statement('packages.md §4', 'a package in TypeScript may bring its script as name.js', async (w) => {
  const files = {
    'script.js': String(Buffer.from((await puppetCode('script'))['puppet.js']!)),
    'scripts.json': scripts({}).replace('puppet.wasm', 'script.wasm'),
  };
  const a = await w.puppet({}, { files });
  await type(w.node, `script:${a.package} ${JSON.stringify({ puppet: 'script', steps: [{ call: 'our' }] })}`);
  await w.printed('puppet script ', 1);
});
