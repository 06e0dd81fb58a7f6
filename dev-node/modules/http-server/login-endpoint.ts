/** `/login`: the page, and the form that it posts (http-server.md §7.3). A dev node accepts any password. */
import * as v from 'valibot';
import { option, parseBody } from '../body.ts';
import { splitProcessId } from '../identity.ts';
import { type HttpAnswer, type HttpRequest, textAnswer } from './exchange.ts';
import type { Login } from './login.ts';
import { loginPage } from './login-page.ts';

const form = v.object({ password_hash: v.string(), subdomain: option(v.string()) });

/** The original says these as headers of their own, not as attributes of the cookie. */
const literalHeaders = [
  ['HttpOnly', 'true'],
  ['Secure', 'true'],
  ['SameSite', 'Strict'],
] as const;

/** A cookie as it is set: good for every path of the host, host-only, and never sent along by pages of other sites. */
export function setCookie(token: string): readonly [string, string] {
  return ['set-cookie', `${token}; Path=/; SameSite=Strict`];
}

/** `GET /login`, and every authenticated path without login: status 200 (§7.2), without a content type there. */
export function loginPageAnswer(node: string, withType: boolean): HttpAnswer {
  const answer = textAnswer(200, 'text/html; charset=utf-8', loginPage(node));
  return withType ? answer : { ...answer, headers: [] };
}

/** `POST /login`. */
export function loginAnswer(request: HttpRequest, body: Uint8Array, login: Login): HttpAnswer {
  const parsed = v.safeParse(form, parseBody(body));
  if (!parsed.success) return textAnswer(400, 'application/json', '"Failed to parse login info"');
  const { subdomain } = parsed.output;
  const host = request.host ?? 'localhost';
  const realm = subdomain && splitProcessId(subdomain) && host.includes('localhost') ? subdomain : undefined;
  const headers = [setCookie(login.issue(realm)), ...literalHeaders];
  const redirect = new URLSearchParams(request.query).get('redirect');
  // Only a path may follow the host: anything else would lead to another one.
  if (redirect?.startsWith('/') && !/[^\x21-\x7e]/.test(redirect))
    return { status: 303, headers: [...headers, ['location', `http://${host}${redirect}`]], body: new Uint8Array() };
  // The real node hands out its key file here; a dev node's key has no password and stays at home.
  const answer = textAnswer(200, 'application/json', '""');
  return { ...answer, headers: [...answer.headers, ...headers] };
}
