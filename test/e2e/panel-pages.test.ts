/** The panels' pages without an editor around them: what needs many looks, and themes that VS Code would take long to change. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { until } from './harness.ts';
import {
  openPanel,
  type PageServer,
  type PanelOptions,
  type PanelUnderTest,
  servePanels,
} from './panel-page/panel-page.ts';
import { conversation, failures, hostile, nodes, refused, unanswered } from './panel-page/samples.ts';

let browser: Browser;
let server: PageServer;
const opened: PanelUnderTest[] = [];
before(async () => {
  browser = await launchBrowser();
  server = await servePanels();
});
afterEach(async () => {
  for (const panel of opened.splice(0)) {
    await panel.page.close();
    assert.deepEqual(panel.complaints, []);
  }
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function tracesPage(options: PanelOptions = {}): Promise<PanelUnderTest> {
  const panel = await openPanel(browser, server, 'traces', options);
  opened.push(panel);
  panel.page.setDefaultTimeout(5000);
  const events = [...conversation(), ...failures(), ...hostile()];
  await panel.tell({ type: 'network', nodes }, { type: 'events', events });
  return panel;
}
const rowCount = (page: Page, count: number) =>
  until(`${count} rows`, async () => (await page.locator('.table-row').count()) === count);
const shown = async ({ page }: PanelUnderTest) =>
  (await page.locator('.table-row .cell-method').allTextContents()).sort();

test('the filter is written with its proposals, by keyboard alone', async () => {
  const traces = await tracesPage();
  const { page } = traces;
  const field = page.getByRole('combobox', { name: 'Filter messages' });
  await field.focus();
  await page.keyboard.type('st');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await field.inputValue(), 'status:');
  const active = page.locator(`#${await (await field.elementHandle())!.getAttribute('aria-controls')} [role=option]`);
  assert.equal((await active.allTextContents()).length, 8);
  await page.keyboard.type('off');
  await page.keyboard.press('ArrowDown');
  assert.equal(await field.getAttribute('aria-activedescendant'), 'completion-0');
  await page.keyboard.press('Tab');
  assert.equal(await field.inputValue(), 'status:offline ');
  await rowCount(page, 1);
  assert.deepEqual(await shown(traces), ['ReceiveMessage']);
  assert.equal(await page.getByRole('listbox').isVisible(), false);
  assert.match(JSON.stringify(await traces.kept()), /status:offline/);
});

test('a mistake in the filter is told below it, and the rest of it holds', async () => {
  const { page } = await tracesPage({ state: { filter: 'status:lost method:Append', share: 52 } });
  const told = page.getByText('“lost” is no status');
  await told.waitFor();
  await rowCount(page, 1);
  const field = page.getByRole('combobox');
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  await field.fill('status:ok');
  await told.waitFor({ state: 'detached' });
  assert.equal(await field.getAttribute('aria-invalid'), 'false');
});

test('cells are facets: Alt+Click, the context menu, and the menu key', async () => {
  const { page } = await tracesPage();
  const field = page.getByRole('combobox');
  const ping = page.locator('.table-row', { hasText: 'Ping' });
  await ping.locator('.cell-to').click({ modifiers: ['Alt'] });
  assert.equal(await field.inputValue(), 'to:ghost:samchat:template.os');
  await rowCount(page, 1);
  assert.equal(await page.locator('.detail').isVisible(), false);
  await field.fill('');
  await page.locator('.table-row', { hasText: 'timer' }).locator('.cell-from').click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Without from:timer:distro:sys/ }).click();
  assert.equal(await field.inputValue(), '-from:timer:distro:sys');
  await rowCount(page, 15);
  await field.fill('');
  await ping.click();
  await page.getByRole('grid').focus();
  await page.keyboard.press('ContextMenu');
  await page.getByRole('menu').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await page.locator('[role=grid]:focus').waitFor();
});

test('a refused message says why, links to the causes, and gives the manifest entries to copy', async () => {
  const traces = await tracesPage();
  const { page } = traces;
  await traces.tell({ type: 'events', events: refused() });
  await page.locator('.table-row', { hasText: 'other' }).click();
  const why = page.getByRole('note', { name: 'Why it failed' });
  assert.equal(await why.count(), 1, 'the drop and the error say the same');
  const text = (await why.textContent()) ?? '';
  assert.match(text, /missing-messaging-capability.*on alice\.os.*lacks the messaging capability/s);
  assert.match(
    text,
    /Add to request_capabilities of “samchat”.*"worker:other:you\.os".*Or add to grant_capabilities of “worker”/s,
  );
  await why.getByRole('button', { name: 'Copy "worker:other:you.os"' }).click();
  await why.getByRole('link', { name: 'All causes' }).click();
  const said = (await traces.said()).filter(({ type }) => type === 'copy' || type === 'open-page');
  assert.deepEqual(said, [
    { type: 'copy', text: '"worker:other:you.os"' },
    { type: 'open-page', page: 'message-failures' },
  ]);
});

test('a request without an answer grows older, and is overdue in the end', async () => {
  const traces = await tracesPage();
  const { page } = traces;
  await traces.tell({ type: 'events', events: [unanswered(Date.now() - 1500, 3)] });
  const row = page.locator('.table-row', { hasText: 'SlowQuestion' });
  await row.click();
  const words = page.locator('.waiting-words');
  assert.match((await words.textContent()) ?? '', /it has waited .* of at most 3 s/);
  const share = () => row.locator('.age').evaluate((cell) => cell.style.getPropertyValue('--age'));
  assert.match(await share(), /^[5-9]\d\./);
  await row.locator('.age.overdue').waitFor({ timeout: 10_000 });
  assert.equal(await share(), '100.0%');
  await page.locator('.waiting-words.overdue', { hasText: 'which passed' }).waitFor();
});

test('a message is copied as a command, through a menu that the keyboard drives', async () => {
  const traces = await tracesPage();
  const { page } = traces;
  await page.locator('.table-row', { hasText: 'ReceiveMessage' }).first().click();
  const open = page.getByRole('button', { name: 'Copy as …' });
  await open.focus();
  await page.keyboard.press('Enter');
  const items = page.getByRole('menu', { name: 'Copy as' }).getByRole('menuitem');
  assert.deepEqual(await items.allTextContents(), ['hyperdev inject', 'kit inject-message', 'curl', 'JSON']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const copied = (await traces.said()).find(({ type }) => type === 'copy');
  assert.match(
    String(copied?.['text']),
    /^kit inject-message samchat:samchat:template\.os '\{"ReceiveMessage".*\}' --port 8081$/,
  );
  await page.locator('vscode-button:focus', { hasText: 'Copy as' }).waitFor();
});

for (const theme of ['dark', 'light', 'high-contrast'] as const)
  for (const panel of ['traces', 'processes', 'inject'] as const)
    test(`axe has no serious finding in ${panel}, ${theme}`, async () => {
      const opening = await openPanel(browser, server, panel, { theme, script: axe.source });
      opened.push(opening);
      const { page } = opening;
      await opening.tell({ type: 'network', nodes });
      const look = async (state: string) => {
        const { violations, passes } = await page.evaluate(() =>
          (globalThis as unknown as { axe: typeof axe }).axe.run(),
        );
        assert.ok(passes.length > 10, 'axe looked at the page');
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        const told = serious.flatMap(({ id, nodes: found }) =>
          found.map(({ target, failureSummary }) => `${state}: ${id}: ${target.join(' ')}: ${failureSummary}`),
        );
        assert.deepEqual(told, []);
      };
      await look('as it opens');
      if (panel !== 'traces') return;
      await opening.tell({ type: 'events', events: [...conversation(), ...failures(), ...refused()] });
      await page.locator('.table-row', { hasText: 'other' }).click();
      await look('with a message that failed');
      await page.getByRole('button', { name: 'Copy as …' }).click();
      await look('with a menu');
      await page.keyboard.press('Escape');
      await page.getByRole('combobox').fill('status:');
      await look('with proposals');
      await page.getByRole('combobox').fill('status:lost');
      await look('with a mistake in the filter');
    });
