/** `kernel:distro:sys`: the commands of kernel.md §15, handled inline, before the next message. */
import * as v from 'valibot';
import type { Recorder } from '../trace/recorder.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { KernelMessage, ProcessId } from './message.ts';
import type { Oracle } from './oracle.ts';
import { describeProcess } from './persistence.ts';
import type { ProcessTable } from './process-table.ts';
import { type Command, commandJson, describeIssues } from './wire.ts';

export interface CommandOptions {
  readonly table: ProcessTable;
  readonly oracle: Oracle;
  readonly recorder: Recorder;
  readonly lifecycle: () => Lifecycle;
  readonly print: (level: number, text: string) => void;
  /** Sends a response of the kernel's to `to`, with a JSON body. */
  readonly reply: (to: KernelMessage, body: unknown) => void;
  readonly shutdown: () => void;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Requests only; the gate has let them through. */
export function createCommands(options: CommandOptions): (message: KernelMessage) => void {
  const { table, print, recorder, reply } = options;
  return (message) => {
    const { message: request, source } = message;
    if (request.kind !== 'request') return;
    const command = readCommand(request.body);
    if (typeof command === 'object' && 'wrong' in command) {
      print(0, `kernel: couldn't parse command: ${command.wrong}`);
      recorder.dropped(
        message,
        message.trace ?? recorder.newContext(),
        'bad-command',
        `kernel:distro:sys could not read this command and does not answer: ${command.wrong}`,
      );
      recorder.note(message.rsvp ?? source, message.id, `The kernel could not read the command: ${command.wrong}`);
      return;
    }
    const answer = run(options, command, message, source.process);
    if (answer !== undefined) reply(message, answer);
    else if (request.expectsResponse !== undefined)
      recorder.note(message.rsvp ?? source, message.id, unanswered(command, table));
  };
}

/** What to reply, or undefined for no reply. */
function run(options: CommandOptions, command: Command, message: KernelMessage, caller: ProcessId): unknown {
  const { table, oracle, print } = options;
  const lifecycle = options.lifecycle();
  if (command === 'Booted') {
    for (const entry of [...table.values()]) if (entry.kind !== 'module') lifecycle.run(entry.id);
    return undefined;
  }
  if (command === 'Shutdown') {
    options.shutdown();
    return undefined;
  }
  if ('InitializeProcess' in command) {
    const { id, wasm_bytes_handle, wit_version, on_exit, initial_capabilities } = command.InitializeProcess;
    const problem = lifecycle.initialise(
      {
        id,
        wasmHandle: wasm_bytes_handle,
        witVersion: wit_version ?? undefined,
        onExit: on_exit,
        public: command.InitializeProcess.public,
        bytes: message.blob?.bytes,
        capabilities: initial_capabilities,
      },
      caller,
    );
    return problem === undefined ? 'InitializedProcess' : 'InitializeProcessError';
  }
  if ('GrantCapabilities' in command) {
    const { target, capabilities } = command.GrantCapabilities;
    if (!oracle.add(target, capabilities))
      print(2, `kernel: no such process ${target} to grant capabilities to; they are lost`);
    return undefined;
  }
  if ('DropCapabilities' in command) {
    oracle.drop(command.DropCapabilities.target, command.DropCapabilities.capabilities);
    return undefined;
  }
  if ('SetOnExit' in command) {
    lifecycle.setOnExit(command.SetOnExit.target, command.SetOnExit.on_exit);
    return undefined;
  }
  if ('RunProcess' in command) return lifecycle.run(command.RunProcess) ? 'StartedProcess' : 'RunProcessError';
  if ('KillProcess' in command) return kill(options, command.KillProcess, message);
  return { Debug: debug(options, command.Debug) };
}

function kill(options: CommandOptions, id: ProcessId, message: KernelMessage): unknown {
  const request = message.message;
  const expected = request.kind === 'request' && request.expectsResponse !== undefined;
  if (!options.lifecycle().kill(id, request.metadata !== 'no-revoke')) {
    options.print(2, `kernel: no such process ${id} to kill`);
    return undefined;
  }
  options.print(expected ? 0 : 2, `kernel: killing process ${id}`);
  return expected ? { KilledProcess: id } : undefined;
}

function debug(options: CommandOptions, question: Extract<Command, { Debug: unknown }>['Debug']): unknown {
  const { table, oracle } = options;
  if (question === 'ProcessMap')
    return { ProcessMap: Object.fromEntries([...table.values()].map((entry) => [entry.id, describeProcess(entry)])) };
  if ('Process' in question) {
    const entry = table.get(question.Process);
    return { Process: entry ? describeProcess(entry) : null };
  }
  const { on, cap } = question.HasCap;
  return { HasCap: table.has(on) ? oracle.has(on, cap) : null };
}

function readCommand(body: Uint8Array): Command | { readonly wrong: string } {
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(body));
  } catch (error) {
    return { wrong: (error as Error).message };
  }
  const parsed = v.safeParse(commandJson, json);
  return parsed.success ? parsed.output : { wrong: describeIssues(parsed.issues) };
}

function unanswered(command: Command, table: ProcessTable): string {
  if (typeof command === 'object' && 'KillProcess' in command) {
    const what = table.has(command.KillProcess) ? 'is a module of the node' : 'is not running';
    return `The kernel does not answer KillProcess for ${command.KillProcess}, which ${what}.`;
  }
  return 'The kernel never answers this command: send it without expecting a response.';
}
