/**
 * A real VS Code in a real browser, with the extension under development loaded, and the few moves a person makes in it.
 * Waits are always for something to be there, never for a time.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { TestContext } from 'node:test';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import type * as vscode from 'vscode';
import { root } from '../../scripts/ground.mjs';
import {
  installVscode,
  installVsix,
  quietSettings,
  serveVscode,
  writeUserSettings,
} from '../../scripts/served-vscode.mjs';
import { launchBrowser } from './browser.ts';

export { root };

const bridge = path.join(import.meta.dirname, 'bridge');

const settings = {
  ...quietSettings,
  'workbench.editor.empty.hint': 'hidden',
  'window.commandCenter': false,
  'window.title': 'Visual Studio Code',
  'workbench.colorTheme': 'Dark Modern',
  'workbench.reduceMotion': 'on',
  'editor.accessibilitySupport': 'off',
  'files.autoSave': 'off',
  'window.confirmBeforeClose': 'never',
  'git.enabled': false,
  // The built-in TypeScript service takes a core for itself and none of the tests is about it.
  'typescript.validate.enable': false,
  'terminal.integrated.enablePersistentSessions': false,
};

// So that the handlers for 'exit' run, which end the servers.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

/** Polls until `check` gives something; fails with `what` after `ms`. */
export async function until<T>(what: string, check: () => Promise<T> | T, ms = 15_000): Promise<NonNullable<T>> {
  for (const end = Date.now() + ms; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const result = await check();
    if (result) return result;
    if (Date.now() > end) throw new Error(`timed out: ${what}`);
  }
}

export interface Session {
  readonly page: Page;
  readonly browser: Browser;
  /** The opened folder, a fresh copy that a test may change. */
  readonly folder: string;
  /** Calls `code` in the extension host. It runs there alone: it sees its arguments and nothing else. */
  host<A extends unknown[], R>(code: (api: typeof vscode, ...args: A) => R, ...args: A): Promise<Awaited<R>>;
  /** Text of the extension's log channels and of all plain output channels, by name. */
  outputs(): Record<string, string>;
  /** A further page of the same browser, as when a person opens a new tab. */
  newPage(url: string): Promise<Page>;
  stop(): Promise<void>;
}

export interface SessionOptions {
  /** Folder to open; it is copied. Several: a folder with a copy of each is opened. */
  readonly folder: string | readonly string[];
  /** File to open at once, relative to the folder. */
  readonly open?: string;
  /** Install this .vsix instead of loading the extension from its source folder. */
  readonly vsix?: string;
  /** Ask for workspace trust, as the desktop does. */
  readonly trust?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Copies a folder without what was built or run in it; links to it from outside are resolved. */
export function copyFolder(from: string, to: string): void {
  const left = new Set(['.hyperware', 'target', 'node_modules', 'dist']);
  fs.cpSync(from, to, { recursive: true, filter: (file) => file === from || !left.has(path.basename(file)) });
}

/** Opens VS Code on a copy of a folder. */
export async function openVscode(options: SessionOptions): Promise<Session> {
  installVscode();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'hyperware-e2e-'));
  const folder = path.join(dir, typeof options.folder === 'string' ? path.basename(options.folder) : 'apps');
  if (typeof options.folder === 'string') copyFolder(options.folder, folder);
  else for (const each of options.folder) copyFolder(each, path.join(folder, path.basename(each)));
  const dataDir = path.join(dir, 'vscode');
  // The port 8080 belongs to whoever works on this machine.
  writeUserSettings(dataDir, { ...settings, 'hyperware.network.firstPort': 0, ...options.settings });
  if (options.vsix) await installVsix(dataDir, options.vsix);
  const port = path.join(dir, 'bridge-port');
  const server = await serveVscode({ dataDir, env: { E2E_BRIDGE: port }, trust: options.trust ?? false });
  const browser = await launchBrowser().catch(async (error) => {
    await server.stop();
    throw error;
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  const page = await context.newPage();
  const browserConsole: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') browserConsole.push(message.text().slice(0, 500));
  });
  const authority = `127.0.0.1:${server.port}`;
  await developIn(page, authority, options.vsix ? [bridge] : [root, bridge]);
  const query = new URLSearchParams({ folder });
  if (options.open)
    query.set('payload', JSON.stringify([['openFile', `vscode-remote://${authority}${folder}/${options.open}`]]));
  await page.goto(`${server.url}/?${query}`);
  await page.locator('[id="status.problems"]').waitFor({ timeout: 60_000 });

  return {
    page,
    browser,
    folder,
    async host(code, ...args) {
      const at = await until('bridge', () => fs.existsSync(port) && fs.readFileSync(port, 'utf8'), 30_000);
      const body = JSON.stringify({ code: String(code), args });
      const answer = await fetch(`http://127.0.0.1:${at}`, { method: 'POST', body });
      const { value, error } = (await answer.json()) as { value?: never; error?: string };
      if (error) throw new Error(error);
      return value as never;
    },
    outputs() {
      const logs = path.join(dataDir, 'data/logs');
      const found: Record<string, string> = { 'browser console': browserConsole.join('\n') };
      for (const file of (fs.readdirSync(logs, { recursive: true }) as string[]).sort())
        if (
          file.endsWith('.log') &&
          (file.includes('/hyperware-tools.hyperware/') || file.includes('/output_logging_'))
        )
          found[path.basename(file, '.log').replace(/^\d+-/, '')] = fs.readFileSync(path.join(logs, file), 'utf8');
      return found;
    },
    async newPage(url) {
      const further = await context.newPage();
      await further.goto(url);
      return further;
    },
    async stop() {
      await browser.close();
      await server.stop();
      fs.rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Makes the page load extensions under development; the web client has no other switch for it. */
async function developIn(page: Page, authority: string, folders: readonly string[]): Promise<void> {
  const extensions = folders.map((folder) => ({ scheme: 'vscode-remote', authority, path: folder }));
  await page.addInitScript({
    content: `new MutationObserver((_, self) => {
      const meta = document.getElementById('vscode-workbench-web-configuration');
      if (!meta) return;
      self.disconnect();
      const config = JSON.parse(meta.dataset.settings);
      config.developmentOptions = { ...config.developmentOptions, extensions: ${JSON.stringify(extensions)} };
      meta.dataset.settings = JSON.stringify(config);
    }).observe(document, { childList: true, subtree: true });`,
  });
}

/** Opens the quick input with `text` typed; again while the workbench is busy, or when something took the focus from it. */
export async function openQuick(page: Page, text: string): Promise<void> {
  const input = page.locator('.quick-input-widget input.input');
  const typed = async () => {
    await page.keyboard.press('F1');
    await input.waitFor({ timeout: 1000 });
    await input.fill(text, { timeout: 1000 });
    return (await input.isVisible()) && (await input.inputValue()) === text;
  };
  await until('quick input', () => typed().catch(() => false), 30_000);
}

/** Runs a command by the palette. An exact id puts that command first; `title` is what its row must begin with. */
export async function command(page: Page, id: string, title: string): Promise<void> {
  await openQuick(page, `>${id}`);
  await page
    .locator(`.quick-input-widget .monaco-list-row[data-index="0"][aria-label^=${JSON.stringify(title)}]`)
    .click();
}

/** Opens a file of the workspace as quick open does. */
export async function openFile(page: Page, relative: string): Promise<void> {
  const name = path.basename(relative);
  await openQuick(page, relative);
  await page
    .locator(`.quick-input-widget .monaco-list-row[aria-label^=${JSON.stringify(name)}]`)
    .first()
    .click();
  await page.locator(`.tab[data-resource-name=${JSON.stringify(name)}]`).waitFor();
}

/** The content of a webview panel, by its title; locators work on it as on a page. */
export const webview = (page: Page, title: string): Promise<Frame> =>
  until(`webview ${title}`, async () => {
    for (const frame of page.frames()) {
      if (frame === page.mainFrame()) continue;
      const element = await frame.frameElement().catch(() => undefined);
      const id = await element?.getAttribute('id').catch(() => undefined);
      const named = await element?.getAttribute('title').catch(() => undefined);
      if (id === 'active-frame' && named === title) return frame;
    }
    return undefined;
  });

/** The Hyperware container's view in the activity bar, opened. */
export async function openHyperware(page: Page): Promise<void> {
  const tab = page.getByRole('tab', { name: 'Hyperware', exact: true }).locator('a');
  const section = page.getByRole('heading', { name: 'Hyperware', level: 2 });
  // A second click would close it again, so each gets its time.
  for (let left = 3; !(await section.first().isVisible()); left--) {
    await tab.click();
    const opened = section.first().waitFor({ timeout: 10_000 });
    if (left === 0) await opened;
    else await opened.catch(() => undefined);
  }
}

export const tree = (page: Page): Locator => page.getByRole('tree', { name: 'Nodes' });

/** The row of a node in the tree; `state` is what its text begins with: `localhost`, `crashed` … */
export const nodeRow = (page: Page, node: string, state = ''): Locator =>
  tree(page).getByRole('treeitem', { name: new RegExp(`^Node ${node}, ${state}`) });

/** The row of a running process in the tree. */
export const processRow = (page: Page, process: string, node: string): Locator =>
  tree(page).getByRole('treeitem', { name: `Process ${process} on ${node}, running` });

/** Clicks *Start Network* in the empty state and waits until samchat runs on alice.os and bob.os. */
export async function startNetwork(page: Page): Promise<void> {
  await openHyperware(page);
  await page.locator('.welcome-view-content').getByRole('button', { name: 'Start Network' }).click();
  for (const node of ['alice.os', 'bob.os']) {
    await nodeRow(page, node, 'localhost').waitFor({ timeout: 30_000 });
    await processRow(page, 'samchat:samchat:template.os', node).waitFor({ timeout: 30_000 });
  }
}

/** *Open UI* on a node's row: the page of samchat comes in a further tab of the browser. */
export async function openUi(page: Page, node: string): Promise<Page> {
  const row = nodeRow(page, node);
  await row.hover();
  const opening = page.context().waitForEvent('page');
  await row.getByRole('button', { name: 'Open UI' }).click();
  const opened = await opening;
  const address = /^http:\/\/localhost:\d+\/samchat:samchat:template\.os\/$/;
  await until(`the page of ${node}`, () => address.test(opened.url()));
  await opened.getByText('Live', { exact: true }).waitFor({ timeout: 15_000 });
  return opened;
}

/** Writes a message on a page of samchat. */
export async function sendMessage(from: Page, to: string, text: string): Promise<void> {
  await from.getByRole('textbox', { name: 'To' }).fill(to);
  await from.getByRole('textbox', { name: 'Message' }).fill(text);
  await from.getByRole('button', { name: 'Send' }).click();
}

/** Takes an entry of a row's context menu. A menu that has just opened swallows clicks now and then, or closes again. */
export async function fromMenu(page: Page, row: Locator, name: string): Promise<void> {
  const entry = page.getByRole('menuitem', { name, exact: true });
  await until(`${name} to be taken`, async () => {
    if (!(await entry.isVisible())) await row.click({ button: 'right' });
    const clicked = await entry.click({ timeout: 1000, delay: 50 }).then(
      () => true,
      () => false,
    );
    return (
      clicked &&
      (await entry.waitFor({ state: 'hidden', timeout: 1000 }).then(
        () => true,
        () => false,
      ))
    );
  });
}

export const statusItem = (page: Page): Locator => page.locator('[id="hyperware-tools.hyperware.network"]');
export const toast = (page: Page, text: RegExp): Locator => page.getByRole('dialog', { name: text });

/** Writes a screenshot for the README to media/ when HYPERWARE_SHOTS=1. */
export async function shot(page: Page, name: string): Promise<void> {
  if (process.env['HYPERWARE_SHOTS'] !== '1') return;
  await page.screenshot({ path: path.join(root, 'media', `${name}.png`) });
}

/** For `afterEach`: what the page looked like and what the channels said when the test failed. */
export async function showFailure(
  session: Session | undefined,
  test: TestContext & { passed?: boolean },
): Promise<void> {
  if (test.passed || !session) return;
  for (const [name, text] of Object.entries(session.outputs())) test.diagnostic(`${name}:\n${text.slice(-4000)}`);
  const { page } = session;
  if (page.isClosed()) return;
  const folder = path.join(import.meta.dirname, 'shots');
  fs.mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${test.name.replace(/\W+/g, '-')}.png`) });
}
