import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { it } from 'node:test';

it('every code that a client can see is explained in docs/errors.md', () => {
  const read = (file: string) => fs.readFileSync(new URL(file, import.meta.url), 'utf8');
  const told = new Set([...read('../../docs/errors.md').matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]));
  const used = [
    ...read('./refusal.ts').matchAll(/new Refusal\(\s*'([a-z-]+)'/g),
    ...read('./client.ts').matchAll(/new ControlError\([^']*'[^']*', '([a-z-]+)'/g),
    ...read('./launch.ts').matchAll(/^\s*'([a-z]+-[a-z-]+)',$/gm),
  ].map((match) => match[1]);
  assert.ok(used.includes('node-not-started') && used.includes('no-network') && used.includes('disconnected'));
  assert.deepEqual(
    used.filter((code) => !told.has(code)),
    [],
  );
});
