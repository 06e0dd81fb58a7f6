/** Where a node's private socket lies. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** A unix socket's path must fit in 104 bytes on macOS, 108 on Linux, with its end mark. */
const longestSocketPath = 100;

/**
 * `<home>/control.sock`; where that is too long for a socket, a file in a folder of this user's own below the system's
 * folder for temporary files; a pipe name on Windows. The same home always gives the same path.
 */
export function controlSocketPath(home: string, platform: NodeJS.Platform = process.platform): string {
  const absolute = path.resolve(home);
  const short = createHash('sha256').update(absolute).digest('hex').slice(0, 24);
  if (platform === 'win32') return `\\\\.\\pipe\\hyperdev-${short}`;
  const plain = path.join(absolute, 'control.sock');
  if (Buffer.byteLength(plain) <= longestSocketPath) return plain;
  return path.join(os.tmpdir(), `hyperdev-${os.userInfo().uid}`, `${short}.sock`);
}

/** Makes the socket's folder, readable by this user only. Throws an Error when another user's folder is in its place. */
export function prepareSocketFolder(socketPath: string): void {
  if (process.platform === 'win32') return;
  const folder = path.dirname(socketPath);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = fs.lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== os.userInfo().uid)
    throw new Error(`${folder} is not a folder of yours, so the node's control socket cannot lie there. Remove it.`);
  if ((stat.mode & 0o077) !== 0) fs.chmodSync(folder, 0o700);
}
