/** The page that the real node's login page is here: it asks for nothing, since a dev node has no password (http-server.md §7.3). */
import { escapeHtml } from '../html.ts';

/** The page works out by its host name which cookie it needs, the main one or a secure subdomain's (§7.4). */
export function loginPage(node: string): string {
  const name = escapeHtml(node);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Log in to ${name}</title>
<style>body{font:16px system-ui;display:grid;place-items:center;min-height:90vh}button{font:inherit;padding:.5em 1.5em}</style></head>
<body><main><h1>${name}</h1><p>This path needs a login. A dev node has no password.</p><button id="login">Log in</button></main>
<script>
document.getElementById('login').onclick = async () => {
  const process = location.pathname.split('/')[1] ?? '';
  const [, packageName, publisher] = process.split(':');
  const own = (packageName + '-' + publisher).replace(/[^A-Za-z0-9]/g, '-');
  const subdomain = publisher && location.hostname.split('.')[0] === own ? process : '';
  const answer = await fetch('/login', {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password_hash: '0x', subdomain }),
  });
  if (answer.status < 399) location.reload();
  else document.querySelector('p').textContent = 'The node refused the login: ' + (await answer.text());
};
</script></body></html>
`;
}
