import type { Command } from 'commander';
import * as v from 'valibot';
import type { NodeInfo, PeerInfo, ProcessInfo } from '../../dev-node/control/protocol.ts';
import { createContext, example, type NodeOptions, withNode } from '../command.ts';
import { CliError, errors } from '../errors.ts';
import { type Output, oneLine, table } from '../output.ts';
import { pickAll, withClients } from '../pick-node.ts';
import { callRpc } from '../rpc.ts';

/** `hyperdev ps`: nodes and their processes. */
export function registerPs(program: Command): void {
  const command = withNode(program.command('ps'))
    .description('nodes, their processes, and how busy these are')
    .option('-a, --all', 'the modules of the node as well')
    .action(async (options: NodeOptions & { readonly all?: true }) => {
      const { output } = createContext(options);
      if (options.port !== undefined && !(await isOurs(options))) return psOfAnyNode(options.port, output);
      await withClients(await pickAll(options, 'processes'), async (nodes) => {
        for (const [at, { client }] of nodes.entries()) {
          const [info, processes, peers] = await Promise.all([
            client.call('node/info'),
            client.call('process/list'),
            client.call('peer/list'),
          ]);
          const shown = options.all ? processes : processes.filter(({ kind }) => kind !== 'module');
          output.value({ ...info, peers, processes });
          if (output.json) continue;
          if (at > 0) output.line('');
          printNode(info, peers, shown, output);
        }
      });
    });
  example(command, 'hyperdev ps', 'hyperdev ps --node alice.os --all');
}

async function isOurs(options: NodeOptions): Promise<boolean> {
  try {
    await pickAll(options, 'processes');
    return true;
  } catch (error) {
    if (error instanceof CliError && error.code === 'not-a-dev-node') return false;
    throw error;
  }
}

function printNode(
  info: NodeInfo,
  peers: readonly PeerInfo[],
  processes: readonly ProcessInfo[],
  output: Output,
): void {
  const others = peers.map((peer) => `${peer.name} ${peer.state}`).join(', ') || 'no peers';
  const up = duration(Date.now() - info.startedAt);
  output.line(
    `${output.style('bold', info.name)}  ${output.style('underline', info.http)}  pid ${info.pid}  up ${up}  network ${info.network}: ${others}`,
  );
  if (processes.length === 0) {
    output.line('  no processes; install an app with "hyperdev start"');
    return;
  }
  const rows = processes.map((one) => [
    `  ${one.id}`,
    one.kind,
    one.restarts > 0 ? `${one.state} (${one.restarts} restarts)` : one.state,
    `${one.mailbox}`,
    `${one.messagesIn}`,
    `${one.messagesOut}`,
    one.kind === 'module' ? '-' : `${(one.memoryBytes / 2 ** 20).toFixed(1)} MB`,
    one.lastError === undefined ? '' : output.style('red', oneLine(one.lastError)),
  ]);
  const head = ['  PROCESS', 'KIND', 'STATE', 'MAILBOX', 'IN', 'OUT', 'MEMORY', ''];
  for (const line of table([head, ...rows])) output.line(line);
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** kernel.md §15.2: what any node's kernel says of its processes. */
const processMap = v.object({
  Debug: v.object({
    ProcessMap: v.record(
      v.string(),
      v.object({
        wasm_bytes_handle: v.string(),
        on_exit: v.unknown(),
        capabilities: v.array(v.object({ issuer: v.string(), params: v.string() })),
        public: v.boolean(),
      }),
    ),
  }),
});

/** A real node, or a dev node of another folder: its kernel lists the processes, and knows no states or counts (kernel.md §15). */
async function psOfAnyNode(port: number, output: Output): Promise<void> {
  const answer = await callRpc(port, {
    process: 'kernel:distro:sys',
    body: '{"Debug":"ProcessMap"}',
    expectsResponse: 15,
  });
  const text = new TextDecoder().decode(answer?.body);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), processMap), text);
  if (!parsed.success) throw errors.rpcUnreadable('it is no process map');
  const processes = Object.entries(parsed.output.Debug.ProcessMap)
    .map(([id, one]) => ({
      id,
      public: one.public,
      wasm: one.wasm_bytes_handle,
      onExit: one.on_exit,
      capabilities: one.capabilities,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const http = `http://localhost:${port}`;
  output.value({ http, processes });
  if (output.json) return;
  output.line(output.style('underline', http));
  const rows = processes.map((one) => [`  ${one.id}`, one.public ? 'public' : 'private', one.wasm]);
  for (const line of table([['  PROCESS', 'ACCESS', 'CODE'], ...rows])) output.line(line);
}
