/** The value of a capability and its equality (kernel.md §13.1). */
import type { Address, Capability, ProcessId } from './message.ts';

export const kernelId: ProcessId = 'kernel:distro:sys';
const messagingParams = '"messaging"';
const networkParams = '"network"';

/** The right to send to `process` on `node`. */
export function messaging(node: string, process: ProcessId): Capability {
  return { issuer: { node, process }, params: messagingParams };
}

/** The right to send to and receive from other nodes. */
export function network(node: string): Capability {
  return { issuer: { node, process: kernelId }, params: networkParams };
}

/** A text that is equal for two capabilities exactly when they are equal: params as parsed JSON, unparsable ones as `null`. */
export function capabilityKey(capability: Capability): string {
  return `${capability.issuer.node}@${capability.issuer.process} ${canonicalJson(capability.params)}`;
}

export function isMessagingParams(params: string): boolean {
  return params === messagingParams || canonicalJson(params) === messagingParams;
}

export function isNetwork(capability: Capability, node: string): boolean {
  const { issuer, params } = capability;
  return issuer.process === kernelId && issuer.node === node && canonicalJson(params) === networkParams;
}

export function formatCapability(capability: Capability): string {
  return `${formatIssuer(capability.issuer)}(${capability.params})`;
}

function formatIssuer(issuer: Address): string {
  return `${issuer.node}@${issuer.process}`;
}

function canonicalJson(text: string): string {
  if (text === messagingParams || text === networkParams) return text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'null';
  }
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
