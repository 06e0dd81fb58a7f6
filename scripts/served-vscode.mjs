// The real VS Code, served to a browser: its own server and web client out of the npm package `code-server`, pinned in
// test/e2e/vscode. `npm start` uses it where there is no desktop VS Code, and the end-to-end tests always do.
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as net from 'node:net';
import * as path from 'node:path';
import { install, root } from './ground.mjs';

const folder = path.join(root, 'test/e2e/vscode');
const home = path.join(folder, 'node_modules/code-server/lib/vscode');
const entry = path.join(home, 'out/server-main.js');

/** Installs VS Code below test/e2e/vscode if its lock file changed; no scripts are run and no compiler is needed. */
export function installVscode() {
  const fresh = install(folder, ['--ignore-scripts']);
  // The server serves the web client's modules from its own node_modules folder, and the built-in extensions look for
  // TypeScript in theirs.
  for (const [owner, modules] of [
    [home, '../../../../node_modules'],
    [path.join(home, 'extensions'), '../../../../../node_modules'],
  ]) {
    const link = path.join(owner, 'node_modules');
    if (fs.existsSync(path.join(link, 'minimist'))) continue;
    fs.rmSync(link, { recursive: true, force: true });
    fs.symlinkSync(modules, link, 'dir');
  }
  return fresh;
}

/** A TCP port of 127.0.0.1 that is free now; `wanted` if it can be had. */
export async function freePort(wanted = 0) {
  const open = (port) =>
    new Promise((resolve, reject) => {
      const server = net.createServer().once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        const taken = server.address().port;
        server.close(() => resolve(taken));
      });
    });
  return wanted === 0 ? open(0) : open(wanted).catch(() => open(0));
}

/** Settings that make the served VS Code quiet: nothing leaves the machine, and nothing of it stands in the way. */
export const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  // Nodes listen on this machine, where the browser is too.
  'remote.autoForwardPorts': false,
};

/** Writes the user settings of a server's data folder; VS Code reads them when a page is opened. */
export function writeUserSettings(dataDir, settings) {
  fs.mkdirSync(path.join(dataDir, 'data/User'), { recursive: true });
  fs.writeFileSync(path.join(dataDir, 'data/User/settings.json'), `${JSON.stringify(settings, undefined, 2)}\n`);
}

/** Whether any process of a group is there: the server itself, extension hosts, and what these started. */
function groupLives(group) {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

function spawnServer(dataDir, args, { env, log }) {
  const output = fs.openSync(log, 'a');
  try {
    return spawn(
      process.execPath,
      [entry, '--accept-server-license-terms', '--server-data-dir', dataDir, '--telemetry-level', 'off', ...args],
      // A process group of its own, so that the extension hosts below it end with it.
      { stdio: ['ignore', output, output], detached: true, env: { ...process.env, EXTENSIONS_GALLERY: '{}', ...env } },
    );
  } finally {
    fs.closeSync(output);
  }
}

/** Installs a .vsix into a server's data folder, offline. */
export async function installVsix(dataDir, vsix) {
  const log = path.join(dataDir, 'server.log');
  const child = spawnServer(dataDir, ['--install-extension', vsix], { log });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`VS Code did not install ${vsix}:\n${fs.readFileSync(log, 'utf8').slice(-3000)}`);
}

/**
 * Sends `/<port>/path` on to `http://localhost:<port>/path`. The served VS Code opens pages of this machine through a
 * proxy of code-server's outer part, which is not used here; what it opens instead must be an address of this form.
 */
async function redirectToLocalhost() {
  const server = http.createServer((request, response) => {
    const [, port, rest] = /^\/(\d{1,5})(\/.*)$/.exec(request.url ?? '') ?? [];
    if (port) response.writeHead(302, { location: `http://localhost:${port}${rest}` });
    else response.writeHead(404);
    response.end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  server.unref();
  return server;
}

/**
 * Starts the server on 127.0.0.1 and waits until it answers. `trust` asks for workspace trust as the desktop does;
 * without it every folder is trusted. With `token` only pages whose address carries it (`?tkn=`) are let in, since who
 * can open the page can run anything. Ends with this process.
 * @param {{ dataDir: string, port?: number, env?: Record<string, string>, trust?: boolean, token?: string }} options
 */
export async function serveVscode({ dataDir, port = 0, env = {}, trust = false, token }) {
  fs.mkdirSync(dataDir, { recursive: true });
  const log = path.join(dataDir, 'server.log');
  const taken = await freePort(port);
  const args = ['--host', '127.0.0.1', '--port', String(taken)];
  args.push(...(token ? ['--connection-token', token] : ['--without-connection-token']));
  if (!trust) args.push('--disable-workspace-trust');
  const redirect = await redirectToLocalhost();
  const VSCODE_PROXY_URI = `http://127.0.0.1:${redirect.address().port}/{{port}}/`;
  const child = spawnServer(dataDir, args, { env: { VSCODE_PROXY_URI, ...env }, log });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const kill = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  };
  process.once('exit', kill);
  const url = `http://127.0.0.1:${taken}`;
  for (const end = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (
      await fetch(`${url}/version`).then(
        (response) => response.ok,
        () => false,
      )
    )
      break;
    if (child.exitCode !== null || Date.now() > end) {
      kill();
      throw new Error(`VS Code's server did not start:\n${fs.readFileSync(log, 'utf8').slice(-3000)}`);
    }
  }
  return {
    url,
    port: taken,
    pid: child.pid,
    exited,
    /** Asks first, so that extensions are deactivated and end what they started; then insists. */
    async stop() {
      process.removeListener('exit', kill);
      child.kill('SIGTERM');
      for (const end = Date.now() + 3000; Date.now() < end && groupLives(child.pid); )
        await new Promise((resolve) => setTimeout(resolve, 50));
      kill();
      await exited;
      redirect.closeAllConnections();
      redirect.close();
    },
  };
}
