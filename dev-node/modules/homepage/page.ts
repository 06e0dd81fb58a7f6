/** The page at `/`: the apps that have announced themselves, and their widgets. */
import { escapeHtml } from '../html.ts';
import type { HomepageApp } from './entries.ts';

function icon({ base64_icon, label }: HomepageApp): string {
  return base64_icon
    ? `<img src="${escapeHtml(base64_icon)}" alt="">`
    : `<span class="letter" aria-hidden="true">${escapeHtml([...label][0]?.toUpperCase() ?? '?')}</span>`;
}

function tile(app: HomepageApp): string {
  const inside = `${icon(app)}<span>${escapeHtml(app.label)}</span><small>${escapeHtml(app.id)}</small>`;
  return app.path ? `<li><a href="${escapeHtml(app.path)}">${inside}</a></li>` : `<li><div>${inside}</div></li>`;
}

/** A widget that is HTML is shown as it is; anything else means the app's own page (packages.md §10.2). */
function frame(app: HomepageApp): string {
  const { widget, path, label } = app;
  if (!widget) return '';
  const sandbox = 'sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-modals"';
  const content = widget.includes('<')
    ? `srcdoc="${escapeHtml(widget)}" ${sandbox}`
    : `src="${escapeHtml(path ?? '')}"`;
  return `<iframe title="${escapeHtml(label)}" ${content}></iframe>`;
}

/** A whole HTML page. */
export function homePage(node: string, apps: readonly HomepageApp[]): string {
  const name = escapeHtml(node);
  const sorted = [...apps].sort((a, b) => Number(b.favorite) - Number(a.favorite) || a.order - b.order);
  const list = sorted.length
    ? `<ul>${sorted.map(tile).join('')}</ul>`
    : '<p>No app has announced itself yet. Install one, and it appears here after a reload.</p>';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${name}</title>
<link rel="icon" href="/hyperware.svg"><link rel="stylesheet" href="/hyperware.css">
<style>
ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(10rem,1fr));gap:1rem;padding:0;list-style:none}
li>*{display:grid;justify-items:center;gap:.4rem;padding:1rem;border:1px solid #8884;border-radius:.6rem;text-align:center;text-decoration:none;color:inherit;overflow-wrap:anywhere}
a:hover,a:focus-visible{border-color:currentColor}img,.letter{width:3rem;height:3rem;object-fit:contain}.letter{display:grid;place-items:center;border-radius:.6rem;background:#8883;font-size:1.5rem}
small{opacity:.7}iframe{border:1px solid #8884;border-radius:.6rem;width:20rem;height:14rem;margin:0 1rem 1rem 0}
</style></head><body><h1>${name}</h1>${list}${sorted.map(frame).join('')}</body></html>
`;
}
