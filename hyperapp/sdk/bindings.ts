/** At start: the files of the UI and the endpoints are bound at http-server (hyperapp.md §11, http-server.md §12). */
import type { Endpoint, UiOptions } from './app.ts';
import { packageId } from './identity.ts';
import { ask, CallError, type Reply } from './messages.ts';
import { textOf } from './text.ts';
import type { Blob } from './types.ts';

const vfs = { node: 'our', process: 'vfs:distro:sys' };
const server = { node: 'our', process: 'http-server:distro:sys' };
const timeoutSeconds = 5;

const mimes: Record<string, string> = {
  html: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  mjs: 'text/javascript',
  json: 'application/json',
  map: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  ico: 'image/x-icon',
  txt: 'text/plain',
  woff: 'font/woff',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
};

export function mimeOf(path: string): string {
  return mimes[/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

/** Binds every file below `pkg/<folder>`, and `index.html` also at `/`. Throws with the cause and the mend. */
export function serveUi(options: UiOptions): void {
  const folder = options.folder ?? 'ui';
  const root = `${packageId()}/pkg/${folder}`;
  const folders = [root];
  for (let path = folders.shift(); path !== undefined; path = folders.shift()) {
    for (const entry of listFolder(path, folder)) {
      if (entry.file_type === 'Directory') folders.push(entry.path);
      else if (entry.file_type === 'File') bindFile(entry.path, entry.path.replace(root, ''), options);
    }
  }
}

function listFolder(path: string, folder: string): { path: string; file_type: string }[] {
  const answer = textOf(request(vfs, { path, action: 'ReadDir' }, 'list the UI', 'vfs:distro:sys').body);
  const listed = (JSON.parse(answer) as { ReadDir?: { path: string; file_type: string }[] }).ReadDir;
  if (!listed)
    throw new Error(`failed to serve UI: vfs answered ${answer}. Make sure that a ${folder} folder is in pkg/.`);
  return listed;
}

function bindFile(file: string, path: string, options: UiOptions): void {
  const read = request(vfs, { path: file, action: 'Read' }, 'read the UI', 'vfs:distro:sys');
  if (!read.blob) throw new Error(`failed to serve UI: vfs answered ${textOf(read.body)} for ${file}.`);
  const content = { mime: mimeOf(file), bytes: read.blob.bytes };
  bind(path, options, content);
  if (path.endsWith('index.html')) bind('/', options, content);
}

/** Throws if a path stands twice, as the Rust framework does, also for one of each kind. */
export function bindEndpoints(endpoints: readonly Endpoint[]): void {
  const paths = new Set<string>();
  for (const endpoint of endpoints) {
    const path = 'http' in endpoint ? endpoint.http : endpoint.ws;
    if (paths.has(path)) throw new Error(`The path "${path}" stands twice in endpoints; keep one.`);
    paths.add(path);
    if ('http' in endpoint) bind(path, endpoint, undefined);
    else if (endpoint.secureSubdomain) bindRequest({ WebSocketSecureBind: { path, extension: false } }, undefined);
    else
      bindRequest(
        { WebSocketBind: { path, authenticated: endpoint.authenticated ?? true, extension: false } },
        undefined,
      );
  }
}

function bind(path: string, options: UiOptions, content: Blob | undefined): void {
  const cache = content !== undefined;
  const { authenticated = true, localOnly = false, secureSubdomain = false } = options;
  if (secureSubdomain) bindRequest({ SecureBind: { path, cache } }, content);
  else bindRequest({ Bind: { path, authenticated, local_only: localOnly, cache } }, content);
}

function bindRequest(
  body: Record<string, { path: string; [setting: string]: unknown }>,
  content: Blob | undefined,
): void {
  const what = `bind ${Object.values(body)[0]!.path}`;
  const answer = textOf(request(server, body, what, 'http-server:distro:sys', content).body);
  if (!('Ok' in (JSON.parse(answer) as object))) throw new Error(`http-server does not ${what}: ${answer}.`);
}

function request(target: typeof vfs, body: unknown, what: string, capability: string, blob?: Blob): Reply {
  try {
    return ask(target, JSON.stringify(body), timeoutSeconds, blob);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    throw new Error(
      `Could not ${what}: ${error.message} Is "${capability}" in request_capabilities of pkg/manifest.json (and for http-server in grant_capabilities)?`,
    );
  }
}
