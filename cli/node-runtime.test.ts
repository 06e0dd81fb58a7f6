import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNewEnough } from './node-runtime.ts';

test('a dev node needs Node.js 22.13', () => {
  for (const version of ['v22.13.0', '22.14.1', 'v23.0.0', 'v24.21.0'])
    assert.equal(isNewEnough(version), true, version);
  for (const version of ['v20.20.2', 'v22.12.9', 'v22.9.0', '']) assert.equal(isNewEnough(version), false, version);
});
