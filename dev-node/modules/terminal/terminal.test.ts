/** The terminal's parts that need no node; its command line is in test/conformance/other-modules. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMemoryStore } from '../../store/memory-store.ts';
import { openAliases } from './aliases.ts';
import { scripts } from './scripts/index.ts';
import { splitWords } from './scripts/talk.ts';

describe('words of m (other-modules.md §5.3)', () => {
  const rows: [string, string[]][] = [
    ['our@a:b:c x', ['our@a:b:c', 'x']],
    ['  a   \'{"b": 1}\'  -a 5 ', ['a', '{"b": 1}', '-a', '5']],
    ["a ''", ['a', '']],
    // A quote in the middle of a word is an ordinary character.
    ["it's", ["it's"]],
    ["'open end", ["'open", 'end']],
    ['', []],
  ];
  for (const [text, words] of rows) test(JSON.stringify(text), () => assert.deepEqual(splitWords(text), words));
});

describe('aliases (kernel.md §14.3)', () => {
  test('every script of the terminal has one of its own name, and kfetch has none behind it', () => {
    const aliases = openAliases(createMemoryStore());
    for (const name of Object.keys(scripts)) assert.equal(aliases.get(name), `${name}:terminal:sys`);
    assert.equal(aliases.get('kfetch'), 'kfetch:terminal:sys');
    assert.equal(scripts['kfetch'], undefined);
  });

  test('what was changed is kept, removals too', async () => {
    const store = createMemoryStore();
    const aliases = openAliases(store);
    assert.equal(await aliases.edit('x', 'a:b:c'), 'AliasSet');
    assert.equal(await aliases.edit('x', 'a:b'), 'InvalidProcessId');
    assert.equal(await aliases.edit('echo', null), 'AliasRemoved');
    assert.equal(await aliases.edit('echo', null), 'AliasNotFound');
    const again = openAliases(store);
    assert.deepEqual([again.get('x'), again.get('echo'), again.get('m')], ['a:b:c', undefined, 'm:terminal:sys']);
  });
});
