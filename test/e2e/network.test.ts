/** From *Start Network* to a message on two nodes, and a node that is killed and comes back: as a person would do it. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import {
  openHyperware,
  openVscode,
  root,
  type Session,
  shot,
  showFailure,
  statusItem,
  toast,
  tree,
  until,
} from './harness.ts';

let session: Session;
let alice: Page;
let bob: Page;
before(async () => {
  session = await openVscode({ folder: path.join(root, 'examples/samchat') });
});
after(() => session?.stop());
afterEach((t) => showFailure(session, t as TestContext));

const item = (name: RegExp) => tree(session.page).getByRole('treeitem', { name });

/** The operating-system process of a node, as its home folder names it. */
function pidOf(node: string): number {
  const file = path.join(session.folder, '.hyperware/nodes', node, 'node.json');
  return JSON.parse(fs.readFileSync(file, 'utf8')).pid;
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** *Open UI* on a node's row: the page comes in a further tab of the browser. */
async function openUi(node: string): Promise<Page> {
  const row = item(new RegExp(`^Node ${node}`));
  await row.hover();
  const opening = session.page.context().waitForEvent('page');
  await row.getByRole('button', { name: 'Open UI' }).click();
  const page = await opening;
  const address = /^http:\/\/localhost:\d+\/samchat:samchat:template\.os\/$/;
  await until(`the page of ${node}`, () => address.test(page.url()));
  await page.getByText('Live', { exact: true }).waitFor({ timeout: 15_000 });
  return page;
}

test('Start Network runs two nodes with the app on each', async (t) => {
  await openHyperware(session.page);
  const started = performance.now();
  await session.page.locator('.welcome-view-content').getByRole('button', { name: 'Start Network' }).click();
  await item(/^Node alice\.os, localhost:\d+/).waitFor({ timeout: 30_000 });
  await item(/^Node bob\.os, localhost:\d+/).waitFor();
  for (const node of ['alice.os', 'bob.os'])
    await item(new RegExp(`^Process samchat:samchat:template\\.os on ${node}, running`)).waitFor({ timeout: 30_000 });
  t.diagnostic(
    `${((performance.now() - started) / 1000).toFixed(1)} s from the click to the app running on both nodes`,
  );
  await until('status bar', async () => /2 nodes/.test((await statusItem(session.page).textContent()) ?? ''));
  const [first, second] = [pidOf('alice.os'), pidOf('bob.os')];
  assert.ok(first !== second && isAlive(first) && isAlive(second));
  const ignore = path.join(session.folder, '.hyperware/.gitignore');
  assert.match(fs.readFileSync(ignore, 'utf8'), /^\*$/m);
});

test('Open UI opens the page of the app on each node', async () => {
  alice = await openUi('alice.os');
  bob = await openUi('bob.os');
  assert.match(await alice.title(), /alice\.os/);
  assert.match(await bob.title(), /bob\.os/);
  assert.notEqual(new URL(alice.url()).port, new URL(bob.url()).port);
});

test('a message written on the page of alice.os appears on the page of bob.os', async () => {
  await alice.getByRole('textbox', { name: 'To' }).fill('bob.os');
  await alice.getByRole('textbox', { name: 'Message' }).fill('Hello over the wire');
  await alice.getByRole('button', { name: 'Send' }).click();
  await bob.getByRole('button', { name: /alice\.os/ }).click({ timeout: 15_000 });
  await bob.getByRole('list', { name: 'Messages' }).getByText('Hello over the wire').waitFor();
  await alice.getByText('Delivered').waitFor();
});

test('a node that is killed is told of, and Restart brings it back with its state', async () => {
  const { page } = session;
  const before = pidOf('bob.os');
  process.kill(before, 'SIGKILL');
  const message = toast(page, /The dev node bob\.os has ended unexpectedly \(SIGKILL\)/);
  await message.waitFor();
  await item(/^Node bob\.os, crashed/).waitFor();
  assert.match((await statusItem(page).textContent()) ?? '', /bob\.os crashed/);
  assert.ok(isAlive(pidOf('alice.os')));
  await message.getByRole('button', { name: 'Restart' }).click();
  await item(/^Node bob\.os, localhost:\d+/).waitFor({ timeout: 30_000 });
  await item(/^Process samchat:samchat:template\.os on bob\.os, running/).waitFor();
  assert.notEqual(pidOf('bob.os'), before);
  // The page that was open comes back by itself, on the same port, with what was there before.
  await bob.reload();
  await bob.getByRole('button', { name: /alice\.os/ }).click();
  await bob.getByRole('list', { name: 'Messages' }).getByText('Hello over the wire').waitFor();
  await bob.getByRole('textbox', { name: 'Message' }).fill('I am back');
  await bob.getByRole('button', { name: 'Send' }).click();
  await alice.getByRole('list', { name: 'Messages' }).getByText('I am back').waitFor({ timeout: 15_000 });
});

test('the nodes end with the window', async () => {
  const pids = [pidOf('alice.os'), pidOf('bob.os')];
  await shot(session.page, 'nodes');
  await session.page.close();
  await until('both nodes to end', () => !pids.some(isAlive), 10_000);
});
