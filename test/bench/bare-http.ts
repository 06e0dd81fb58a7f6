/** The baseline of HTTP: a server that reads a body and gives it back. Tells its port to the program that forked it. */
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => response.end(Buffer.concat(chunks)));
});
server.listen(0, 'localhost', () => process.send!((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
