import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generationOf, readCrate } from './cargo.ts';

const nothing = { macro: 'hyperprocess', hasLateAttribute: false } as const;
const git = 'git = "https://github.com/hyperware-ai/hyperprocess-macro"';

function generation(dependencies: string, workspace?: string) {
  return generationOf(readCrate(`[package]\nname = "x"\n${dependencies}`, workspace), nothing).generation;
}

test('the generation by Cargo.toml (hyperapp.md §1.1)', () => {
  assert.equal(generation('[dependencies]\nhyperapp_macro = "0.2.0"'), 'v3b');
  assert.equal(generation(`[dependencies.hyperprocess_macro]\n${git}\nrev = "47400ab"`), 'v1');
  const pinned = (rev: string) =>
    `[dependencies]\nhyperprocess_macro = { ${git}, rev = "${rev}" }\nhyperware_app_common = { ${git}, rev = "${rev}" }`;
  assert.equal(generation(pinned('47400ab')), 'v1');
  assert.equal(generation(pinned('9836e2a')), 'v2');
  assert.equal(generation(pinned('9836e2a1c3b5')), 'v2');
  assert.equal(generation(pinned('c6f0d35')), 'v3a');
  const withLibrary = `[dependencies]\nhyperprocess_macro = { ${git} }\nhyperware_process_lib = { version = "2.1", features = ["hyperapp"] }`;
  assert.equal(generation(withLibrary), 'v3a');
});

test('a dependency of the workspace is merged in', () => {
  const workspace =
    '[workspace.dependencies]\nhyperware_process_lib = { version = "2.1", features = ["hyperapp"] }\nhyperprocess_macro = "1"';
  const own =
    '[dependencies]\nhyperprocess_macro.workspace = true\nhyperware_process_lib = { workspace = true, features = ["logging"] }';
  assert.equal(generation(own, workspace), 'v3a');
});

test('without a usable Cargo.toml the sources decide', () => {
  assert.equal(readCrate('[dependencies'), undefined);
  assert.equal(generationOf(undefined, { macro: 'hyperapp', hasLateAttribute: false }).generation, 'v3b');
  assert.equal(generationOf(undefined, { macro: 'hyperprocess', hasLateAttribute: true }).generation, 'v3a');
  assert.equal(generationOf(undefined, nothing).generation, 'v1');
});
