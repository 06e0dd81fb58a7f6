import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelPage } from './html.ts';

const page = panelPage({
  title: 'A "B" <C>',
  script: 's.js',
  style: 's.css',
  cspSource: 'https://x.test',
  nonce: 'abc',
});

test('the policy allows our script and style and nothing else', () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
  assert.deepEqual(policy.split('; ').sort(), [
    "base-uri 'none'",
    "default-src 'none'",
    "form-action 'none'",
    "script-src 'nonce-abc'",
    "style-src https://x.test 'nonce-abc'",
  ]);
  assert.doesNotMatch(policy, /unsafe|data:|\*/);
});

test('texts are escaped, and nothing is inline', () => {
  assert.match(page, /<title>A &quot;B&quot; &lt;C&gt;<\/title>/);
  assert.doesNotMatch(page, /<script(?![^>]* src=)|\son\w+=|<style/);
});
