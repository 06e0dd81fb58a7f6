/** Process ids and addresses as text (kernel.md §1.1, §1.2), with the runtime's own error texts. */
import type { Address, ProcessId } from './message.ts';

export type Parsed<T> = { readonly value: T } | { readonly problem: string };

const safeName = /^[a-z0-9-]+$/;
const safePublisher = /^[a-z0-9.-]+$/;

/** The runtime's parser: three non-empty parts, any characters. */
export function parseProcessId(text: string): Parsed<ProcessId> {
  const parts = text.split(':');
  if (parts.length > 3) return { problem: 'Too many colons in ProcessId string' };
  if (parts.length < 3 || parts.includes('')) return { problem: 'Missing field in ProcessId string' };
  return { value: text };
}

/** The runtime's parser: a node, `@`, a process id. `our` stays `our`. */
export function parseAddress(text: string): Parsed<Address> {
  const parts = text.split('@');
  if (parts.length > 2) return { problem: 'Too many `@` chars: only one allowed' };
  const [node, id] = parts;
  if (!node || id === undefined) return { problem: 'Node ID missing' };
  const process = parseProcessId(id);
  return 'problem' in process ? process : { value: { node, process: process.value } };
}

/** `node@process:package:publisher`. */
export function formatAddress(address: Address): string {
  return `${address.node}@${address.process}`;
}

/** What is wrong with the characters of a process id (§1.1), or undefined when it is safe. */
export function unsafeProcessId(id: ProcessId): string | undefined {
  const parsed = parseProcessId(id);
  if ('problem' in parsed) return parsed.problem;
  const [name, pack, publisher] = id.split(':') as [string, string, string];
  if (!safeName.test(name)) return `Process name (${name}) can only contain a-z, 0-9, \`-\``;
  if (!safeName.test(pack)) return `Package name (${pack}) can only contain a-z, 0-9, \`-\``;
  if (!safePublisher.test(publisher)) return `Publisher node (${publisher}) can only contain a-z, 0-9, \`-\`, \`.\``;
  return undefined;
}

/** What is wrong with a node's name (§1.1), or undefined. */
export function unsafeNodeName(name: string): string | undefined {
  return safePublisher.test(name) ? undefined : `Node (${name}) can only contain a-z, 0-9, \`-\`, \`.\``;
}

/** `package-name:publisher` of a process id. */
export function packageOf(id: ProcessId): string {
  return id.slice(id.indexOf(':') + 1);
}

/** The first part of a process id. */
export function nameOf(id: ProcessId): string {
  return id.slice(0, id.indexOf(':'));
}

export function sameAddress(a: Address, b: Address): boolean {
  return a.process === b.process && a.node === b.node;
}
