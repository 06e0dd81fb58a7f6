/** The built program as a person or a script runs it: real nodes, a real app, real signals. */
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';

const program = path.join(import.meta.dirname, '..', 'dist', 'hyperdev.js');
const folder = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'hyperdev-')));
/** The key of the tests' network must not lie in the user's own folder. */
const env = { ...process.env, XDG_CONFIG_HOME: path.join(folder, 'config'), NO_COLOR: '1' };
const children = new Set<ChildProcessWithoutNullStreams>();

after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await fs.rm(folder, { recursive: true, force: true });
});

function start(args: readonly string[], cwd: string) {
  // In a group of its own, as a terminal has it.
  const child = spawn(process.execPath, [program, ...args], { cwd, env, detached: true });
  children.add(child);
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text;
  });
  const exit = once(child, 'close').then(([code]) => {
    children.delete(child);
    return code as number | null;
  });
  return { child, out, exit };
}

async function run(args: readonly string[], cwd = folder) {
  const { out, exit } = start(args, cwd);
  const code = await exit;
  return { code, ...out };
}

const lines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

async function until<T>(what: string, look: () => T | Promise<T>, withinMs = 30_000): Promise<NonNullable<T>> {
  for (const end = Date.now() + withinMs; ; ) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const backend = (answer: string) => `
import { http, hyperapp, init, local, remote } from 'hyperapp';

@hyperapp({ name: 'Echo', ui: { authenticated: false }, endpoints: [{ http: '/api' }], saveConfig: 'on-diff', witWorld: 'echo-template-dot-os-v0' })
export class Echo {
  @init
  begin(): void {}

  @http
  @local
  @remote
  say(text: string): string {
    console.log('said ' + text);
    return '${answer} ' + text;
  }
}
`;

async function writeApp(root: string): Promise<void> {
  const files: Record<string, string> = {
    'metadata.json': JSON.stringify({
      name: 'Echo',
      properties: {
        package_name: 'echo',
        publisher: 'template.os',
        current_version: '0.1.0',
        mirrors: [],
        code_hashes: { '0.1.0': '' },
      },
    }),
    'pkg/manifest.json': JSON.stringify([
      {
        process_name: 'echo',
        process_wasm_path: '/echo.wasm',
        on_exit: 'Restart',
        request_networking: true,
        request_capabilities: ['homepage:homepage:sys', 'http-server:distro:sys', 'vfs:distro:sys'],
        grant_capabilities: ['http-server:distro:sys', 'timer:distro:sys'],
        public: true,
      },
    ]),
    'echo/src/index.ts': backend('hello'),
    'ui/index.html': '<!doctype html><script src="/our.js"></script><title>Echo</title><p>echo</p>',
  };
  for (const [name, text] of Object.entries(files)) {
    await fs.mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await fs.writeFile(path.join(root, name), text);
  }
}

describe('usage', { concurrency: true }, () => {
  test('every command explains itself with an example', async () => {
    const { code, stdout } = await run(['--help']);
    assert.equal(code, 0);
    const commands = [
      'up',
      'node',
      'build',
      'start',
      'build-start',
      'remove',
      'inject',
      'ps',
      'trace',
      'logs',
      'check',
    ];
    for (const command of commands) {
      assert.match(stdout, new RegExp(`^ {2}${command}\\b`, 'm'));
      const help = await run([command, '--help']);
      assert.equal(help.code, 0);
      assert.match(help.stdout, /Example:\n {2}hyperdev /);
      assert.match(help.stdout, /--json/);
    }
  });

  const wrong: Record<string, [readonly string[], number, RegExp]> = {
    'an unknown command': [['fly'], 2, /unknown command/],
    'an unknown option': [['ps', '--fly'], 2, /unknown option/],
    'a port that is none': [['ps', '--port', 'x'], 2, /--port must be a whole number/],
    'a process id of two parts': [['inject', 'echo:template.os', '1'], 2, /is no process/],
    'a package id of three parts': [['remove', 'a:b:c'], 2, /is no package/],
    'a folder without an app': [['build', folder], 2, /There is no app/],
    'a node name in upper case': [['node', 'Alice.os'], 2, /is no node name/],
    'no node at all': [['ps'], 3, /No dev node runs/],
    'a node that does not run': [['logs', '--node', 'carol.os'], 3, /No node named carol\.os/],
    'a port where nobody listens': [['inject', 'a:b:c', '1', '--port', '1'], 3, /No node answers on port 1/],
    'a blob that is not there': [['inject', 'a:b:c', '1', '--blob', 'nowhere'], 1, /nowhere cannot be read/],
  };
  for (const [what, [args, code, text]] of Object.entries(wrong))
    test(`${what} ends with ${code}`, async () => {
      const result = await run(args);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, text);
      assert.equal(result.stdout, '');
    });
});

describe('an app', { timeout: 120_000 }, () => {
  const app = path.join(folder, 'broken');

  test('that does not build is told by file and line, and ends with 1', async () => {
    await writeApp(app);
    await fs.writeFile(path.join(app, 'echo/src/index.ts'), `${backend('x')}\nimport './gone.ts';\n`);
    const { code, stdout, stderr } = await run(['build', '--json'], app);
    assert.equal(code, 1);
    assert.match(stderr, /echo\/src\/index\.ts:\d+:\d+: error: .*gone/);
    assert.match(stderr, /The app was not built: 1 error/);
    assert.equal(lines(stdout)[0].event, 'build-failed');
    await fs.writeFile(path.join(app, 'echo/src/index.ts'), backend('x'));
  });

  test('is checked without an editor: findings with their fixes, exit code 1 on an error', async () => {
    const clean = await run(['check', '--json'], app);
    assert.deepEqual([clean.code, lines(clean.stdout)], [0, [[]]], clean.stderr);
    await fs.writeFile(
      path.join(app, 'echo/src/index.ts'),
      backend('x').replace('text: string', 'text: Map<string, string>'),
    );
    const { code, stdout, stderr } = await run(['check', '--json'], app);
    assert.equal(code, 1);
    assert.match(stderr, /1 error found/);
    const [[finding]] = lines(stdout);
    assert.deepEqual(Object.keys(finding), ['file', 'code', 'severity', 'message', 'range', 'fixes']);
    assert.deepEqual([finding.file, finding.code, finding.severity], ['echo/src/index.ts', 'HW011', 'error']);
    const source = await fs.readFile(path.join(app, finding.file), 'utf8');
    const { start: from, end } = finding.range;
    assert.equal(source.split('\n')[from.line]!.slice(from.character, end.character), 'Map<string, string>');
    assert.equal(finding.fixes.length, 1);

    const pretty = await run(['check', app]);
    assert.match(
      pretty.stdout,
      new RegExp(`^echo/src/index\\.ts:${from.line + 1}:${from.character + 1}: error HW011: .*\\n    fix: `),
    );
    const sarif = lines((await run(['check', '--format', 'sarif'], app)).stdout)[0];
    assert.equal(sarif.runs[0].results[0].locations[0].physicalLocation.region.startLine, from.line + 1);
  });

  test('that was not built cannot be started', async () => {
    await fs.rm(path.join(app, 'pkg'), { recursive: true });
    const { code, stderr } = await run(['start'], app);
    assert.equal(code, 1);
    assert.match(stderr, /holds no built package/);
  });
});

describe('two nodes and an app', { timeout: 240_000 }, () => {
  const app = path.join(folder, 'echo');
  const echo = 'echo:echo:template.os';
  let alice: ReturnType<typeof start>;
  let bob: ReturnType<typeof start>;
  let aliceReady: { node: string; http: string; home: string; peer: string[]; pid: number };
  let bobReady: typeof aliceReady;

  before(async () => {
    await writeApp(app);
    alice = start(['node', 'alice.os', '--port', '0', '--json'], app);
    aliceReady = await until('alice', () => alice.out.stdout.includes('\n') && lines(alice.out.stdout)[0]);
    const elsewhere = path.join(folder, 'elsewhere');
    bob = start(
      ['node', 'bob.os', '--port', '0', '--json', '--home', elsewhere, '--peer', aliceReady.peer[0]!],
      folder,
    );
    bobReady = await until('bob', () => bob.out.stdout.includes('\n') && lines(bob.out.stdout)[0]);
  });

  test('the ready line says where the node is', async () => {
    assert.deepEqual(Object.keys(aliceReady).slice(0, 5), ['event', 'node', 'http', 'home', 'peer']);
    assert.equal(aliceReady.home, path.join(app, '.hyperware/nodes/alice.os'));
    assert.match(aliceReady.peer[0]!, /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/12D3/);
    assert.equal((await fetch(aliceReady.http)).status, 200);
    assert.equal(
      await fs.readFile(path.join(app, '.hyperware/.gitignore'), 'utf8').then((text) => text.includes('*\n')),
      true,
    );
  });

  test('build-start on the only node, start on a port', async () => {
    const first = await run(['build-start', '--json'], app);
    assert.equal(first.code, 0, first.stderr);
    const [built, installed] = lines(first.stdout);
    assert.equal(built.event, 'built');
    assert.deepEqual(built.processes, [{ name: 'echo', kind: 'script' }]);
    assert.equal(built.zip, path.join(app, 'target/echo:template.zip'));
    assert.equal(installed.node, 'alice.os');
    const page = await fetch(installed.ui);
    assert.match(await page.text(), /<title>Echo<\/title>/);

    const port = new URL(bobReady.http).port;
    const second = await run(['start', app, '--port', port, '--json']);
    assert.equal(second.code, 0, second.stderr);
    assert.equal(lines(second.stdout)[0].versionHash, built.versionHash);
  });

  test('inject: by the control API, by the port, to another node, without waiting', async () => {
    const here = await run(['inject', echo, '{"Say": "you"}'], app);
    assert.deepEqual([here.code, here.stdout], [0, '"hello you"\n'], here.stderr);
    const there = await run(['i', `bob.os@${echo}`, '{"Say": "bob"}', '--json'], app);
    assert.equal(lines(there.stdout)[0].body, '"hello bob"', there.stderr);
    const byPort = await run(['i', echo, '{"Say": "port"}', '-p', new URL(bobReady.http).port]);
    assert.deepEqual([byPort.code, byPort.stdout], [0, '"hello port"\n'], byPort.stderr);
    const sent = await run(['i', echo, '{"Say": "nobody"}', '--non-block', '--json'], app);
    assert.equal(lines(sent.stdout)[0].outcome, 'sent');
  });

  test('inject: what comes to nothing ends with 1 and says why', async () => {
    const offline = await run(['inject', `carol.os@${echo}`, '1', '--json'], app);
    assert.equal(offline.code, 1);
    assert.equal(lines(offline.stdout)[0].outcome, 'offline');
    assert.match(offline.stderr, /carol\.os is offline/);
    const unknown = await run(['inject', 'no:no:template.os', '1', '--timeout', '2'], app);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /no:no:template\.os/);
    assert.equal(unknown.stdout, '');
  });

  test('ps, trace and logs', async () => {
    const ps = lines((await run(['ps', '--json'], app)).stdout);
    assert.equal(ps.length, 1);
    assert.deepEqual(
      ps[0].peers.map(({ name, state }: { name: string; state: string }) => [name, state]),
      [['bob.os', 'connected']],
    );
    const process = ps[0].processes.find(({ id }: { id: string }) => id === echo);
    assert.equal(process.state, 'running');
    assert.ok(process.messagesIn > 0);
    assert.match(
      (await run(['ps'], app)).stdout,
      /^alice\.os .*bob\.os connected\n.*PROCESS.*\n {2}echo:echo:template\.os +script +running/,
    );

    const byPort = await run(['ps', '--port', new URL(bobReady.http).port, '--json']);
    assert.ok(
      lines(byPort.stdout)[0].processes.some(({ id }: { id: string }) => id === echo),
      byPort.stderr,
    );

    const rows = lines((await run(['trace', '--filter', 'bob.os@echo', '--json'], app)).stdout);
    assert.deepEqual(
      rows
        .filter(({ body }) => body === '{"Say": "bob"}' || body === '"hello bob"')
        .map(({ kind, outcome }) => [kind, outcome]),
      [
        ['request', 'pending'],
        ['response', 'ok'],
      ],
    );
    const otlp = lines((await run(['trace', '--export', 'otlp', '--last', '10000'], app)).stdout);
    const spans = otlp[0].resourceSpans[0].scopeSpans[0].spans;
    const span = spans.find(({ traceId }: { traceId: string }) => traceId === rows[0].trace);
    assert.ok(BigInt(span.endTimeUnixNano) > BigInt(span.startTimeUnixNano));

    const logs = await run(['logs'], app);
    assert.match(logs.stdout, /echo:echo:template\.os: .*said you/);
  });

  test('trace --follow shows what happens, until it is stopped', async () => {
    const following = start(['trace', '--follow', '--last', '0', '--json'], app);
    await until('the connection', async () => {
      await run(['i', echo, '{"Say": "followed"}'], app);
      return following.out.stdout.includes('hello followed');
    });
    following.child.kill('SIGINT');
    assert.equal(await following.exit, 0);
    const rows = lines(following.out.stdout);
    assert.equal(new Set(rows.map(({ seq }) => seq)).size, rows.length);
  });

  test('remove, by name and by port', async () => {
    const removed = await run(['remove', 'echo:template.os'], app);
    assert.deepEqual([removed.code, removed.stdout], [0, 'Removed echo:template.os from alice.os.\n'], removed.stderr);
    assert.equal((await run(['remove', 'echo:template.os'], app)).code, 1);
    const port = new URL(bobReady.http).port;
    assert.equal((await run(['r', 'echo:template.os', '-p', port])).code, 0);
    const again = await run(['r', 'echo:template.os', '-p', port]);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /UninstallResponse.*Failure/);
  });

  test('up --watch takes the node that runs, starts the other, and installs again on save', async () => {
    const up = start(['up', '--nodes', 'alice.os,dora.os', '--port', '0', '--watch', '--json'], app);
    const installed = () => lines(up.out.stdout).filter(({ event }) => event === 'installed');
    await until('both installed', () => installed().length === 2);
    assert.deepEqual(
      installed().map(({ node }) => node),
      ['alice.os', 'dora.os'],
    );
    const dora = lines(up.out.stdout).find(({ event, node }) => event === 'ready' && node === 'dora.os');
    await fs.writeFile(path.join(app, 'echo/src/index.ts'), backend('goodbye'));
    await until('both installed again', () => installed().length === 4);
    const said = await run(['i', echo, '{"Say": "you"}', '--node', 'dora.os'], app);
    assert.equal(said.stdout, '"goodbye you"\n', said.stderr);
    // What a build writes is no save.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal(installed().length, 4);
    await fs.writeFile(path.join(app, 'echo/src/index.ts'), `${backend('x')}\nexport class {`);
    await until('the mistake', () => /The app was not built/.test(up.out.stderr));
    up.child.kill('SIGINT');
    assert.equal(await up.exit, 0);
    assert.equal(isAlive(dora.pid), false);
    assert.equal(isAlive(aliceReady.pid), true);
  });

  test('a node that is killed ends its command with 1; Ctrl-C ends it with 0 and leaves nothing', async () => {
    process.kill(bobReady.pid, 'SIGKILL');
    assert.equal(await bob.exit, 1);
    assert.match(bob.out.stderr, /bob\.os has ended \(SIGKILL\)/);
    alice.child.kill('SIGINT');
    assert.equal(await alice.exit, 0, alice.out.stderr);
    assert.equal(isAlive(aliceReady.pid), false);
    assert.equal(lines(alice.out.stdout).length, 1);
    assert.equal((await run(['ps'], app)).code, 3);
  });

  test('a node whose home is in use does not start', async () => {
    const home = path.join(folder, 'shared');
    const first = start(['node', 'eve.os', '--port', '0', '--json', '--home', home], folder);
    await until('eve', () => first.out.stdout.includes('\n'));
    const second = await run(['node', 'eve.os', '--port', '0', '--home', home]);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /eve\.os did not start: .*Another node/s);
    // Ctrl-C in a terminal reaches the command and its node at the same time.
    process.kill(-first.child.pid!, 'SIGINT');
    assert.equal(await first.exit, 0, first.out.stderr);
  });
});
