/** Runs one process from start to end, in its own thread. */
import { getRandomValues } from 'node:crypto';
import type { ProcessExit } from '../kernel/process.ts';
import type { WorkerChannel } from './channel.ts';
import { Trap } from './component/guest-memory.ts';
import { hostImports } from './component/host-imports.ts';
import { type ComponentInstance, instantiate } from './component/instantiate.ts';
import { megabytes } from './component/memory-limit.ts';
import type { CompiledComponent } from './component/plan.ts';
import { LineAssembler, StderrRing } from './console-lines.ts';
import type { Boot } from './packing.ts';
import { ProcessState } from './process-state.ts';
import { ScriptProblem, startScript } from './script/run-script.ts';

const encoder = new TextEncoder();

/** `heapBytes` measures the thread's script heap. */
export function runProcess(boot: Boot, channel: WorkerChannel, heapBytes: () => number): ProcessExit {
  const { our, onExit, code } = boot;
  const state = new ProcessState({
    our,
    onExit,
    port: channel,
    now: () => channel.now(),
    randomId: createRandomIds(),
  });
  const stderr = new StderrRing();
  const stdoutLines = new LineAssembler((text) => channel.print(0, text, 'stdout'));
  const stderrLines = new LineAssembler((text) => channel.print(0, text, 'stderr'));
  const output = {
    stdout: (bytes: Uint8Array) => stdoutLines.write(bytes),
    stderr: (bytes: Uint8Array) => {
      stderr.write(bytes);
      stderrLines.write(bytes);
    },
  };
  const ourText = `${our.node}@${our.process}`;
  try {
    return code.kind === 'component' ? component(code.component) : script(code);
  } finally {
    stdoutLines.end();
    stderrLines.end();
  }

  function component(compiled: CompiledComponent): ProcessExit {
    let instance: ComponentInstance;
    try {
      instance = instantiate(compiled, hostImports(state, output));
    } catch (error) {
      return { kind: 'invalid', reason: messageOf(error) };
    }
    channel.reportMemory(() => heapBytes() + instance.memoryBytes());
    try {
      instance.init(ourText);
      return { kind: 'returned' };
    } catch (error) {
      return { kind: 'trapped', reason: trapReason(error, instance), stderr: stderr.text() };
    }
  }

  function trapReason(error: unknown, instance: ComponentInstance): string {
    const used = instance.memoryBytes();
    const reason = error instanceof Trap ? error.message : messageOf(error);
    // A guest that gets no more memory aborts by itself; the trap alone would not say why.
    const starved = used * 2 > boot.memoryLimitBytes || /memory allocation of \d+ bytes failed/.test(stderr.text());
    if (!starved) return reason;
    return `${reason} (its memory stood at ${megabytes(used)}; the limit for a process is ${megabytes(boot.memoryLimitBytes)})`;
  }

  function script({ source, name }: { source: string; name: string }): ProcessExit {
    channel.reportMemory(heapBytes);
    let init: (our: string) => void;
    try {
      init = startScript({
        source,
        name,
        state,
        stdout: (text) => output.stdout(encoder.encode(`${text}\n`)),
        stderr: (text) => output.stderr(encoder.encode(`${text}\n`)),
      });
    } catch (error) {
      if (error instanceof ScriptProblem) return { kind: 'invalid', reason: error.message };
      return scriptTrapped(error, name);
    }
    try {
      init(ourText);
      return { kind: 'returned' };
    } catch (error) {
      return scriptTrapped(error, name);
    }
  }

  /** The stack is what a developer wants to read; it stands where a component's panic text does. */
  function scriptTrapped(error: unknown, name: string): ProcessExit {
    const stack = (error as { stack?: unknown } | undefined)?.stack;
    if (typeof stack === 'string') stderr.write(encoder.encode(`${scriptFrames(stack, name)}\n`));
    return { kind: 'trapped', reason: messageOf(error), stderr: stderr.text() };
  }
}

/** A stack without the frames of this room below the script's own. */
function scriptFrames(stack: string, name: string): string {
  const lines = stack.split('\n');
  const last = lines.findLastIndex((line) => line.includes(`${name}:`));
  return last < 0 ? stack : lines.slice(0, last + 1).join('\n');
}

/** Errors of a script come from its own realm: `instanceof Error` does not know them. */
function messageOf(error: unknown): string {
  const { name, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    name?: unknown;
    message?: unknown;
  };
  if (typeof message !== 'string') return String(error);
  return typeof name === 'string' && !['Error', 'InvalidComponent', 'Trap'].includes(name)
    ? `${name}: ${message}`
    : message;
}

/** Random ids, drawn from the system in batches: one call each would cost more than the rest of a message. */
function createRandomIds(): () => bigint {
  const batch = new BigUint64Array(64);
  let next = batch.length;
  return () => {
    if (next === batch.length) {
      getRandomValues(batch);
      next = 0;
    }
    return batch[next++]!;
  };
}
