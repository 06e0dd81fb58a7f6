import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { PassThrough } from 'node:stream';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { loadRustParser } from '../../hyperapp/rust/parser.ts';
import { serve } from '../server.ts';
import type { WitAnswer } from './wit-document.ts';

const fixture = path.join(import.meta.dirname, '../../test/fixtures/wit/guestbook');
const modules = path.join(import.meta.dirname, '../../node_modules');
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'hyperware-wit-'));
fs.cpSync(path.join(fixture, 'app'), root, { recursive: true });
const properties = { package_name: 'guestbook', publisher: 'alice.os' };
fs.writeFileSync(path.join(root, 'metadata.json'), JSON.stringify({ properties }));
after(() => fs.rmSync(root, { recursive: true, force: true }));

const uri = (file: string) => pathToFileURL(path.join(root, file)).href;
const source = 'guestbook/src/lib.rs';

/** The server in this very process, over two pipes. */
async function client() {
  const parser = await loadRustParser({
    runtime: path.join(modules, 'web-tree-sitter/web-tree-sitter.wasm'),
    grammar: path.join(modules, 'tree-sitter-rust/tree-sitter-rust.wasm'),
  });
  const [up, down] = [new PassThrough(), new PassThrough()];
  const server = createConnection(ProposedFeatures.all, new StreamMessageReader(up), new StreamMessageWriter(down));
  serve(server, parser);
  server.listen();
  const connection = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: null,
    rootUri: pathToFileURL(root).href,
    capabilities: { textDocument: { publishDiagnostics: {} } },
  });
  await connection.sendNotification('initialized', {});
  const stop = async () => {
    await connection.sendRequest('shutdown');
    connection.dispose();
    server.dispose();
  };
  return {
    connection,
    stop,
    wit: (of: string) => connection.sendRequest<WitAnswer | null>('hyperware/wit', { uri: of }),
  };
}

test('the WIT of the app that a file belongs to, as it is typed, with the mistakes that keep kit from it', async () => {
  const { connection, stop, wit } = await client();
  const golden = fs.readFileSync(path.join(fixture, 'golden/api/guestbook.wit'), 'utf8');
  const first = await wit(uri(source));
  assert.deepEqual(first?.files[0], { path: 'api/guestbook.wit', text: golden, process: uri('guestbook') });
  assert.deepEqual(
    first?.files.slice(1).map(({ process }) => process),
    [null, null],
  );
  assert.deepEqual([first?.errors, first?.warnings], [[], []]);

  const text = fs.readFileSync(path.join(root, source), 'utf8');
  const typed = text.replace('pub stars: u8', 'pub star_count: Option<u8>');
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri: uri(source), languageId: 'rust', version: 1, text: typed },
  });
  const second = await wit(uri(source));
  assert.equal(second?.files[0]?.text, golden.replace('stars: u8', 'star-count: option<u8>'));

  const broken = text.replace('pub stars: u8', 'pub stars: [u8; 5]');
  await connection.sendNotification('textDocument/didChange', {
    textDocument: { uri: uri(source), version: 2 },
    contentChanges: [{ text: broken }],
  });
  const third = await wit(uri(source));
  assert.deepEqual(third?.files, []);
  assert.equal(third?.errors[0]?.text, '`[u8; 5]` has no WIT form. Use `Vec<T>`.');
  const line = broken.split('\n').findIndex((each) => each.includes('[u8; 5]'));
  assert.deepEqual(third?.errors[0]?.at, {
    uri: uri(source),
    range: { start: { line, character: 15 }, end: { line, character: 22 } },
  });
  assert.equal(await wit(pathToFileURL(path.join(os.tmpdir(), 'of-no-app.rs')).href), null);
  await stop();
});
