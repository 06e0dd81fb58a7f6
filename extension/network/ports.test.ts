import assert from 'node:assert/strict';
import * as net from 'node:net';
import { test } from 'node:test';
import { freePort } from './ports.ts';

test('a port that is listened on, or promised to another node, is passed over', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  try {
    const first = await freePort(port, new Set());
    assert.ok(first > port);
    assert.ok((await freePort(port, new Set([first]))) > first);
  } finally {
    server.close();
  }
});

test('0 stays 0: any free one', async () => {
  assert.equal(await freePort(0, new Set()), 0);
});
