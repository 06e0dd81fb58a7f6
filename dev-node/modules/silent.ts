/**
 * Processes of a real node that a dev node does not emulate, but whose ids apps name in their manifests: capabilities
 * granted to them must not vanish (packages.md §9). What they are asked is printed, so that nobody waits in the dark.
 */
import type { ProcessId } from '../kernel/message.ts';
import type { Module } from '../kernel/module.ts';

export const silentProcesses: readonly ProcessId[] = [
  'settings:settings:sys',
  'explorer:file-explorer:sys',
  'fd-manager:distro:sys',
];

export function createSilent(id: ProcessId): Module {
  return {
    id,
    public: false,
    handle(message, context) {
      const request = message.message;
      if (request.kind !== 'request') return;
      const waits = request.expectsResponse === undefined ? '' : ' The sender waits until its own timeout.';
      context.print(
        0,
        `${id} does nothing on a dev node: a request of ${message.source.process} is dropped.${waits} See docs/fidelity.md.`,
      );
    },
  };
}
