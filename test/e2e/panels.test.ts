/**
 * The panels' pages as the extension makes them, with the built bundles, in a real browser: what a person does in them,
 * what they say to the extension, and that nothing an app sends can break out.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import {
  openPanel,
  type PageServer,
  type PanelName,
  type PanelOptions,
  type PanelUnderTest,
  servePanels,
} from './panel-page/panel-page.ts';
import {
  alice,
  bob,
  conversation,
  event,
  failures,
  hostile,
  nodes,
  process as processRow,
  samchat,
  text,
} from './panel-page/samples.ts';
import { type ThemeName, themes } from './panel-page/themes.ts';

const root = path.join(import.meta.dirname, '../..');
const shots = path.join(import.meta.dirname, 'shots');
let browser: Browser;
let server: PageServer;
const opened: PanelUnderTest[] = [];

before(async () => {
  // The bundles of this very tree, not those that an earlier build left.
  const built = spawnSync(process.execPath, ['esbuild.mjs', '--only=webview/traces'], { cwd: root, encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
  [browser, server] = await Promise.all([launchBrowser(), servePanels()]);
  fs.mkdirSync(shots, { recursive: true });
});
after(async () => {
  await browser?.close();
  await server?.close();
});
/** A page must be clean: no error, no refused load, nothing asked from outside. */
afterEach(async () => {
  for (const panel of opened.splice(0)) {
    const { complaints } = panel;
    await panel.page.close();
    assert.deepEqual(complaints, []);
  }
});

async function open(name: PanelName, options?: PanelOptions): Promise<PanelUnderTest> {
  const panel = await openPanel(browser, server, name, options);
  opened.push(panel);
  return panel;
}
const network = { type: 'network', nodes };
const events = (...list: unknown[]) => ({ type: 'events', events: list.flat() });
const rowsOf = ({ page }: PanelUnderTest) => page.locator('.table-row');
/** As JSON has it: without what is undefined. */
const lastSaid = async (panel: PanelUnderTest) => JSON.parse(JSON.stringify((await panel.said()).at(-1)));

for (const panel of ['traces', 'processes', 'inject'] as const)
  test(`${panel}: without a node there is one thing to do, and it is asked for`, async () => {
    const it = await open(panel);
    assert.deepEqual(await it.said(), [{ type: 'ready' }]);
    await it.tell({ type: 'network', nodes: [] });
    await it.page.getByRole('button', { name: 'Start network' }).click();
    assert.deepEqual(await lastSaid(it), { type: 'start-network' });
    if (panel === 'inject') await it.tell({ type: 'history', entries: [] });
    await it.tell({ type: 'network', nodes: [{ name: alice, state: 'starting', processes: [] }] });
    assert.equal(await it.page.getByRole('button', { name: 'Start network' }).count(), 0);
  });

test('traces: a message from browser to the other node is one chain, with its bodies', async () => {
  const it = await open('traces');
  await it.tell(network, events(conversation()));
  const grid = it.page.getByRole('grid', { name: 'Message traces' });
  assert.equal(await grid.getAttribute('aria-rowcount'), '6');
  const first = rowsOf(it).filter({ hasText: 'POST /api' });
  assert.deepEqual((await first.getByRole('gridcell').allTextContents()).slice(1), [
    ...[alice, 'http-server', 'samchat', 'POST /api SendMessage', 'ok200', '7.6 ms', '414 B'],
  ]);
  await first.click();
  assert.equal(await first.getAttribute('aria-selected'), 'true');
  await it.page.getByRole('heading', { name: 'Chain · 5 messages on 2 nodes · 7.6 ms' }).waitFor();
  const tree = it.page.getByRole('tree');
  const lines = tree.getByRole('treeitem');
  assert.deepEqual(
    await lines.evaluateAll((all) =>
      all.map((line) =>
        `${line.getAttribute('aria-level')} ${line.className.split(' ')[1]} ${line.querySelector('.method')?.textContent ?? ''}`.trim(),
      ),
    ),
    [
      '1 part-request POST /api',
      '2 part-request ReceiveMessage',
      '3 part-request Append',
      '4 part-response',
      '3 part-request WebSocketPush',
      '3 part-response',
      '2 part-request WebSocketPush',
      '2 part-response',
    ],
  );
  const body = it.page.getByRole('region', { name: 'Request HTTP body, json' });
  assert.match((await body.textContent()) ?? '', /^\{\s+"SendMessage": \[\s+"bob.os",\s+"Hello Bob"/);
  await lines.nth(1).click();
  const received = it.page.getByRole('region', { name: 'Request body, json' });
  assert.match((await received.textContent()) ?? '', /18446744073709551615/, 'a u64 is not rounded');
  await it.page.getByRole('button', { name: 'Open in Inject' }).click();
  const said = await lastSaid(it);
  assert.equal(said?.type, 'open-inject');
  assert.deepEqual([said['node'], said['process']], [bob, samchat]);
});

test('traces: why a message failed, with the cause of the other node', async () => {
  const it = await open('traces');
  await it.tell(network, events(failures()));
  assert.match((await it.page.getByRole('status').textContent()) ?? '', /4 messages · 2 failed/);
  await rowsOf(it).filter({ hasText: 'Ping' }).click();
  const failure = it.page.locator('.span-box .failure').first();
  assert.match((await failure.textContent()) ?? '', /unknown-process on bob\.os.*Install its package there/s);
  await rowsOf(it).filter({ hasText: '(bytes)' }).click();
  assert.match((await it.page.locator('.code-hex').textContent()) ?? '', /^00000000 {2}ff fe fd 00 01/);
});

test('traces: follows the end, stops when the person looks back, pauses, filters, clears', async () => {
  const it = await open('traces', { height: 300 });
  const at = Date.now() - 500_000;
  const many = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) =>
      event({
        node: alice,
        kind: 'request',
        span: `s${from + index}`,
        trace: `t${from + index}`,
        time: at + from + index,
        outcome: 'sent',
        body: text(`{"Number${from + index}":0}`),
      }),
    );
  await it.tell(network, events(many(0, 3000)));
  const last = async () =>
    (await rowsOf(it).locator('.cell-method').allTextContents())
      .sort((a, b) => Number(a.slice(6)) - Number(b.slice(6)))
      .at(-1);
  assert.equal(await last(), 'Number2999');
  assert.ok((await rowsOf(it).count()) < 60, 'only rows in view exist');
  await it.tell(events(many(3000, 10)));
  assert.equal(await last(), 'Number3009');
  const follow = it.page.getByRole('button', { name: 'Follow the newest message', exact: true });
  assert.equal(await follow.count(), 0, 'it follows already');
  await it.page.getByRole('grid').focus();
  await it.page.keyboard.press('Home');
  await it.tell(events(many(3010, 10)));
  assert.equal(
    await rowsOf(it)
      .filter({ hasText: /Number0$|Number0sent/ })
      .count(),
    1,
    'what the person looks at stays',
  );
  await follow.click();
  await it.tell(events());
  assert.equal(await last(), 'Number3019');

  await it.page.getByRole('button', { name: 'Pause' }).click();
  await it.tell(events(many(3020, 5)));
  assert.equal(await last(), 'Number3019');
  assert.match((await it.page.getByRole('status').textContent()) ?? '', /^Paused, 5 new events/);
  await it.page.getByRole('button', { name: 'Go on' }).click();
  await it.tell(events());
  assert.equal(await last(), 'Number3024');

  await it.page.getByRole('textbox', { name: 'Filter messages' }).fill('number301');
  await it.tell(events(many(3025, 1)));
  assert.match((await it.page.getByRole('status').textContent()) ?? '', /^11 of 3,026 messages/);
  await it.page.getByRole('textbox', { name: 'Filter messages' }).fill('nowhere');
  await it.tell();
  await it.page.getByRole('button', { name: 'Clear filter' }).click();
  await it.page.getByRole('button', { name: 'Clear the traces of all nodes' }).click();
  assert.deepEqual(await lastSaid(it), { type: 'clear' });
  await it.tell({ type: 'cleared' });
  await it.page.getByRole('heading', { name: 'No message yet' }).waitFor();
});

test('traces: by keyboard from the first row to its chain and back', async () => {
  const it = await open('traces');
  await it.tell(network, events(conversation()));
  const grid = it.page.getByRole('grid');
  await grid.focus();
  await it.page.keyboard.press('Home');
  await it.page.keyboard.press('ArrowDown');
  const active = await grid.getAttribute('aria-activedescendant');
  assert.match((await it.page.locator(`[id="${active}"]`).textContent()) ?? '', /ReceiveMessage/);
  await it.page.keyboard.press('Enter');
  const tree = it.page.getByRole('tree');
  assert.equal(await tree.evaluate((element) => element === element.ownerDocument.activeElement), true);
  await it.page.keyboard.press('Home');
  assert.match(
    (await it.page.getByRole('heading', { name: 'POST /api · SendMessage' }).textContent()) ?? '',
    /SendMessage/,
  );
  await grid.focus();
  await it.page.keyboard.press('Escape');
  assert.equal(await tree.isVisible(), false);
});

test('traces: a span asked for is shown as soon as it comes, even behind a filter', async () => {
  const it = await open('traces', { state: { filter: 'nothing like it', share: 50 } });
  const list = conversation();
  await it.tell(network, { type: 'reveal', trace: list[1]!.trace, span: list[1]!.span });
  assert.equal(await it.page.locator('.chain-line').count(), 0);
  await it.tell(events(list));
  await it.tell();
  assert.match((await it.page.locator('.chain-line.selected').textContent()) ?? '', /ReceiveMessage/);
  assert.equal(await it.page.getByRole('textbox', { name: 'Filter messages' }).inputValue(), '');
  assert.match(JSON.stringify(await it.kept()), new RegExp(list[1]!.span), 'a hidden tab comes back with it');
});

test('traces: the chain that is open grows while its messages go on', async () => {
  const it = await open('traces');
  const list = conversation();
  await it.tell(network, events(list.slice(0, 3)));
  await rowsOf(it).first().click();
  assert.equal(await it.page.locator('.chain-line').count(), 2);
  await it.tell(events(list));
  assert.equal(await it.page.locator('.chain-line').count(), 8);
});

test('traces: hostile bodies and addresses are shown as what they are', async () => {
  const it = await open('traces');
  await it.tell(network, events(hostile()));
  const count = await rowsOf(it).count();
  assert.equal(count, 7);
  for (let index = 0; index < count; index++) {
    await rowsOf(it).nth(index).click();
    await it.page.locator('.span-box .payload').first().waitFor();
  }
  for (const tag of ['img', 'iframe', 'object', 'b']) assert.equal(await it.page.locator(tag).count(), 0, tag);
  assert.equal(await it.page.locator('script').count(), 1, 'ours alone');
  assert.equal(await it.page.locator('svg[onload]').count(), 0);
  assert.equal(
    await it.page.evaluate(() => ({}) as { polluted?: unknown }).then((object) => object.polluted),
    undefined,
  );
});

test('traces: what does not fit is dropped and told, the rest goes on', async () => {
  const it = await open('traces');
  await it.tell(network, { type: 'events', events: [{ seq: 'one' }] }, { type: 'boom' }, null, events(conversation()));
  const problems = (await it.said()).filter((message) => message.type === 'problem');
  assert.equal(problems.length, 3);
  assert.equal(await rowsOf(it).count(), 5);
  assert.equal(it.complaints.splice(0).filter((line) => line.startsWith('Dropped a message')).length, 3);
});

test('traces: memory is bounded and the page keeps up', async () => {
  const it = await open('traces');
  const at = Date.now() - 1e6;
  for (let batch = 0; batch < 60; batch++) {
    const list = Array.from({ length: 1000 }, (_, index) => {
      const number = batch * 1000 + index;
      return {
        ...event({
          node: alice,
          kind: 'request',
          span: `s${number}`,
          trace: `t${number}`,
          time: at + number,
          outcome: 'sent',
          body: text('{"N":0}'),
        }),
        seq: number,
      };
    });
    await it.tell(events(list));
  }
  const status = (await it.page.getByRole('status').textContent()) ?? '';
  const [shown, gone] = [...status.matchAll(/[\d,]+/g)].map((match) => Number(match[0].replaceAll(',', '')));
  assert.ok(shown! <= 50_000 && shown! + gone! === 60_000, status);
});

test('processes: apps in the open, modules folded and dimmed, the last error in full', async () => {
  const it = await open('processes');
  await it.tell(network);
  assert.equal(await rowsOf(it).count(), 7);
  await rowsOf(it).filter({ hasText: '7 modules' }).first().click();
  await it.tell();
  assert.equal(await rowsOf(it).count(), 14);
  await rowsOf(it).filter({ hasText: 'worker' }).click();
  await it.page.getByRole('region', { name: 'Last error' }).getByText('index out of bounds').waitFor();
  await it.page.getByRole('button', { name: 'Restart worker:samchat' }).last().click();
  assert.deepEqual(await lastSaid(it), { type: 'restart', node: bob, process: 'worker:samchat:template.os' });
  await it.tell({
    type: 'action-failed',
    node: bob,
    process: 'worker:samchat:template.os',
    text: 'It is gone. Install the app again.',
  });
  await it.page.getByRole('alert').getByText('Install the app again.').waitFor();
});

test('processes: kill from the selected row, counters go on below it', async () => {
  const it = await open('processes');
  await it.tell(network);
  const row = rowsOf(it).filter({ hasText: 'samchat:samchat' }).first();
  await row.click();
  const kill = it.page.locator('.process-detail').getByRole('button', { name: 'Kill samchat' });
  await kill.evaluate((element) => element.setAttribute('data-same', 'yes'));
  const busier = nodes.map((node) => ({
    ...node,
    processes: node.processes.map((process) => ({ ...process, messagesIn: process.messagesIn + 1000 })),
  }));
  await it.tell({ type: 'network', nodes: busier });
  assert.match((await row.textContent()) ?? '', /2,284/);
  assert.equal(await kill.getAttribute('data-same'), 'yes', 'a button is not replaced under the mouse');
  await kill.click();
  assert.deepEqual(await lastSaid(it), { type: 'kill', node: alice, process: samchat });
});

test('processes: a crashed node says why and can be restarted; keys fold and unfold', async () => {
  const it = await open('processes');
  await it.tell({
    type: 'network',
    nodes: [nodes[0], { name: bob, state: 'crashed', problem: 'bob.os was killed (SIGKILL).', processes: [] }],
  });
  await it.page.getByRole('treegrid').focus();
  await it.page.keyboard.press('End');
  await it.page.locator('.process-detail').getByText('bob.os was killed (SIGKILL).').waitFor();
  await it.page.locator('.process-detail').getByRole('button', { name: 'Restart bob.os' }).click();
  assert.deepEqual(await lastSaid(it), { type: 'restart-node', node: bob });
  await it.page.getByRole('treegrid').focus();
  await it.page.keyboard.press('Home');
  await it.page.keyboard.press('ArrowLeft');
  await it.tell();
  assert.equal(await rowsOf(it).count(), 2);
  await it.page.keyboard.press('ArrowRight');
  await it.tell();
  assert.equal(await rowsOf(it).count(), 4);
});

test('inject: the first app is chosen, Ctrl+Enter sends, the answer and its way to the traces appear', async () => {
  const it = await open('inject');
  await it.tell(network, { type: 'history', entries: [] });
  await it.page.getByRole('option', { name: `${samchat} on ${alice}`, selected: true }).waitFor();
  await it.page.getByRole('textbox', { name: 'Body (JSON)' }).fill('{"GetConversations": ""}');
  await it.page.keyboard.press('Control+Enter');
  const injection = { node: alice, process: samchat, body: '{"GetConversations": ""}', expectsResponse: 15 };
  assert.deepEqual(await lastSaid(it), { type: 'send', injection });
  const entry = { id: 1, time: Date.now(), injection };
  await it.tell({ type: 'history', entries: [entry] });
  await it.page.getByText('Waiting up to 15 s for the response.').waitFor();
  const answer = { outcome: 'ok', durationMs: 4.2, trace: 'ab', span: 'cd', body: text('{"Ok":[]}') };
  await it.tell({ type: 'history', entries: [{ ...entry, answer }] });
  assert.equal(await it.page.getByRole('region', { name: 'Response body, json' }).textContent(), '{\n  "Ok": []\n}');
  await it.page.getByRole('button', { name: 'Show in Message Traces' }).click();
  assert.deepEqual(await lastSaid(it), { type: 'show-span', trace: 'ab', span: 'cd' });
});

test('inject: a mistake in the JSON is told with its place, and nothing is sent', async () => {
  const it = await open('inject');
  await it.tell(network, { type: 'history', entries: [] });
  const body = it.page.getByRole('textbox', { name: 'Body (JSON)' });
  await body.fill('{\n  "SendMessage": [1,]\n}');
  await it.page.getByText('Line 2, column 21').waitFor();
  assert.equal(await body.getAttribute('aria-invalid'), 'true');
  const before = (await it.said()).length;
  await it.page.keyboard.press('Control+Enter');
  assert.equal((await it.said()).length, before);
  assert.equal(await it.page.locator('vscode-button', { hasText: 'Send' }).first().getAttribute('disabled'), '');
  await it.page.getByText('Line 2, column 21').click();
  assert.equal(await body.evaluate((element) => (element as unknown as { selectionStart: number }).selectionStart), 22);
});

test('inject: search, blob, no response, another node', async () => {
  const it = await open('inject');
  await it.tell(network, { type: 'history', entries: [] });
  await it.page.getByRole('textbox', { name: 'Search processes' }).fill('bob samchat');
  assert.equal(await it.page.getByRole('option').count(), 2);
  await it.page.getByRole('option', { name: `${samchat} on ${bob}` }).click();
  await it.page.getByText('Blob (optional)').click();
  await it.page.getByRole('textbox', { name: 'Blob, as text' }).fill('some text');
  await it.page.getByRole('textbox', { name: 'Mime type of the blob' }).fill('text/plain');
  await it.page.getByRole('checkbox', { name: 'Expects a response' }).click();
  await it.page.getByRole('textbox', { name: 'Body (JSON)' }).fill('{"Ping": {}}');
  await it.page.getByRole('button', { name: 'Send' }).click();
  assert.deepEqual(await lastSaid(it), {
    type: 'send',
    injection: { node: bob, process: samchat, body: '{"Ping": {}}', blob: 'some text', mime: 'text/plain' },
  });
});

test('inject: an earlier request fills the form again, a refusal says what to do', async () => {
  const it = await open('inject');
  const old = {
    id: 1,
    time: Date.now(),
    injection: { node: bob, process: samchat, body: '{"Old": 1}', expectsResponse: 3 },
    answer: {
      outcome: 'refused',
      durationMs: 1,
      detail: 'bob.os is not running. Start or restart it, then send again.',
    },
  };
  const now = {
    id: 2,
    time: Date.now(),
    injection: { node: alice, process: samchat, body: '{"New": 1}', expectsResponse: 3 },
  };
  await it.tell(network, { type: 'history', entries: [now, old] });
  await it.page.getByRole('button', { name: /\{"Old": 1\}/ }).click();
  assert.equal(await it.page.getByRole('textbox', { name: 'Body (JSON)' }).inputValue(), '{"Old": 1}');
  await it.page.getByRole('option', { name: `${samchat} on ${bob}`, selected: true }).waitFor();
  await it.page.getByText('Start or restart it, then send again.').waitFor();
  await it.tell({ type: 'prefill', node: alice, process: samchat, body: '{"From": "traces"}' });
  assert.equal(await it.page.getByRole('textbox', { name: 'Body (JSON)' }).inputValue(), '{"From": "traces"}');
});

for (const theme of Object.keys(themes) as ThemeName[])
  for (const [width, height] of [
    [1280, 760],
    [480, 720],
  ] as const)
    test(`pictures of every panel: ${theme}, ${width} pixels wide, and nothing runs out of the page`, async () => {
      const look = { theme, width, height };
      const traces = await open('traces', look);
      await traces.tell(network, events(conversation(), failures(), hostile()));
      await rowsOf(traces).filter({ hasText: 'POST /api' }).first().click();
      const processes = await open('processes', look);
      await processes.tell({
        type: 'network',
        nodes: [
          ...nodes,
          { name: 'carol.os', state: 'stopped', processes: [] },
          {
            name: 'a-very-long-name-of-a-node.template.os',
            state: 'running',
            processes: [processRow(`${'long-'.repeat(30)}name:p:o`, { kind: 'script', messagesIn: 9e9 })],
          },
        ],
      });
      await rowsOf(processes).filter({ hasText: 'worker' }).click();
      const inject = await open('inject', look);
      const injection = { node: alice, process: samchat, body: '{"GetConversations": ""}', expectsResponse: 15 };
      await inject.tell(network, {
        type: 'history',
        entries: [
          {
            id: 1,
            time: Date.now(),
            injection,
            answer: {
              outcome: 'ok',
              durationMs: 4.2,
              trace: 'a',
              span: 'b',
              body: text('{"Ok":[{"with":["bob.os"],"unread":0}]}'),
            },
          },
        ],
      });
      for (const [name, panel] of Object.entries({ traces, processes, inject })) {
        await panel.tell();
        await panel.page.screenshot({ path: path.join(shots, `panel-${name}-${theme}-${width}.png`) });
        const over = await panel.page.locator('body').evaluate((body) => body.scrollWidth - body.clientWidth);
        assert.ok(over <= 0, `${name} is ${over} pixels too wide`);
      }
    });
