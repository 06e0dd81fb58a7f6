/** Who may use a bound path: subdomain, login, local-only (http-server.md §7, steps 5 and 6 of §8). */
import type { IncomingHttpHeaders } from 'node:http';
import { type BoundPath, secureSubdomain } from './bindings.ts';
import { isDirectLocal, splitHost } from './guard.ts';
import type { Login, Realm } from './login.ts';
import type { HttpServerSettings } from './settings.ts';

export interface Visitor {
  /** The peer's IP address. */
  readonly peer: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

export type Access =
  | {
      readonly kind: 'allowed';
      /** `name=token` to set on the answer: auto-login (§7.6). */
      readonly issue: string | undefined;
    }
  | { readonly kind: 'login' }
  | { readonly kind: 'forbidden'; readonly text: string }
  /** The path is served on that subdomain only. */
  | { readonly kind: 'elsewhere'; readonly subdomain: string };

export interface AccessOptions {
  readonly login: Login;
  readonly settings: Pick<HttpServerSettings, 'autoLogin' | 'exposeLocal'>;
  readonly subdomains: ReadonlySet<string>;
}

const hostOf = (visitor: Visitor) => splitHost(visitor.headers.host ?? 'localhost').name;
const firstLabel = (host: string) => host.split('.', 1)[0] ?? '';

/** The cookie that a path asks for: its process's on a secure subdomain of localhost, else the main one (§7.4). */
function realmOf(binding: Pick<BoundPath, 'process' | 'subdomain'>, host: string): Realm {
  return binding.subdomain && host.includes('localhost') ? binding.process : undefined;
}

/** The main cookie for a visitor who has none, where auto-login is on; also for answers that need no login. */
export function cookieToIssue(visitor: Visitor, realm: Realm, { login, settings }: AccessOptions): string | undefined {
  if (!settings.autoLogin || !isDirectLocal(visitor.peer, visitor.headers)) return undefined;
  return login.valid(visitor.headers.cookie, realm) ? undefined : login.issue(realm);
}

/** Whether a visitor may use the path, in the order of §8: subdomain, cookie, local-only. */
export function accessTo(
  binding: Pick<BoundPath, 'process' | 'subdomain' | 'authenticated' | 'localOnly'>,
  visitor: Visitor,
  options: AccessOptions,
): Access {
  const host = hostOf(visitor);
  const label = firstLabel(host);
  const realm = realmOf(binding, host);
  const issue = cookieToIssue(visitor, realm, options);
  if (binding.authenticated) {
    if (binding.subdomain && binding.subdomain !== label) return { kind: 'elsewhere', subdomain: binding.subdomain };
    if (!binding.subdomain && options.subdomains.has(label) && label !== secureSubdomain(binding.process))
      return { kind: 'forbidden', text: 'secure subdomain can only serve its associated package' };
    if (issue === undefined && !options.login.valid(visitor.headers.cookie, realm)) return { kind: 'login' };
  }
  if (binding.localOnly && !(options.settings.exposeLocal && isDirectLocal(visitor.peer, visitor.headers)))
    return { kind: 'forbidden', text: '' };
  return { kind: 'allowed', issue };
}
