/** The consoles of all nodes in one output channel: what processes print, each line with its node and process. */
import * as vscode from 'vscode';
import type { ControlClient } from '../dev-node/control/client.ts';
import type { LogLine } from '../dev-node/control/protocol.ts';
import type { DevNetwork } from './dev-network.ts';

const backlog = 500;

export interface NodeConsole extends vscode.Disposable {
  show(): void;
  /** A line that a node's operating-system process wrote itself, such as the reason why it ended. */
  append(node: string, text: string): void;
}

function clock(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Opens the channel; it follows the network's nodes as they come and go. */
export function openConsole(): NodeConsole & { follow(network: DevNetwork): vscode.Disposable } {
  const channel = vscode.window.createOutputChannel('Hyperware Nodes', 'log');
  const write = (time: number, node: string, process: string | undefined, text: string) =>
    channel.appendLine(`${clock(time)} ${node}${process ? ` ${process}` : ''}: ${text}`);

  /** Prints what a node has printed so far, then each line as it comes; lines are told apart by their number. */
  async function followNode(client: ControlClient): Promise<void> {
    let last = 0;
    const print = (lines: readonly LogLine[]) => {
      for (const line of lines) {
        if (line.seq <= last) continue;
        last = line.seq;
        // Levels above 0 are the kernel's own accounts, which a node's terminal does not show either (kernel.md §14.1).
        if (line.level === 0) write(line.time, line.node, line.process, line.text);
      }
    };
    const early: LogLine[] = [];
    let ready = false;
    client.on('log/lines', (lines) => (ready ? print(lines) : early.push(...lines)));
    print(await client.call('log/read', { last: backlog }));
    ready = true;
    print(early);
  }

  return {
    show: () => channel.show(true),
    append: (node, text) => write(Date.now(), node, undefined, text),
    dispose: () => channel.dispose(),
    follow(network) {
      const followed = new WeakSet<object>();
      const look = () => {
        for (const node of network.nodes) {
          if (!node.client || followed.has(node.client)) continue;
          followed.add(node.client);
          // A refusal here means that the connection has gone, which the network itself tells.
          followNode(node.client).catch((error) => write(Date.now(), node.name, undefined, String(error)));
        }
      };
      look();
      return network.onDidChange(look);
    },
  };
}
