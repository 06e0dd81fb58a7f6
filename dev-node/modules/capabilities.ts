/** The well-known capabilities (kernel.md §13.1). */
import type { Capability, ProcessId } from '../kernel/message.ts';

export const kernelId = 'kernel:distro:sys';
export const httpServerId = 'http-server:distro:sys';
export const vfsId = 'vfs:distro:sys';
export const homepageId = 'homepage:homepage:sys';
export const appStoreId = 'main:app-store:sys';
export const netId = 'net:distro:sys';

/** JSON text with sorted keys and no spaces, as the app-store writes params from a manifest (§13.3). */
export function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => `${JSON.stringify(key)}:${sortedJson(part)}`)
      .join(',')}}`;
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

/** The right to send a message to `process`. */
export function messaging(node: string, process: ProcessId): Capability {
  return { issuer: { node, process }, params: '"messaging"' };
}

/** The right to talk to other nodes. */
export function network(node: string): Capability {
  return { issuer: { node, process: kernelId }, params: '"network"' };
}

/** The right to read or write a drive; `drive` is `/package:publisher/drive`. */
export function driveCapability(node: string, kind: 'read' | 'write', drive: string): Capability {
  return { issuer: { node, process: vfsId }, params: JSON.stringify({ kind, drive }) };
}

/** All rights at a module. */
export function root(node: string, process: ProcessId): Capability {
  return { issuer: { node, process }, params: '{"root":true}' };
}

/** An app-defined capability that is one JSON string, such as the homepage's `"RemoveOther"`. */
export function named(node: string, process: ProcessId, name: string): Capability {
  return { issuer: { node, process }, params: JSON.stringify(name) };
}

/** Equality of §13.1: same issuer, params equal as parsed JSON; unparsable text counts as null. */
export function sameCapability(a: Capability, b: Capability): boolean {
  return (
    a.issuer.node === b.issuer.node &&
    a.issuer.process === b.issuer.process &&
    canonical(a.params) === canonical(b.params)
  );
}

function canonical(params: string): string {
  try {
    return sortedJson(JSON.parse(params));
  } catch {
    return 'null';
  }
}
