/**
 * The capability gate, cases A to D of kernel.md §5, and what to tell people when it stays shut: the real node only
 * prints a line, so the sentence here says which capability is missing, who must ask for it or give it, and in which file.
 */
import type { Cause } from '../trace/event.ts';
import { formatAddress, nameOf, packageOf } from './address.ts';
import { formatCapability } from './capability.ts';
import type { KernelMessage, ProcessId, SendErrorKind } from './message.ts';
import type { ProcessEntry, ProcessTable } from './process-table.ts';

export interface Refusal {
  readonly cause: Cause;
  /** One sentence for people: what happened, where, what to do. */
  readonly detail: string;
  /** What the real node prints, with levels. */
  readonly prints: readonly (readonly [level: number, text: string])[];
  /** The send error that the sender of a request that expects a response gets at once. */
  readonly bounce: SendErrorKind | undefined;
}

/** Undefined: the message may pass. `message` has its `our` resolved already. */
export function checkGate(message: KernelMessage, table: ProcessTable, node: string): Refusal | undefined {
  const { source, target } = message;
  if (source.node !== node) return checkFromNetwork(message, table);
  if (target.node !== node) return checkToNetwork(message, table);
  const sender = source.process;
  if (sender === 'vfs:distro:sys' || sender === 'state:distro:sys' || sender === 'kernel:distro:sys') return undefined;
  const from = table.get(sender);
  if (!from) return unknownSource(message, 'timeout');
  const to = table.get(target.process);
  if (!to) {
    return {
      cause: 'unknown-process',
      detail: unknownProcess(target.process, table, node),
      prints: [
        [
          2,
          `event loop: process ${formatAddress(source)} sent message to non-existing ${formatAddress(target)}; dropping message`,
        ],
      ],
      bounce: 'timeout',
    };
  }
  if (to.public || from.holding.messaging.has(target.process)) return undefined;
  return {
    cause: 'missing-messaging-capability',
    detail: missingMessaging(from, to),
    prints: [
      [
        0,
        `event loop: process ${formatAddress(source)} doesn't have capability to message process ${formatAddress(target)}`,
      ],
    ],
    bounce: 'timeout',
  };
}

function checkToNetwork(message: KernelMessage, table: ProcessTable): Refusal | undefined {
  const from = table.get(message.source.process);
  if (!from) return unknownSource(message, undefined);
  if (from.holding.network) return undefined;
  return {
    cause: 'missing-network-capability',
    detail: `${from.id} may not send to other nodes: it lacks the network capability. Set "request_networking": true for "${nameOf(from.id)}" in pkg/manifest.json of ${packageOf(from.id)} and install it again.`,
    prints: [
      [0, `event loop: process ${formatAddress(message.source)} doesn't have capability to send networked messages`],
      [0, `event loop: its capabilities: ${[...from.holding.byKey.values()].map(formatCapability).join(', ')}`],
    ],
    bounce: 'timeout',
  };
}

function checkFromNetwork(message: KernelMessage, table: ProcessTable): Refusal | undefined {
  const { source, target } = message;
  const to = table.get(target.process);
  if (!to) {
    return {
      cause: 'unknown-process',
      detail: `${unknownProcess(target.process, table, target.node)} ${source.node} is not told: it waits until its own timeout.`,
      prints: [
        [
          2,
          `event loop: ${formatAddress(source)} sent message to non-existing ${formatAddress(target)}; dropping message`,
        ],
      ],
      bounce: undefined,
    };
  }
  if (to.holding.network) return undefined;
  return {
    cause: 'target-not-networked',
    detail: `${to.id} may not receive from other nodes: it lacks the network capability. Set "request_networking": true for "${nameOf(to.id)}" in pkg/manifest.json of ${packageOf(to.id)} on ${target.node} and install it again. ${source.node} is not told: it waits until its own timeout.`,
    prints: [
      [
        0,
        `event loop: process ${formatAddress(target)} got a message from over the network, but doesn't have capability to receive networked messages`,
      ],
    ],
    bounce: undefined,
  };
}

function unknownSource(message: KernelMessage, bounce: Refusal['bounce']): Refusal {
  return {
    cause: 'unknown-source',
    detail: `${formatAddress(message.source)} is not a process of this node (any more), so its message to ${formatAddress(message.target)} goes nowhere.`,
    prints: [],
    bounce,
  };
}

/** "No process X on node N", with the nearest known ids: those of its package, else those of its name. */
export function unknownProcess(id: ProcessId, table: ProcessTable, node: string): string {
  const known = (matches: (other: ProcessId) => boolean) => [...table.keys()].filter(matches).slice(0, 3).join(' or ');
  const siblings = known((other) => packageOf(other) === packageOf(id));
  if (siblings) return `There is no process ${id} on ${node}. Did you mean ${siblings}?`;
  const namesakes = known((other) => nameOf(other) === nameOf(id));
  const instead = namesakes ? `, or did you mean ${namesakes}?` : ', or mend the process id.';
  return `There is no process ${id} on ${node}: ${packageOf(id)} is not installed there. Install it${instead}`;
}

function missingMessaging(from: ProcessEntry, to: ProcessEntry): string {
  const ask = `"${to.id}" to request_capabilities of "${nameOf(from.id)}" in pkg/manifest.json of ${packageOf(from.id)}`;
  const give = `"${from.id}" to grant_capabilities of "${nameOf(to.id)}" in pkg/manifest.json of ${packageOf(to.id)}`;
  const ways =
    from.kind === 'module'
      ? `Add ${give} (or make it public)`
      : to.kind === 'module'
        ? `Add ${ask}`
        : `Add ${ask}, or ${give}`;
  return `${from.id} may not message ${to.id}: it lacks the messaging capability. ${ways}, and install it again.`;
}
