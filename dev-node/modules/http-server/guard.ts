/** Who may talk to the node's HTTP port at all: names of this machine, and pages of this machine (http-server.md §7.5, §7.6). */
import type { IncomingHttpHeaders } from 'node:http';

const loopbackName = /^(?:localhost|(?:[a-z0-9-]+\.)+localhost|127\.0\.0\.1|\[::1\])$/i;

/** A Host header in its parts; the port is undefined if the header has none. */
export function splitHost(host: string): { readonly name: string; readonly port: number | undefined } {
  const found = /^(.*?)(?::(\d+))?$/.exec(host);
  const bracketed = /^(\[[^\]]*\])(?::(\d+))?$/.exec(host);
  const [, name = host, port] = bracketed ?? found ?? [];
  return { name, port: port === undefined ? undefined : Number(port) };
}

/** Whether the peer's address is of this machine. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (/^(?:::ffff:)?127\./.test(address) || address === '::1');
}

/** Whether the request came straight from this machine: a loopback peer and no trace of a proxy (§7.5). */
export function isDirectLocal(peer: string | undefined, headers: IncomingHttpHeaders): boolean {
  const proxied = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-real-ip'];
  return isLoopback(peer) && proxied.every((name) => headers[name] === undefined);
}

/** Whether an Origin header names a page of this machine, on any port: a Vite dev server is one. */
export function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return (url.protocol === 'http:' || url.protocol === 'https:') && loopbackName.test(url.hostname);
}

/**
 * Why a request is turned away, as one sentence for people; undefined if it may pass. The Host must name this machine and
 * our port (a foreign page that points its own name at 127.0.0.1 is thereby shut out); a page of another machine may
 * neither change things nor open WebSockets, whatever its method pretends.
 */
export function refusal(headers: IncomingHttpHeaders, port: number): string | undefined {
  const { host, origin } = headers;
  if (host !== undefined) {
    const { name, port: given } = splitHost(host);
    if (!loopbackName.test(name) || (given ?? 80) !== port)
      return `This dev node answers only at http://localhost:${port}; the request was addressed to "${host}". Open http://localhost:${port} instead.`;
  }
  if (origin !== undefined && !isLoopbackOrigin(origin))
    return `This dev node takes no requests from pages of other machines; this one came from "${origin}". Open the page from http://localhost:${port}.`;
  return undefined;
}
