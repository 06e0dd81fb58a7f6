/** What processes have bound: HTTP paths and WebSocket paths, in two independent tables (http-server.md §1, §3). */

import { packageOf } from '../../kernel/address.ts';
import type { Blob, ProcessId } from '../../kernel/message.ts';
import { splitProcessId } from '../identity.ts';
import { boundPattern, RouteTable } from './routes.ts';

export interface BoundPath {
  readonly kind: 'bound';
  readonly process: ProcessId;
  readonly authenticated: boolean;
  readonly localOnly: boolean;
  /** The subdomain on which alone the path is served, for secure bindings (§7.4). */
  readonly subdomain: string | undefined;
  /** Served by the node itself to GET (§6); undefined: requests go to the process. */
  readonly content: Blob | undefined;
}

/** An unbound path answers 404 and does not fall back to the app's root. */
export type HttpBinding = BoundPath | { readonly kind: 'unbound' };

export interface WebSocketBinding {
  readonly process: ProcessId;
  readonly authenticated: boolean;
  readonly subdomain: string | undefined;
  readonly extension: boolean;
}

/** The package's subdomain: `chat:ware.hypr` -> `chat-ware-hypr` (§7.4). */
export function secureSubdomain(process: ProcessId): string {
  return packageOf(process).replace(/[^A-Za-z0-9]/g, '-');
}

/** Whether a process may bind at all (§2, InvalidSourceProcess). */
export function mayBind(process: ProcessId): boolean {
  const parts = splitProcessId(process);
  return (
    parts !== undefined &&
    /^[a-z0-9-]+$/.test(parts.process) &&
    /^[a-z0-9-]+$/.test(parts.packageName) &&
    /^[a-z0-9.-]+$/.test(parts.publisher)
  );
}

/** Both tables; they live until the node stops. */
export class Bindings {
  readonly http = new RouteTable<HttpBinding>();
  readonly webSocket = new RouteTable<WebSocketBinding | undefined>();
  /** Subdomains that some package has bound securely (§7.4, "other apps on that host"). */
  readonly subdomains = new Set<string>();

  bind(path: string, binding: BoundPath): void {
    if (binding.subdomain) this.subdomains.add(binding.subdomain);
    this.http.set(boundPattern(binding.process, path), binding);
  }

  unbind(process: ProcessId, path: string): void {
    this.http.set(boundPattern(process, path), { kind: 'unbound' });
  }

  bindWebSocket(path: string, binding: WebSocketBinding): void {
    if (binding.subdomain) this.subdomains.add(binding.subdomain);
    this.webSocket.set(boundPattern(binding.process, path), binding);
  }

  unbindWebSocket(process: ProcessId, path: string): void {
    this.webSocket.set(boundPattern(process, path), undefined);
  }
}
