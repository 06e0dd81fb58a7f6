/** The *Processes* tab: nodes and their processes, live, and what can be done to them. */
import type * as vscode from 'vscode';
import { ControlError } from '../../dev-node/control/client.ts';
import { type FromProcesses, fromProcesses, type ToProcesses } from '../../webview/shared/messages.ts';
import type { DevNetwork } from '../dev-network.ts';
import type { PanelKind } from './panel.ts';
import { followProcesses } from './process-feed.ts';

export interface ProcessesActions {
  openInject(target: { node: string; process: string }): void;
}

export function processesPanel(
  network: DevNetwork,
  actions: ProcessesActions,
  log: vscode.LogOutputChannel,
): PanelKind<FromProcesses, ToProcesses> {
  return {
    viewType: 'hyperware.processes',
    title: 'Processes',
    page: 'processes',
    icon: 'server-process',
    fromPage: fromProcesses,
    session(post) {
      const feed = followProcesses(
        network,
        (nodes) => post({ type: 'network', nodes }),
        (text) => log.warn(text),
      );
      const steer = async (call: 'process/kill' | 'process/restart', node: string, process: string) => {
        try {
          const client = network.node(node)?.client;
          if (!client)
            throw new ControlError(`${node} is not running.`, 'node-not-running', 'Start or restart it first.');
          await client.call(call, { process });
        } catch (error) {
          post({ type: 'action-failed', node, process, text: explain(error) });
        }
      };
      const restartNode = async (node: string) => {
        try {
          await network.restart(node);
        } catch (error) {
          post({ type: 'action-failed', node, process: '', text: explain(error) });
        }
      };
      return {
        received(message) {
          if (message.type === 'kill') void steer('process/kill', message.node, message.process);
          else if (message.type === 'restart') void steer('process/restart', message.node, message.process);
          else if (message.type === 'restart-node') void restartNode(message.node);
          else if (message.type === 'open-inject') actions.openInject(message);
        },
        dispose: () => feed.dispose(),
      };
    },
  };
}

/** What happened and, where the node said so, what to do. */
export function explain(error: unknown): string {
  if (error instanceof ControlError) return error.mend ? `${error.message} ${error.mend}` : error.message;
  return error instanceof Error ? error.message : String(error);
}
