import type { HostAddress } from 'hyperware:process/standard@1.0.0';
import type { Address } from './types.ts';

/** Four non-empty parts: one `@`, then two `:` (hyperapp.md §13). */
const form = /^([^@:]+)@([^@:]+):([^@:]+):([^@:]+)$/;

/** `node@process-name:package-name:publisher`, or undefined if the text has another form. */
export function parseAddress(text: string): Address | undefined {
  const parts = form.exec(text);
  return parts ? { node: parts[1]!, process: `${parts[2]}:${parts[3]}:${parts[4]}` } : undefined;
}

export function formatAddress(address: Address): string {
  return `${address.node}@${address.process}`;
}

export function fromHost(address: HostAddress): Address {
  const { processName, packageName, publisherNode } = address.process;
  return { node: address.node, process: `${processName}:${packageName}:${publisherNode}` };
}

/** Throws a `TypeError` that shows the right form: a wrong address is a mistake in the program, not an event. */
export function toHost(target: string | Address): HostAddress {
  const text = typeof target === 'string' ? target : formatAddress(target);
  const address = parseAddress(text);
  if (!address)
    throw new TypeError(`"${text}" is not an address. Write node@process-name:package-name:publisher-node.`);
  const [processName, packageName, publisherNode] = address.process.split(':') as [string, string, string];
  return { node: address.node, process: { processName, packageName, publisherNode } };
}
