import type { App, AppProcess } from '../model/app.ts';

/** Where a request goes, as far as its URL tells. */
export type UrlTarget =
  | { readonly kind: 'process'; readonly name: string }
  | { readonly kind: 'app' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'elsewhere' };

const own = /BASE_URL|location\.origin|location\.href|\/\/localhost|\/\/127\.0\.0\.1/;
const processId = /([a-z0-9-]+):([a-z0-9-]+):([a-z0-9.-]+)/;

/**
 * Whether a front end's URL reaches the app (diagnostics.md §0.3): relative, of this page's origin, or ending in a bound
 * path. `${source}` stands for what is not constant (see the payload site).
 */
export function urlTarget(url: string | undefined, app: App): UrlTarget {
  if (url === undefined) return { kind: 'unknown' };
  const id = processId.exec(url.replace(/^\w+:\/\/[^/]*/, ''));
  if (id) {
    return `${id[2]}:${id[3]}` === app.packageId ? { kind: 'process', name: id[1] as string } : { kind: 'elsewhere' };
  }
  const paths = app.processes.flatMap(({ endpoints }) => endpoints.map(({ path }) => path));
  const plain = url.replace(/[?#].*$/, '').replace(/\/$/, '');
  const isBound = paths.some((path) => path !== '/' && (plain.endsWith(path) || plain.startsWith(`${path}/`)));
  if (/^(https?|wss?):\/\/[^$]/.test(url) && !own.test(url)) return { kind: 'elsewhere' };
  if (own.test(url) || isBound) return { kind: 'app' };
  if (url.startsWith('${')) return { kind: 'unknown' };
  // A path of this origin that no endpoint binds may be another's; without endpoints in sight it is the app's.
  return paths.length === 0 || !url.startsWith('/') ? { kind: 'app' } : { kind: 'unknown' };
}

/** The processes that a URL can mean, of those given. */
export function processesAt(target: UrlTarget, processes: readonly AppProcess[]): readonly AppProcess[] {
  if (target.kind === 'elsewhere') return [];
  return target.kind === 'process' ? processes.filter(({ name }) => name === target.name) : processes;
}
