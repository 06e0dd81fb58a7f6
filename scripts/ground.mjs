// What every script stands on: dependencies installed, and a Node new enough. Uses nothing but Node's own modules, so
// that it runs on a fresh machine with the Node that happens to be there (20 or newer).
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

export const root = path.dirname(import.meta.dirname);
const newerNode = path.join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Runs a command with its output shown; ends this process with its exit code if it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** `npm ci` in `folder` if its lock file changed since the last time. Says what it does, because it can take a minute. */
export function install(folder, args = []) {
  const lock = path.join(folder, 'package-lock.json');
  const marker = path.join(folder, 'node_modules/.installed-lock');
  const wanted = fs.readFileSync(lock, 'utf8');
  if (fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === wanted) return false;
  console.log(
    `Installing the dependencies of ${path.relative(root, folder) || 'the project'} (once; about half a minute) …`,
  );
  run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...args], { cwd: folder });
  fs.writeFileSync(marker, wanted);
  return true;
}

/** Installs the project's dependencies and goes on in this same script with the Node that the project brings. */
export function stand() {
  install(root);
  if (process.versions.node.split('.')[0] >= 22 || process.env.HYPERWARE_GROUND) return;
  const env = {
    ...process.env,
    HYPERWARE_GROUND: '1',
    PATH: `${path.dirname(newerNode)}${path.delimiter}${process.env.PATH}`,
  };
  const { status } = spawnSync(newerNode, process.argv.slice(1), { stdio: 'inherit', env });
  process.exit(status ?? 1);
}
