/** The browser that the tests drive: an installed Chromium or Chrome, else one that comes by npm (Linux x64). */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { install } from '../../scripts/ground.mjs';

/** A path, or `npm` to take the one that comes by npm though another is installed. */
const wished = process.env['CHROMIUM'];

const installed = [
  wished,
  '/usr/bin/chromium',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const always = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

async function browserByNpm(): Promise<{ executable: string; args: string[] }> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('The end-to-end tests need Chromium or Chrome: install one, or name it in the variable CHROMIUM.');
  const folder = path.join(import.meta.dirname, 'browser');
  install(folder, ['--ignore-scripts']);
  // With these the package also unpacks the shared libraries that a bare machine lacks.
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs22.x';
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs22.x';
  const module = path.join(folder, 'node_modules/@sparticuz/chromium/build/index.js');
  const { default: packed } = await import(pathToFileURL(module).href);
  return { executable: await packed.executablePath(), args: packed.args };
}

/** Starts it headless. Signals are left to the tests, so that what they started ends too. */
export async function launchBrowser(): Promise<Browser> {
  const found = wished === 'npm' ? undefined : installed.find((file) => file && fs.existsSync(file));
  const { executable, args } = found ? { executable: found, args: [] } : await browserByNpm();
  return chromium.launch({
    executablePath: executable,
    headless: true,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [...args, ...always],
  });
}
