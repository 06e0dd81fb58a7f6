/** Secrets of a node that its modules keep in its home folder, readable by their owner only. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** 32 random bytes, made once and kept in `<home>/secrets/<name>`. */
export function secretOf(home: string, name: string): Uint8Array {
  const file = path.join(home, 'secrets', name);
  try {
    const kept = Buffer.from(fs.readFileSync(file, 'utf8').trim(), 'hex');
    if (kept.length === 32) return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const fresh = randomBytes(32);
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.writeFileSync(file, `${fresh.toString('hex')}\n`, { mode: 0o600 });
  return fresh;
}
