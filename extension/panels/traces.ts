/** The *Message Traces* tab: the recorders' events of all nodes, first those that are there, then each new one. */
import type * as vscode from 'vscode';
import { type FromTraces, fromTraces, type ToTraces } from '../../webview/shared/messages.ts';
import type { DevNetwork } from '../dev-network.ts';
import { followClients } from './follow-clients.ts';
import { toNodeRow, toTraceEvent } from './page-data.ts';
import type { PanelKind } from './panel.ts';

/** Events of each node that a fresh page starts with, and how many go in one message. */
const firstEvents = 5000;
const eventsInMessage = 500;

export interface TracesActions {
  openInject(target: { node: string; process: string; body: string }): void;
  openPage(page: 'message-failures'): void;
}

export function tracesPanel(
  network: DevNetwork,
  actions: TracesActions,
  log: vscode.LogOutputChannel,
): PanelKind<FromTraces, ToTraces> {
  return {
    viewType: 'hyperware.traces',
    title: 'Message Traces',
    page: 'traces',
    icon: 'list-tree',
    fromPage: fromTraces,
    session(post) {
      const tell = () => post({ type: 'network', nodes: network.nodes.map((node) => toNodeRow(node, [])) });
      tell();
      const changes = network.onDidChange(tell);
      const clients = followClients(network, (node, client) => {
        let live = true;
        // Listening begins before reading, so that nothing falls between; the page drops what it gets twice.
        const listening = client.on('trace/events', (rows) => post({ type: 'events', events: rows.map(toTraceEvent) }));
        client.call('trace/read', { last: firstEvents }).then(
          (rows) => {
            for (let at = 0; live && at < rows.length; at += eventsInMessage)
              post({ type: 'events', events: rows.slice(at, at + eventsInMessage).map(toTraceEvent) });
          },
          (error: Error) => {
            if (live) log.warn(`${node} does not tell its traces: ${error.message}`);
          },
        );
        return {
          dispose() {
            live = false;
            listening.dispose();
          },
        };
      });
      const clear = async () => {
        const clients = network.nodes.flatMap(({ client }) => (client ? [client] : []));
        const results = await Promise.allSettled(clients.map((client) => client.call('trace/clear', {})));
        for (const result of results)
          if (result.status === 'rejected') log.warn(`A node's traces were not cleared: ${result.reason}`);
        post({ type: 'cleared' });
      };
      return {
        received(message) {
          if (message.type === 'clear') void clear();
          else if (message.type === 'open-inject') actions.openInject(message);
          else if (message.type === 'open-page') actions.openPage(message.page);
        },
        dispose() {
          changes.dispose();
          clients.dispose();
        },
      };
    },
  };
}
