import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { connect } from './client.ts';

test('each listener of a notification hears it, until it is disposed', async () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'hyperware-client-'));
  const socket = path.join(dir, 'control.sock');
  const accepted = Promise.withResolvers<net.Socket>();
  const server = net.createServer((peer) => accepted.resolve(peer)).listen(socket);
  try {
    const client = await connect(socket);
    const peer = await accepted.promise;
    const node = createMessageConnection(new SocketMessageReader(peer), new SocketMessageWriter(peer));
    node.listen();
    const heard: string[] = [];
    const first = client.on('log/lines', ([line]) => heard.push(`first ${line?.text}`));
    client.on('log/lines', ([line]) => heard.push(`second ${line?.text}`));
    const say = async (seq: number, text: string) => {
      const known = heard.length;
      await node.sendNotification('log/lines', [{ seq, time: 0, node: 'alice.os', level: 0, text }]);
      while (heard.length === known) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await say(1, 'one');
    first.dispose();
    await say(2, 'two');
    assert.deepEqual(heard, ['first one', 'second one', 'second two']);
    client.dispose();
    node.dispose();
    peer.destroy();
  } finally {
    server.close();
    fs.rmSync(dir, { recursive: true });
  }
});
