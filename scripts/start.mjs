// `npm start`: from a fresh clone to VS Code open on examples/samchat with the extension loaded. Takes the desktop's
// `code` if it is there, else serves a real VS Code to the browser. Ctrl-C stops everything. `-- --smoke` opens, waits
// until it is ready and ends.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { root, run, stand } from './ground.mjs';

stand();

const smoke = process.argv.includes('--smoke');
const forceServed = process.argv.includes('--served');
const app = path.join(root, 'examples/samchat');

/** A hash over path, size and time of all that the bundles are made of. */
function sourcesStamp() {
  const rooms = [
    'extension',
    'language-server',
    'webview',
    'dev-node',
    'hyperapp',
    'cli',
    'esbuild.mjs',
    'package-lock.json',
  ];
  const hash = createHash('sha256');
  const add = (file) => {
    const { size, mtimeMs } = fs.statSync(file);
    hash.update(`${path.relative(root, file)} ${size} ${mtimeMs}\n`);
  };
  for (const room of rooms) {
    const whole = path.join(root, room);
    if (fs.statSync(whole).isFile()) add(whole);
    else
      for (const entry of fs.readdirSync(whole, { recursive: true, withFileTypes: true }))
        if (entry.isFile() && !entry.name.endsWith('.test.ts')) add(path.join(entry.parentPath, entry.name));
  }
  return hash.digest('hex');
}

function build() {
  const marker = path.join(root, 'dist/.built');
  const stamp = sourcesStamp();
  if (fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === stamp) return;
  console.log('Building …');
  run(process.execPath, ['esbuild.mjs']);
  fs.writeFileSync(marker, stamp);
}

/** The desktop's command, if there is one and there is a screen for it. */
function desktopCode() {
  if (forceServed || smoke) return undefined;
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  const code = process.platform === 'win32' ? 'code.cmd' : 'code';
  const { status } = spawnSync(code, ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' });
  return status === 0 ? code : undefined;
}

async function openDesktop(code) {
  console.log('Opening VS Code on examples/samchat. Close its window or press Ctrl-C to end.');
  const args = [`--extensionDevelopmentPath=${root}`, '--new-window', '--wait', app];
  const child = spawn(code, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  process.exit(await new Promise((resolve) => child.once('exit', (status) => resolve(status ?? 0))));
}

/** Puts the project where VS Code looks for installed extensions: what is built is seen when the page is reloaded. */
function linkExtension(dataDir) {
  const { publisher, name, version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const extensions = path.join(dataDir, 'extensions');
  fs.rmSync(extensions, { recursive: true, force: true });
  fs.mkdirSync(extensions, { recursive: true });
  fs.symlinkSync(root, path.join(extensions, `${publisher}.${name}-${version}`), 'junction');
}

async function openServed() {
  const { freePort, installVscode, quietSettings, serveVscode, writeUserSettings } = await import(
    './served-vscode.mjs'
  );
  installVscode();
  const dataDir = path.join(root, '.cache/vscode');
  // What the person has set there stays.
  if (!fs.existsSync(path.join(dataDir, 'data/User/settings.json'))) writeUserSettings(dataDir, quietSettings);
  linkExtension(dataDir);
  const token = randomUUID();
  const server = await serveVscode({ dataDir, token, port: await freePort(3300) });
  const address = `${server.url}/?${new URLSearchParams({ tkn: token, folder: app })}`;

  if (smoke) {
    const { status } = await fetch(address, { redirect: 'manual' });
    await server.stop();
    console.log(`VS Code is ready at ${address} (status ${status}).`);
    process.exit(status < 400 ? 0 : 1);
  }
  console.log(`\nVS Code is ready. Open this address in a browser:\n\n  ${address}\n\nPress Ctrl-C to stop.`);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping …');
    await server.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  await server.exited;
  if (!stopping) {
    console.error(`VS Code's server has ended. Its log: ${path.relative(root, path.join(dataDir, 'server.log'))}`);
    process.exit(1);
  }
}

build();
const code = desktopCode();
if (code) await openDesktop(code);
else await openServed();
