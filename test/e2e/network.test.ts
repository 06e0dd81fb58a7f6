/** From *Start Network* to a message on two nodes, and a node that is killed and comes back: as a person would do it. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import {
  nodeRow,
  openHyperware,
  openUi,
  openVscode,
  processRow,
  root,
  type Session,
  sendMessage,
  showFailure,
  startNetwork,
  statusItem,
  toast,
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

const samchat = 'samchat:samchat:template.os';

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

test('Start Network runs two nodes with the app on each', async (t) => {
  await openHyperware(session.page);
  const started = performance.now();
  await startNetwork(session.page);
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
  alice = await openUi(session.page, 'alice.os');
  bob = await openUi(session.page, 'bob.os');
  assert.match(await alice.title(), /alice\.os/);
  assert.match(await bob.title(), /bob\.os/);
  assert.notEqual(new URL(alice.url()).port, new URL(bob.url()).port);
});

test('a message written on the page of alice.os appears on the page of bob.os', async () => {
  await sendMessage(alice, 'bob.os', 'Hello over the wire');
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
  await nodeRow(page, 'bob.os', 'crashed').waitFor();
  assert.match((await statusItem(page).textContent()) ?? '', /bob\.os crashed/);
  assert.ok(isAlive(pidOf('alice.os')));
  await message.getByRole('button', { name: 'Restart' }).click();
  await nodeRow(page, 'bob.os', 'localhost').waitFor({ timeout: 30_000 });
  await processRow(page, samchat, 'bob.os').waitFor();
  assert.notEqual(pidOf('bob.os'), before);
  // The page that was open comes back by itself, on the same port, with what was there before.
  await bob.reload();
  await bob.getByRole('button', { name: /alice\.os/ }).click();
  await bob.getByRole('list', { name: 'Messages' }).getByText('Hello over the wire').waitFor();
  await sendMessage(bob, 'alice.os', 'I am back');
  await alice.getByRole('list', { name: 'Messages' }).getByText('I am back').waitFor({ timeout: 15_000 });
});

test('the nodes end with the window', async () => {
  const pids = [pidOf('alice.os'), pidOf('bob.os')];
  await session.page.close();
  await until('both nodes to end', () => !pids.some(isAlive), 10_000);
});
