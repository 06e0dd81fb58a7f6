/** The programs that the command line starts: which Node.js runs them, and where they lie. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { errors } from './errors.ts';

/** What a dev node needs; the command line itself is content with less. */
const oldest = [22, 13] as const;

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** A Node.js that can run a dev node: this one, or the one that npm has put near the project. Throws `CliError`. */
export function nodeForDevNode(from: readonly string[] = [process.cwd(), import.meta.dirname]): string {
  if (isNewEnough(process.version)) return process.execPath;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const start of from)
    for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
      const file = path.join(folder, 'node_modules', 'node', 'bin', name);
      if (fs.existsSync(file)) {
        const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 10_000 });
        if (status === 0 && isNewEnough(stdout.trim())) return file;
      }
      if (folder === path.dirname(folder)) break;
    }
  throw errors.oldNode(process.version);
}

/** A bundle beside this one in `dist/`. Throws `CliError`. */
export function bundle(name: 'dev-node.js' | 'language-server.js'): string {
  const folder = import.meta.dirname;
  // Run from the sources this file lies in cli/; the bundles are built either way.
  const candidates = [path.join(folder, name), path.join(folder, '..', 'dist', name)];
  const found = candidates.find((file) => fs.existsSync(file));
  if (!found) throw errors.noProgram(candidates[0]!);
  return found;
}
