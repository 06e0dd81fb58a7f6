/** `top`, `kill` and `clear-state` (other-modules.md §5.3). */
import * as v from 'valibot';
import { parseProcessId } from '../../../kernel/address.ts';
import { kernelId } from '../../../kernel/capability.ts';
import { stateId } from '../../capabilities.ts';
import { type Script, withUsage } from '../script.ts';

/** Seconds that the kernel may take: `kill` of a process that does not run waits them out. */
const kernelSeconds = 60;

const description = v.object({
  wasm_bytes_handle: v.string(),
  wit_version: v.nullish(v.number()),
  on_exit: v.unknown(),
  public: v.boolean(),
  capabilities: v.array(v.object({ issuer: v.string(), params: v.string() })),
});
const mapAnswer = v.object({ Debug: v.object({ ProcessMap: v.record(v.string(), description) }) });
const oneAnswer = v.object({ Debug: v.object({ Process: v.nullable(description) }) });

function block(id: string, process: v.InferOutput<typeof description>, withCapabilities: boolean): string {
  const { capabilities, on_exit } = process;
  const listed = withCapabilities
    ? capabilities.map(({ issuer, params }) => `${issuer}(${params})`)
    : [`${capabilities.length}, use -c to display`];
  return [
    `${id}:`,
    `    ${process.wasm_bytes_handle || '(runtime)'}`,
    `    wit: ${process.wit_version ?? 0}`,
    `    on-exit: ${typeof on_exit === 'string' ? on_exit : JSON.stringify(on_exit)}`,
    `    public: ${process.public}`,
    '    capabilities:',
    ...listed.map((line) => `        ${line}`),
  ].join('\n');
}

export const top: Script = {
  about: 'Shows the running processes.',
  usage: 'top [<process_id>] [-c]',
  async run(args, { conversation }) {
    const words = args.split(/\s+/).filter((word) => word !== '');
    const [id, ...more] = words.filter((word) => !word.startsWith('-'));
    const options = words.filter((word) => word.startsWith('-'));
    const withCapabilities = options.length > 0;
    if (more.length > 0 || options.some((option) => option !== '-c' && option !== '--show-caps'))
      return withUsage(top, 'Failed to parse args.');
    const ask = (question: unknown) => conversation.ask(kernelId, { Debug: question }, { seconds: kernelSeconds });
    if (id === undefined) {
      const map = v.parse(mapAnswer, (await ask('ProcessMap')).json).Debug.ProcessMap;
      const blocks = Object.entries(map).map(([process, it]) => block(process, it, withCapabilities));
      return `\n${blocks.join('\n')}\n\ntop: ${blocks.length} running processes`;
    }
    const parsed = parseProcessId(id);
    if ('problem' in parsed) return withUsage(top, `invalid process id: ${parsed.problem}`);
    const found = v.parse(oneAnswer, (await ask({ Process: id })).json).Debug.Process;
    return found ? block(id, found, withCapabilities) : `process ${id} not running`;
  },
};

export const kill: Script = {
  about: 'Ends a process.',
  usage: 'kill <process_id>',
  async run(args, { conversation }) {
    if (args === '') return withUsage(kill, kill.about);
    if ('problem' in parseProcessId(args)) return withUsage(kill, 'Invalid process ID.');
    try {
      await conversation.ask(kernelId, { KillProcess: args }, { seconds: kernelSeconds });
      return `killed process ${args}`;
    } catch {
      return 'failed to get response from kernel';
    }
  },
};

export const clearState: Script = {
  about: 'Deletes the state of a process.',
  usage: 'clear-state <process_id>',
  async run(args, { conversation }) {
    if (args === '') return withUsage(clearState, clearState.about);
    const failed = `Failed to delete state for process ${args}`;
    try {
      const { json } = await conversation.ask(stateId, { DeleteState: args }, { seconds: 5 });
      return json === 'DeleteState' ? `Deleted state of process ${args}` : failed;
    } catch {
      return failed;
    }
  },
};
