/** docs/settings.md lists what the node reads, with its defaults. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { defaultSettings } from '../../dev-node/settings.ts';

test('docs/settings.md lists every setting with its default', () => {
  const page = fs.readFileSync(path.join(import.meta.dirname, '../../docs/settings.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\S+) \|/gm)].map(([, key, value]) => [key, value]);
  const settings = Object.entries(defaultSettings).map(([key, value]) => [key, JSON.stringify(value)]);
  assert.deepEqual(rows.toSorted(), settings.toSorted());
});
