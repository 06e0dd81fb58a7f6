/**
 * A kernel without modules, network and disk, and a process in it that is driven from here: it runs no code of its own but
 * is for the kernel a process like any other, with capabilities, ids and traces.
 */
import { messaging } from '../../dev-node/kernel/capability.ts';
import { systemClock } from '../../dev-node/kernel/clock.ts';
import { randomIds } from '../../dev-node/kernel/ids.ts';
import { Kernel } from '../../dev-node/kernel/kernel.ts';
import type { Blob, InboxItem, KernelMessage, ProcessId } from '../../dev-node/kernel/message.ts';
import type { ProcessEvents, ProcessHost, ProcessStart } from '../../dev-node/kernel/process.ts';
import { defaultSettings } from '../../dev-node/settings.ts';
import { createMemoryStore } from '../../dev-node/store/memory-store.ts';
import { Recorder } from '../../dev-node/trace/recorder.ts';

const node = 'bench.os';
const text = new TextEncoder();

export const driverId: ProcessId = 'driver:bench:bench.os';
const mirrorId: ProcessId = 'mirror:bench:bench.os';

export interface LonelyKernel {
  /** Installs and runs a component. */
  run(id: ProcessId, component: Uint8Array): void;
  /** From the driver to a process and back. Rejects when an error comes instead. */
  ask(target: ProcessId, body: Uint8Array, blob?: Blob): Promise<void>;
  /** From the driver to a process that answers on this same thread, and back: two messages, nothing but the kernel's work. */
  bounce(body: Uint8Array): void;
}

/** `host` runs the components; `traced` records as a node does by default, or nothing. */
export function startKernel(host: ProcessHost, traced: boolean): LonelyKernel {
  const ids = randomIds();
  const driven = new Map<ProcessId, ProcessEvents>();
  const waiting = new Map<bigint, (item: InboxItem) => void>();
  let bounced = 0;

  const deliveries: Record<ProcessId, (item: InboxItem) => void> = {
    [driverId](item) {
      const { id } = item.kind === 'message' ? item.message : item;
      driven.get(driverId)!.received(id);
      const settle = waiting.get(id);
      if (settle) {
        waiting.delete(id);
        settle(item);
      } else bounced += 1;
    },
    [mirrorId](item) {
      if (item.kind !== 'message') return;
      driven.get(mirrorId)!.received(item.message.id);
      respond(item.message);
    },
  };
  const start = ({ our, events }: ProcessStart) => {
    driven.set(our.process, events);
    return {
      deliver: deliveries[our.process]!,
      mailbox: 0,
      mailboxBytes: 0,
      memoryBytes: 0,
      hold: () => undefined,
      release: () => undefined,
      kill: async () => undefined,
    };
  };
  const kernel = new Kernel({
    node,
    clock: systemClock,
    ids,
    host: {
      start: (one) => (one.our.process in deliveries ? start(one) : host.start(one)),
      dispose: () => host.dispose(),
    },
    store: createMemoryStore(),
    recorder: new Recorder({
      node,
      events: traced ? defaultSettings.traceEvents : 0,
      bytes: defaultSettings.traceBytes,
      memoryBytes: defaultSettings.traceMemoryBytes,
      now: systemClock.now,
      newTrace: ids.trace,
      newSpan: ids.span,
    }),
    print: (level, line) => {
      // A process that fails must not pass for a slow one.
      if (level === 0 && !line.includes('http-server')) console.error(line);
    },
    shutdown: () => undefined,
  });

  function run(id: ProcessId, code: Uint8Array): void {
    const initialise = {
      InitializeProcess: {
        id,
        wasm_bytes_handle: `/${id}`,
        wit_version: 1,
        on_exit: 'None',
        initial_capabilities: [],
        public: true,
      },
    };
    const target = { node, process: 'kernel:distro:sys' };
    const command = (body: unknown, blob?: Blob) =>
      kernel.send('kernel:distro:sys', { target, body: text.encode(JSON.stringify(body)), blob });
    command(initialise, { mime: undefined, bytes: code });
    command({ RunProcess: id });
  }

  function request(id: bigint, target: ProcessId, body: Uint8Array, blob: Blob | undefined): void {
    driven.get(driverId)!.emit({
      id,
      source: { node, process: driverId },
      target: { node, process: target },
      rsvp: { node, process: driverId },
      message: {
        kind: 'request',
        inherit: false,
        expectsResponse: 30n,
        body,
        metadata: undefined,
        capabilities: [],
      },
      blob,
      cause: undefined,
    });
  }

  function respond(to: KernelMessage): void {
    driven.get(mirrorId)!.emit({
      id: to.id,
      source: { node, process: mirrorId },
      target: to.rsvp ?? to.source,
      rsvp: undefined,
      message: { kind: 'response', inherit: false, body: to.message.body, metadata: undefined, capabilities: [] },
      blob: undefined,
      cause: to.trace,
    });
  }

  run(driverId, text.encode('// driven from outside'));
  run(mirrorId, text.encode('// driven from outside'));
  kernel.grant(driverId, [messaging(node, mirrorId)]);

  return {
    run,
    ask(target, body, blob) {
      const id = ids.message();
      return new Promise((resolve, reject) => {
        waiting.set(id, (item) => {
          if (item.kind === 'message') resolve();
          else reject(new Error(`${target}: ${item.error.kind}`));
        });
        request(id, target, body, blob);
      });
    },
    bounce(body) {
      const before = bounced;
      request(ids.message(), mirrorId, body, undefined);
      if (bounced !== before + 1) throw new Error('the kernel did not pass the message');
    },
  };
}
