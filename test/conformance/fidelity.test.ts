/** docs/fidelity.md is what the cases say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { committedPage, fidelityPage } from './fidelity.ts';

test('docs/fidelity.md is up to date (else: node test/conformance/fidelity.ts)', async () => {
  assert.equal(committedPage(), await fidelityPage());
});
