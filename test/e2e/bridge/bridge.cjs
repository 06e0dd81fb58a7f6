// Test helper: runs functions that a test sends in the extension host, with the real vscode API, so that only what is
// under test has to go through the user interface.
const fs = require('node:fs');
const http = require('node:http');
const vscode = require('vscode');

exports.activate = () =>
  new Promise((ready) => {
    const server = http
      .createServer(async (request, response) => {
        let body = '';
        for await (const chunk of request) body += chunk;
        try {
          const { code, args } = JSON.parse(body);
          const run = new Function(`return (${code})`)();
          response.end(JSON.stringify({ value: await run(vscode, ...args) }));
        } catch (error) {
          response.end(JSON.stringify({ error: String(error.stack ?? error) }));
        }
      })
      .listen(0, '127.0.0.1', () => {
        fs.writeFileSync(process.env.E2E_BRIDGE, String(server.address().port));
        ready();
      });
  });
