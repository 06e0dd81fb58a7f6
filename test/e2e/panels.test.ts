/** The panels over a running network: the chain of a message through both nodes, the processes, and a message by hand. */
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import type { Frame, Page } from 'playwright-core';
import {
  command,
  fromMenu,
  openUi,
  openVscode,
  processRow,
  root,
  type Session,
  sendMessage,
  shot,
  showFailure,
  startNetwork,
  until,
  webview,
} from './harness.ts';

let session: Session;
let page: Page;
let alice: Page;
before(async () => {
  session = await openVscode({ folder: path.join(root, 'examples/samchat') });
  page = session.page;
  await startNetwork(page);
  alice = await openUi(page, 'alice.os');
  await page.bringToFront();
});
after(() => session?.stop());
afterEach((t) => showFailure(session, t as TestContext));

const samchat = 'samchat:samchat:template.os';
const traces = () => webview(page, 'Message Traces');
const lines = (frame: Frame) => frame.getByRole('tree', { name: 'Chain of causes and effects' }).getByRole('treeitem');

test('Message Traces shows a message as it passes, with its chain through both nodes', async () => {
  await command(page, 'hyperware.openTraces', 'Hyperware: Message Traces');
  const frame = await traces();
  await sendMessage(alice, 'bob.os', 'Hello over the wire');
  const row = frame.getByRole('row', { name: /alice\.os http-server samchat POST \/api SendMessage ok/ });
  await row.click({ timeout: 15_000 });
  const expected = [
    /POST \/api\s*SendMessage.*alice\.os/,
    /ReceiveMessage.*bob\.os/,
    /response\s*ok\s*alice\.os\s*samchat → samchat/,
    /response\s*ok\s*200\s*alice\.os\s*samchat → http-server/,
  ];
  for (const line of expected) await lines(frame).filter({ hasText: line }).first().waitFor();
  const texts = await lines(frame).allTextContents();
  const places = expected.map((line) => texts.findIndex((text) => line.test(text)));
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
    texts.join('\n'),
  );
  const body = frame.getByRole('region', { name: 'Request HTTP body, json' });
  assert.match((await body.textContent()) ?? '', /"SendMessage".*"bob\.os".*"Hello over the wire"/s);
  await shot(page, 'traces');

  await lines(frame)
    .filter({ hasText: /ReceiveMessage/ })
    .first()
    .click();
  await frame.getByRole('heading', { name: /ReceiveMessage/ }).waitFor();
});

test('Processes shows the processes of both nodes, and their counts move with each message', async () => {
  await command(page, 'hyperware.openProcesses', 'Hyperware: Processes');
  const frame = await webview(page, 'Processes');
  for (const node of ['alice.os', 'bob.os']) await frame.getByRole('row', { name: new RegExp(`^${node}`) }).waitFor();
  const rows = frame.getByRole('row', { name: /^samchat:samchat:template\.os script running/ });
  await until('both rows', async () => (await rows.count()) === 2);
  const received = async () => Number(await rows.nth(1).getByRole('gridcell').nth(4).textContent());
  const before = await received();
  assert.ok(before > 0);
  await sendMessage(alice, 'bob.os', 'One more');
  await until('the count of bob.os', async () => (await received()) > before);
});

test('Inject sends a message by hand and shows the answer, which is in the traces too', async () => {
  await command(page, 'hyperware.openInject', 'Hyperware: Inject Message');
  const frame = await webview(page, 'Inject');
  await frame.getByRole('option', { name: 'samchat:samchat:template.os on bob.os' }).click();
  await frame.getByRole('textbox', { name: 'Body (JSON)' }).fill('{"GetConversations": ""}');
  await frame.getByRole('button', { name: 'Send', exact: true }).click();
  const answer = frame.getByRole('region', { name: 'Response body, json' });
  await answer.waitFor();
  assert.match((await answer.textContent()) ?? '', /"alice\.os"/);
  await frame.getByRole('button', { name: 'Show in Message Traces' }).click();
  const shown = await traces();
  await shown.getByRole('heading', { name: 'GetConversations' }).waitFor();
  await lines(shown)
    .filter({ hasText: /response\s*ok\s*bob\.os/ })
    .waitFor();
});

test('Kill Process in the tree ends a process; Build and Install App brings it back', async () => {
  const row = processRow(page, samchat, 'bob.os');
  await fromMenu(page, row, 'Copy Address');
  const copied = () => session.host((vscode) => vscode.env.clipboard.readText());
  await until('the address', async () => (await copied()) === `bob.os@${samchat}`);
  await fromMenu(page, row, 'Kill Process');
  await row.waitFor({ state: 'detached' });
  await command(page, 'hyperware.installApp', 'Hyperware: Build and Install App');
  await row.waitFor();
});
