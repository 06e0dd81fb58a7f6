/** `npm start` on a machine without a desktop: the address that it prints works in any browser, and Ctrl-C ends all. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { after, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { root, statusItem, until } from './harness.ts';

let started: ChildProcess | undefined;
let browser: Browser | undefined;
after(async () => {
  await browser?.close();
  started?.kill('SIGKILL');
});

test('npm start prints an address where VS Code shows samchat with the extension loaded', async () => {
  const child = spawn(process.execPath, [path.join(root, 'scripts/start.mjs'), '--served'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started = child;
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const address = await until('the address', () => /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(output)?.[0], 60_000);

  // Whoever does not have the address does not get in: the page can run anything on this machine.
  assert.equal((await fetch(new URL('/', address))).status, 403);

  browser = await launchBrowser();
  const page = await browser.newPage();
  await page.goto(address);
  await statusItem(page).waitFor({ timeout: 60_000 });
  assert.match((await statusItem(page).textContent()) ?? '', /Hyperware: stopped/);
  await page.getByRole('treeitem', { name: /metadata\.json/ }).waitFor();
});

test('Ctrl-C ends the server', async () => {
  const child = started!;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  assert.deepEqual(await exited, [0, null]);
});
