import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { InitializeResult, WorkspaceSymbol } from 'vscode-languageserver';

test('hyperdev lsp speaks LSP over stdio and ends with its editor', { timeout: 30_000 }, async () => {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, '../main.ts'), 'lsp'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  const uri = pathToFileURL(path.join(import.meta.dirname, '../../test/fixtures/apps/notes-v1')).href;
  const { capabilities } = await connection.sendRequest<InitializeResult>('initialize', {
    processId: process.pid,
    rootUri: uri,
    capabilities: {},
  });
  assert.equal(capabilities.hoverProvider, true);
  assert.equal(capabilities.codeLensProvider, undefined, 'lenses are for clients that can run their commands');
  const symbols = await connection.sendRequest<WorkspaceSymbol[]>('workspace/symbol', { query: 'RenameNote' });
  assert.deepEqual(
    symbols.map(({ name }) => name),
    ['rename_note (RenameNote)'],
  );
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  assert.equal(await ended, 0);
  connection.dispose();
});
