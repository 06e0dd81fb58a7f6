/**
 * A panel's page outside VS Code: the page that the extension makes, with the built bundle, in a real browser. Only
 * `acquireVsCodeApi` is the test's own: it records what the page says and keeps its state.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { panelPage } from '../../../extension/panels/html.ts';
import { type ThemeName, themes } from './themes.ts';

export type PanelName = 'traces' | 'processes' | 'inject';

const bundles = path.join(import.meta.dirname, '../../../dist/webview');

export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves the panels' pages and bundles as VS Code would. */
export async function servePanels(): Promise<PageServer> {
  const server = http.createServer((request, response) => {
    const name = path.basename(new URL(request.url ?? '/', 'http://page').pathname);
    const file = path.join(bundles, name);
    if (/^\w+\.(js|css)$/.test(name) && fs.existsSync(file)) {
      response.setHeader('content-type', name.endsWith('.css') ? 'text/css' : 'text/javascript');
      response.end(fs.readFileSync(file));
      return;
    }
    if (!/^(traces|processes|inject)$/.test(name)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      panelPage({
        ...{ title: name, script: `/${name}.js`, style: `/${name}.css`, cspSource: "'self'" },
        nonce: randomBytes(16).toString('hex'),
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export interface PanelUnderTest {
  readonly page: Page;
  /** What the page said to the extension, oldest first. */
  said(): Promise<{ type: string; [key: string]: unknown }[]>;
  /** What the page would be given back after a reload. */
  kept(): Promise<unknown>;
  /** Sends messages to the page and waits until it has drawn them. */
  tell(...messages: unknown[]): Promise<void>;
  /** Errors, refused loads and styles, and everything else that a clean page does not write on the console. */
  readonly complaints: string[];
}

export interface PanelOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  /** What the page kept when it was last shown. */
  readonly state?: unknown;
  /** Code that is there before the page's own; its policy would refuse it later. */
  readonly script?: string;
}

export async function openPanel(
  browser: Browser,
  server: PageServer,
  panel: PanelName,
  { theme = 'dark', width = 1280, height = 760, reducedMotion = true, state, script }: PanelOptions = {},
): Promise<PanelUnderTest> {
  const page = await browser.newPage({
    viewport: { width, height },
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.origin)) complaints.push(`asked for ${request.url()}`);
  });
  const { variables, bodyClass } = themes[theme];
  await page.addInitScript({ content: `globalThis.panelTest = ${JSON.stringify({ variables, bodyClass, state })};` });
  await page.addInitScript({ path: path.join(import.meta.dirname, 'in-page.js') });
  if (script) await page.addInitScript({ content: script });
  await page.goto(`${server.origin}/${panel}`);
  return {
    page,
    complaints,
    said: () => page.evaluate(() => (globalThis as unknown as InPage).panelTest.said),
    kept: () => page.evaluate(() => (globalThis as unknown as InPage).panelTest.kept()),
    tell: (...messages) => page.evaluate((all) => (globalThis as unknown as InPage).panelTest.tell(all), messages),
  };
}

/** What in-page.js leaves in the page. */
interface InPage {
  readonly panelTest: {
    readonly said: { type: string }[];
    kept(): unknown;
    tell(messages: readonly unknown[]): Promise<void>;
  };
}
