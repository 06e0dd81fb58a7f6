import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type WitAnswer, witText } from './wit-text.ts';

const file = (name: string, process: string | null) => ({
  path: `api/${name}.wit`,
  text: `interface ${name} {\n}\n`,
  process,
});
const answer: WitAnswer = {
  files: [file('desk', 'file:///a/desk'), file('lamp', 'file:///a/lamp'), file('desk-v0', null)],
  errors: [],
  warnings: [],
};
const failed: WitAnswer = {
  ...answer,
  files: [],
  errors: [
    {
      text: '`[u8; 5]` has no WIT form. Use `Vec<T>`.',
      at: {
        uri: 'file:///a/lamp/src/lib.rs',
        range: { start: { line: 2, character: 4 }, end: { line: 2, character: 9 } },
      },
    },
  ],
};

test('the interface of the process that the source belongs to, byte for byte; elsewhere the first', () => {
  assert.equal(witText(answer, 'file:///a/lamp/src/lib.rs', undefined), 'interface lamp {\n}\n');
  assert.equal(witText(answer, 'file:///a/lamp-shade/src/lib.rs', undefined), 'interface desk {\n}\n');
  assert.match(witText({ ...answer, files: [] }, 'file:///a/x.rs', undefined), /^\/\/ No handler/);
});

test('an error is told with its place, above the interface as it was', () => {
  const head = '// kit would stop here:\n// lib.rs:3:5: `[u8; 5]` has no WIT form. Use `Vec<T>`.\n';
  assert.equal(witText(failed, 'file:///a/lamp/src/lib.rs', undefined), `${head}\n`);
  const text = witText(failed, 'file:///a/lamp/src/lib.rs', 'interface lamp {\n}\n');
  assert.equal(text, `${head}//\n// Below: as it was before.\n\ninterface lamp {\n}\n`);
});
