// `npm test`: everything that CI checks, on a fresh machine too. Installs, builds, then lint, types and all tests; ends
// with a line `N passed, N failed, N skipped`. Parts: unit, conformance, e2e (`npm test -- unit` runs one).
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { install, root, stand } from './ground.mjs';

stand();

const node = process.execPath;
const bin = (name) => path.join(root, 'node_modules/.bin', name);
const asked = process.argv.slice(2).filter((a) => !a.startsWith('-'));
const wants = (part) => asked.length === 0 || asked.includes(part);
const totals = { passed: 0, failed: 0, skipped: 0 };
const times = [];

/** A check that is one test: it passes when the command exits with 0. */
function check(name, command, args) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  const ok = status === 0;
  totals[ok ? 'passed' : 'failed'] += 1;
  times.push([name, Date.now() - started]);
  console.log(`${ok ? 'ok' : 'NOT OK'} - ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(`${stdout ?? ''}${stderr ?? ''}`);
  return ok;
}

/** Runs test files with Node's own runner and adds its counts to the totals. */
async function tests(name, patterns, args = []) {
  const started = Date.now();
  const child = spawn(
    node,
    ['--test', '--test-reporter=spec', '--test-reporter-destination=stdout', ...args, ...patterns],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_NO_WARNINGS: '1' } },
  );
  let output = '';
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    output += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const count = (word) => Number(new RegExp(`^\\S* ?${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const failed = count('fail') + count('cancelled');
  totals.passed += count('pass');
  totals.failed += failed === 0 && code !== 0 ? 1 : failed;
  totals.skipped += count('skipped') + count('todo');
  times.push([name, Date.now() - started]);
}

const glob = (...patterns) =>
  patterns.flatMap((p) => fs.globSync(p, { cwd: root, exclude: (f) => f.includes('node_modules') })).sort();

if (check('build', node, ['esbuild.mjs'])) {
  if (wants('lint')) check('lint and architecture', bin('biome'), ['ci', '--error-on-warnings', '.']);
  if (wants('types')) {
    check('types', bin('tsc'), ['--noEmit']);
    for (const part of ['webview', 'examples/samchat', 'examples/samchat/ui', 'examples/echo'])
      check(`types of ${part}`, bin('tsc'), ['--noEmit', '-p', part]);
  }
  if (wants('unit')) {
    const rooms = ['dev-node', 'hyperapp', 'language-server', 'extension', 'webview', 'cli', 'examples'];
    await tests('unit', glob(...rooms.map((room) => `${room}/**/*.test.ts`)));
  }
  if (wants('conformance')) await tests('conformance', glob('test/conformance/**/*.test.ts'), ['--test-concurrency=4']);
  if (wants('e2e')) {
    install(path.join(root, 'test/e2e/vscode'), ['--ignore-scripts']);
    await tests('e2e', glob('test/e2e/*.test.ts'), ['--test-concurrency=1']);
  }
}

console.log('');
for (const [name, ms] of times) console.log(`${name}: ${(ms / 1000).toFixed(1)} s`);
console.log('');
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed ? 1 : 0);
