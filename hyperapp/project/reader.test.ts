import assert from 'node:assert/strict';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { loadRustParser } from '../rust/parser.ts';
import type { Files } from './files.ts';
import { findApps } from './find.ts';
import { createAppReader } from './reader.ts';

const modules = path.join(import.meta.dirname, '../../node_modules');
const parser = await loadRustParser({
  runtime: path.join(modules, 'web-tree-sitter/web-tree-sitter.wasm'),
  grammar: path.join(modules, 'tree-sitter-rust/tree-sitter-rust.wasm'),
});
after(() => parser.dispose());

/** Files of a folder `/w`, held in memory; reads are counted. */
function memory(texts: Record<string, string>) {
  const reads: string[] = [];
  const files: Files = {
    read(file) {
      reads.push(file.slice('/w/'.length));
      return texts[file.slice('/w/'.length)];
    },
    list(folder) {
      const below = folder === '/w' ? '' : `${folder.slice('/w/'.length)}/`;
      const names = new Map<string, boolean>();
      for (const file of Object.keys(texts)) {
        if (!file.startsWith(below)) continue;
        const [name = '', ...rest] = file.slice(below.length).split('/');
        names.set(name, rest.length > 0);
      }
      return [...names].map(([name, isFolder]) => ({ name, isFolder }));
    },
  };
  return { files, reads, texts };
}

const relay = `#[hyperapp(name = "Relay", ui = None, endpoints = vec![], save_config = SaveOptions::Never, wit_world = "relay-bob-dot-os-v0")]
impl RelayState {
    #[local]
    #[remote]
    async fn forward_note(&mut self, to: String, note: Note) -> Result<(), String> { Ok(()) }
    #[http(method = "get", path = "status")]
    fn status(&self) -> Result<Vec<(String, u32)>, String> { Ok(vec![]) }
}
`;

function relayApp() {
  return memory({
    'apps/relay/metadata.json': '{"properties": {"package_name": "relay", "publisher": "bob.os"}}',
    'apps/relay/pkg/manifest.json': '[{"process_name": "main", "process_wasm_path": "/night-relay.wasm"}]',
    'apps/relay/night_relay/Cargo.toml': '[dependencies]\nhyperapp_macro = "0.2.0"',
    'apps/relay/night_relay/src/lib.rs': relay,
    'apps/relay/night_relay/src/note.rs': 'pub struct Note { pub body: String }',
    'apps/relay/ui/package.json': '{}',
    'apps/relay/ui/src/main.ts': '',
    'apps/relay/ui/node_modules/x/index.ts': '',
    'other/metadata.json': '{"title": "nothing of ours"}',
  });
}

test('finds apps below a folder, and passes over what only looks like one', () => {
  assert.deepEqual(findApps(relayApp().files, '/w'), ['/w/apps/relay']);
});

test('reads processes, their names and what stands in other files', () => {
  const app = createAppReader({ files: relayApp().files, parser }).read('/w/apps/relay');
  const [process] = app.processes;
  assert.deepEqual(
    [app.packageId, process?.name, process?.generation, app.ui],
    ['relay:bob.os', 'main', 'v3b', '/w/apps/relay/ui'],
  );
  assert.equal(process?.types.get('Note')?.at.file, '/w/apps/relay/night_relay/src/note.rs');
});

test('reads again only what changed, and sees files come and go', () => {
  const { files, reads, texts } = relayApp();
  const reader = createAppReader({ files, parser });
  reader.read('/w/apps/relay');
  reads.length = 0;
  texts['apps/relay/night_relay/src/lib.rs'] = relay.replace('fn status', 'fn state_of');
  reader.changed('/w/apps/relay/night_relay/src/lib.rs');
  assert.equal(reader.read('/w/apps/relay').processes[0]?.handlers[1]?.wireName, 'StateOf');
  assert.deepEqual(
    reads.filter((file) => file.endsWith('.rs') && !file.endsWith('lib.rs')),
    [],
  );

  texts['apps/relay/night_relay/src/more.rs'] = 'pub struct More;';
  reader.changed('/w/apps/relay/night_relay/src/more.rs');
  assert.ok(reader.read('/w/apps/relay').processes[0]?.types.has('More'));
  delete texts['apps/relay/night_relay/src/more.rs'];
  reader.changed('/w/apps/relay/night_relay/src/more.rs');
  assert.equal(reader.read('/w/apps/relay').processes[0]?.types.has('More'), false);
});
