/** What a person sees before anything runs: the container, its empty state, the status bar item and its menu. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import {
  command,
  nodeRow,
  openHyperware,
  openVscode,
  root,
  type Session,
  showFailure,
  statusItem,
  toast,
  tree,
  until,
} from './harness.ts';

let session: Session;
before(async () => {
  session = await openVscode({ folder: path.join(root, 'examples/samchat') });
});
after(() => session?.stop());
afterEach((t) => showFailure(session, t as TestContext));

test('a folder with an app activates the extension, and its status bar item says that nothing runs', async () => {
  await statusItem(session.page).waitFor();
  assert.match((await statusItem(session.page).textContent()) ?? '', /Hyperware: stopped/);
  const active = await session.host((vscode) => vscode.extensions.getExtension('hyperware-tools.hyperware')?.isActive);
  assert.equal(active, true);
});

test('the Hyperware container is empty and has one button: Start Network', async () => {
  await openHyperware(session.page);
  const view = session.page.locator('.welcome-view-content');
  await view.getByText('Run this app on two dev nodes').waitFor();
  const buttons = view.getByRole('button');
  assert.deepEqual(await buttons.allTextContents(), ['Start Network']);
  assert.equal(await tree(session.page).getByRole('treeitem').count(), 0);
});

test('a click on the status bar item shows what can be done now', async () => {
  await statusItem(session.page).locator('a').click();
  const rows = session.page.locator('.quick-input-widget .monaco-list-row');
  await rows.first().waitFor();
  const labels = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
  assert.match(labels[0] ?? '', /Start Network/);
  assert.ok(labels.some((label) => label.includes('Message Traces')));
  assert.ok(!labels.some((label) => label.includes('Stop Network')));
  await session.page.keyboard.press('Escape');
});

test('every command of the palette that is always offered can be run', async () => {
  const registered = await session.host((vscode) => vscode.commands.getCommands(true));
  const declared = await session.host((vscode) =>
    vscode.extensions
      .getExtension('hyperware-tools.hyperware')!
      .packageJSON.contributes.commands.map((each: { command: string }) => each.command),
  );
  for (const id of declared) assert.ok(registered.includes(id), id);
  await command(session.page, 'hyperware.showLog', 'Hyperware: Show Log');
  await until('the log channel', () => session.outputs()['Hyperware'] !== undefined);
});

test('Start Network can be cancelled: nothing is left running', async () => {
  const { page } = session;
  await openHyperware(page);
  await page.locator('.welcome-view-content').getByRole('button', { name: 'Start Network' }).click();
  await nodeRow(page, 'alice.os', 'starting').waitFor();
  await toast(page, /Starting the dev network/)
    .getByRole('button', { name: 'Cancel' })
    .click();
  await page.locator('.welcome-view-content').getByRole('button', { name: 'Start Network' }).waitFor();
  assert.equal(await tree(page).getByRole('treeitem').count(), 0);
  assert.match((await statusItem(page).textContent()) ?? '', /stopped/);
  const homes = path.join(session.folder, '.hyperware/nodes');
  for (const node of fs.readdirSync(homes))
    assert.equal(fs.existsSync(path.join(homes, node, 'node.json')), false, node);
});
