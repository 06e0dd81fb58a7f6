/** The nodes that this window runs, as the tree, the status bar and the panels see them. */
import type * as vscode from 'vscode';
import type { ControlClient } from '../dev-node/control/client.ts';
import type { NodeInfo } from '../dev-node/control/protocol.ts';

export interface RunningNode {
  readonly name: string;
  readonly state: 'starting' | 'running' | 'stopped' | 'crashed';
  /** There while `state` is `running`. Everybody shares this one connection, already subscribed to every topic. */
  readonly client: ControlClient | undefined;
  readonly info: NodeInfo | undefined;
  /** Why it crashed or did not start; one sentence. */
  readonly problem: string | undefined;
}

export interface DevNetwork extends vscode.Disposable {
  /** In the order in which they were started. */
  readonly nodes: readonly RunningNode[];
  /** Fires when a node is added or changes state. */
  readonly onDidChange: vscode.Event<void>;
  node(name: string): RunningNode | undefined;
  restart(name: string): Promise<void>;
  stop(): Promise<void>;
}
