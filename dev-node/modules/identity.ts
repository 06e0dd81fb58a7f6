/** Process ids, package ids and addresses as text (kernel.md §1.1, §1.2). */
import type { Address, ProcessId } from '../kernel/message.ts';

export interface ProcessIdParts {
  readonly process: string;
  readonly packageName: string;
  readonly publisher: string;
}

/** The runtime's lenient parse: three non-empty parts around two colons, any characters. */
export function parseProcessId(id: string): ProcessIdParts | undefined {
  const [process, packageName, publisher, ...more] = id.split(':');
  return process && packageName && publisher && more.length === 0 ? { process, packageName, publisher } : undefined;
}

/** `process-name:package-name:publisher` -> `package-name:publisher`. */
export function packageOf(id: ProcessId): string {
  return id.slice(id.indexOf(':') + 1);
}

/** The strict parse of the guest library, which the app-store applies to manifests (§1.2). */
export function isGuestProcessId(id: string): boolean {
  return /^[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-.]+$/.test(id);
}

/** The strict parse of the guest library for `package-name:publisher`. */
export function isGuestPackageId(id: string): boolean {
  return /^[a-z0-9-]+:[a-z0-9-.]+$/.test(id);
}

/** `node@process:package:publisher`. */
export function addressText(address: Address): string {
  return `${address.node}@${address.process}`;
}

/** The runtime's parse of an address: exactly one `@`, a node, a lenient process id. */
export function parseAddress(text: string): Address | undefined {
  const [node, process, ...more] = text.split('@');
  return node && process && more.length === 0 && parseProcessId(process) ? { node, process } : undefined;
}
