/** Host functions that need the kernel: state, capabilities, spawn (kernel.md §7, §11.5, §12, §13.5). */
import type { Store } from '../store/store.ts';
import { packageOf, unsafeProcessId } from './address.ts';
import type { AskResult } from './asks.ts';
import { kernelId, messaging } from './capability.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { KernelMessage, ProcessId } from './message.ts';
import type { Oracle } from './oracle.ts';
import type { HostAnswer, HostCall } from './process.ts';
import type { UserProcess } from './process-table.ts';

export interface HostCallOptions {
  readonly node: string;
  readonly store: Pick<Store, 'getState' | 'setState' | 'clearState'>;
  readonly oracle: Oracle;
  readonly lifecycle: () => Lifecycle;
  readonly print: (level: number, text: string, process?: ProcessId) => void;
  readonly newMessageId: () => bigint;
  /** Sends a request whose response comes back to the kernel, whoever is its source. */
  readonly ask: (message: Omit<KernelMessage, 'trace' | 'id' | 'rsvp'>, timeoutMs: number) => Promise<AskResult>;
}

const done: HostAnswer = { kind: 'done' };

export function createHostCalls(
  options: HostCallOptions,
): (caller: UserProcess, call: HostCall) => Promise<HostAnswer> {
  const { store, oracle, print } = options;
  return async (caller, call) => {
    const { id } = caller;
    switch (call.call) {
      case 'get-state':
        return { kind: 'state', bytes: store.getState(id) };
      case 'set-state':
        try {
          await store.setState(id, call.bytes);
        } catch (error) {
          print(0, `state: could not persist the state of ${id}: ${(error as Error).message}`, id);
          return { kind: 'trap', text: 'filesystem did not respond properly to SetState!!' };
        }
        print(2, `${id} persisted state`, id);
        return done;
      case 'clear-state':
        try {
          await store.clearState(id);
        } catch (error) {
          print(0, `state: could not clear the state of ${id}: ${(error as Error).message}`, id);
          return { kind: 'trap', text: 'filesystem did not respond properly to ClearState!!' };
        }
        print(2, `${id} cleared persisted state`, id);
        return done;
      case 'our-capabilities':
        return { kind: 'capabilities', capabilities: oracle.list(id) };
      case 'save-capabilities':
        oracle.add(id, call.capabilities);
        return done;
      case 'drop-capabilities':
        oracle.drop(id, call.capabilities);
        return done;
      case 'spawn':
        return spawn(options, caller, call);
    }
  };
}

/** §11.5, with the grants made before the child runs. */
async function spawn(
  options: HostCallOptions,
  caller: UserProcess,
  call: HostCall & { call: 'spawn' },
): Promise<HostAnswer> {
  const { node, oracle, print } = options;
  const lifecycle = options.lifecycle();
  const noFile: HostAnswer = { kind: 'spawn-error', error: 'no-file-at-path' };
  const answer = await options.ask(
    {
      source: { node, process: caller.id },
      target: { node, process: 'vfs:distro:sys' },
      message: {
        kind: 'request',
        inherit: false,
        expectsResponse: 5n,
        body: new TextEncoder().encode(JSON.stringify({ path: call.wasmPath, action: 'Read' })),
        metadata: undefined,
        capabilities: [],
      },
      blob: undefined,
    },
    5000,
  );
  if (answer.outcome !== 'ok') return noFile;
  const text = new TextDecoder().decode(answer.response.body);
  if (!isJson(text))
    return { kind: 'trap', text: `vfs answered with something that is not JSON: ${text.slice(0, 100)}` };
  if (!answer.blob || text !== '"Read"') return noFile;

  const id = `${call.name ?? options.newMessageId().toString()}:${packageOf(caller.id)}`;
  const unsafe = unsafeProcessId(id);
  if (unsafe) return { kind: 'trap', text: unsafe };
  // The reply to this step is ignored on a real node: a taken name goes on with the process that has it.
  lifecycle.initialise(
    {
      id,
      wasmHandle: call.wasmPath,
      witVersion: caller.witVersion,
      onExit: call.onExit,
      public: call.public,
      bytes: answer.blob.bytes,
      capabilities: oracle.filter(caller.id, call.requestCapabilities),
    },
    kernelId,
  );
  for (const grant of call.grantCapabilities)
    oracle.add(grant.process, [{ issuer: { node, process: id }, params: grant.params }]);
  oracle.add(id, [messaging(node, caller.id)]);
  oracle.add(caller.id, [messaging(node, id)]);
  if (!lifecycle.run(id)) return noFile;
  print(2, `${caller.id} spawned a new process ${id}`, caller.id);
  return { kind: 'spawned', process: id };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
