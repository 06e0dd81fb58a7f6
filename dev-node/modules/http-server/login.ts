/** The login cookie and the JSON web token in it (http-server.md §7.1). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { parseJson } from '../body.ts';

const lifeSeconds = 26 * 7 * 24 * 3600;
const claims = v.object({ username: v.string(), subdomain: v.nullable(v.string()), expiration: v.number() });

/** Whose cookie: the main domain's (undefined), or that of one process's secure subdomain. */
export type Realm = string | undefined;

export interface LoginOptions {
  readonly node: string;
  /** Kept with the node's data, so that a restart logs nobody out. */
  readonly secret: Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Login {
  cookieName(realm: Realm): string;
  /** `name=token`, the part that a client sends back. */
  issue(realm: Realm): string;
  /** Whether a `cookie` header logs its sender in. Only the first entry of that name counts. */
  valid(cookieHeader: string | undefined, realm: Realm): boolean;
}

/** Issues and checks the node's login tokens: JWT, HS256, 26 weeks. */
export function createLogin({ node, secret, now }: LoginOptions): Login {
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest();
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const cookieName = (realm: Realm) => `hyperware-auth_${node}${realm === undefined ? '' : `@${realm}`}`;

  function tokenIsValid(token: string, realm: Realm): boolean {
    const [header, payload, signature, ...more] = token.split('.');
    if (!header || !payload || !signature || more.length > 0) return false;
    const expected = sign(`${header}.${payload}`);
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    const parsed = v.safeParse(claims, parseJson(Buffer.from(payload, 'base64url').toString()));
    return (
      parsed.success &&
      parsed.output.username === node &&
      parsed.output.subdomain === (realm ?? null) &&
      parsed.output.expiration > now() / 1000
    );
  }

  return {
    cookieName,
    issue(realm) {
      const expiration = Math.floor(now() / 1000) + lifeSeconds;
      const head = encode({ alg: 'HS256' });
      const payload = encode({ username: node, subdomain: realm ?? null, expiration });
      return `${cookieName(realm)}=${head}.${payload}.${sign(`${head}.${payload}`).toString('base64url')}`;
    },
    valid(cookieHeader, realm) {
      const prefix = `${cookieName(realm)}=`;
      const entry = cookieHeader?.split('; ').find((e) => e.startsWith(prefix) && e.split('=').length === 2);
      return entry !== undefined && tokenIsValid(entry.slice(prefix.length), realm);
    },
  };
}
