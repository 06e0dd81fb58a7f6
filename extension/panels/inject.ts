/** The *Inject* tab: sends a request to a process from outside and keeps the answers of this session. */
import type * as vscode from 'vscode';
import { ControlError } from '../../dev-node/control/client.ts';
import {
  type FromInject,
  fromInject,
  type HistoryEntry,
  type Injection,
  type InjectionAnswer,
  type ToInject,
} from '../../webview/shared/messages.ts';
import type { DevNetwork } from '../dev-network.ts';
import { toAnswer } from './page-data.ts';
import type { PanelKind } from './panel.ts';
import { followProcesses } from './process-feed.ts';
import { explain } from './processes.ts';

/** Requests that the history keeps. */
const historyLimit = 50;

export interface InjectActions {
  showSpan(at: { trace: string; span: string }): void;
}

export function injectPanel(
  network: DevNetwork,
  actions: InjectActions,
  log: vscode.LogOutputChannel,
): PanelKind<FromInject, ToInject> {
  // Kept here and not in the page: an answer may come while the tab is hidden, when there is no page.
  let history: readonly HistoryEntry[] = [];
  let lastId = 0;
  let tell: (() => void) | undefined;

  const send = async (injection: Injection) => {
    const id = ++lastId;
    const time = Date.now();
    history = [{ id, time, injection }, ...history].slice(0, historyLimit);
    tell?.();
    const answer = await ask(network, injection);
    history = history.map((entry) => (entry.id === id ? { ...entry, answer } : entry));
    tell?.();
  };

  return {
    viewType: 'hyperware.inject',
    title: 'Inject',
    page: 'inject',
    icon: 'send',
    fromPage: fromInject,
    session(post) {
      const tellHistory = () => post({ type: 'history', entries: [...history] });
      tell = tellHistory;
      const feed = followProcesses(
        network,
        (nodes) => post({ type: 'network', nodes }),
        (text) => log.warn(text),
      );
      tellHistory();
      return {
        received(message) {
          if (message.type === 'send') void send(message.injection);
          else if (message.type === 'show-span') actions.showSpan(message);
        },
        dispose() {
          if (tell === tellHistory) tell = undefined;
          feed.dispose();
        },
      };
    },
  };
}

/** Sends one request through the node's control API. A refusal is an answer too: the person reads it where they wait. */
async function ask(network: DevNetwork, injection: Injection): Promise<InjectionAnswer> {
  const started = performance.now();
  try {
    const client = network.node(injection.node)?.client;
    if (!client)
      throw new ControlError(
        `${injection.node} is not running.`,
        'node-not-running',
        'Start or restart it, then send again.',
      );
    return toAnswer(
      await client.call('message/inject', {
        target: `${injection.node}@${injection.process}`,
        body: injection.body,
        blob: injection.blob === undefined ? undefined : Buffer.from(injection.blob).toString('base64'),
        mime: injection.mime,
        expectsResponse: injection.expectsResponse,
      }),
    );
  } catch (error) {
    return { outcome: 'refused', detail: explain(error), durationMs: performance.now() - started };
  }
}
