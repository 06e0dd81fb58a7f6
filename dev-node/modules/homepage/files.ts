/** Files at the root of the site that need no login (http-server.md §10, packages.md §10.3). */
import type { BuiltInFile } from '../http-server/module.ts';

const stylesheet = `:root{color-scheme:light dark;--font:system-ui,sans-serif}
body{font:1rem/1.5 var(--font);max-width:64rem;margin:2rem auto;padding:0 1rem}
button,input,select,textarea{font:inherit}
`;

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#14213d"/><path d="M9 7v18M23 7v18M9 16h14" stroke="#fca311" stroke-width="3.5" stroke-linecap="round"/></svg>
`;

/** What `/our.js`, `/our` and their neighbours answer on a node of that name. */
export function siteFiles(node: string): readonly BuiltInFile[] {
  const file = (path: string, mime: string, text: string): BuiltInFile => ({
    path,
    content: { mime, bytes: new TextEncoder().encode(text) },
  });
  const manifest = {
    name: node,
    short_name: node,
    start_url: '/',
    display: 'standalone',
    icons: [{ src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' }],
  };
  return [
    file('/our.js', 'application/javascript', `window.our = {}; window.our.node = '${node}';`),
    file('/our', 'text/html', node),
    file('/amionline', 'text/html', 'yes'),
    file('/hyperware.css', 'text/css', stylesheet),
    file('/hyperware.svg', 'image/svg+xml', icon),
    file('/icon.svg', 'image/svg+xml', icon),
    file('/manifest.json', 'application/json', JSON.stringify(manifest)),
  ];
}
