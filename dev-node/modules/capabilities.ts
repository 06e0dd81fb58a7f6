/** Who the modules are, and the capabilities that they issue and ask for (kernel.md §13.1). */
import type { Capability, ProcessId } from '../kernel/message.ts';

export const httpServerId = 'http-server:distro:sys';
export const vfsId = 'vfs:distro:sys';
export const netId = 'net:distro:sys';
export const kvId = 'kv:distro:sys';
export const sqliteId = 'sqlite:distro:sys';
export const ethId = 'eth:distro:sys';
export const homepageId = 'homepage:homepage:sys';
export const appStoreId = 'main:app-store:sys';
export const downloadsId = 'downloads:app-store:sys';
export const chainId = 'chain:app-store:sys';
export const terminalId = 'terminal:terminal:sys';
export const scriptsId = 'scripts:terminal:sys';
export const stateId = 'state:distro:sys';
export const notificationsId = 'notifications:distro:sys';
export const indexerId = 'hns-indexer:hns-indexer:sys';
export const signId = 'sign:sign:sys';
export const contactsId = 'contacts:contacts:sys';
export const testerId = 'tester:tester:sys';

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
