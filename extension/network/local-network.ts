/**
 * The dev network of this window: which nodes there are, how they start and end. They find each other by themselves, by
 * the homes that lie beside theirs.
 */
import * as vscode from 'vscode';
import type { DevNetwork } from '../dev-network.ts';
import { ensureHome } from './homes.ts';
import { LocalNode, type NodeEvents } from './local-node.ts';
import { freePort } from './ports.ts';

export interface NetworkOptions {
  /** Folder of the workspace; homes lie in its `.hyperware/`. */
  readonly workspace: string;
  /** The bundle that a node runs: `dist/dev-node.js`. */
  readonly program: string;
  readonly network: string;
  /** HTTP port of the first node, 0 for any free one. */
  readonly firstPort: number;
}

export class LocalNetwork implements DevNetwork {
  readonly #events: NodeEvents;
  readonly #changed = new vscode.EventEmitter<void>();
  #nodes: LocalNode[] = [];
  readonly onDidChange = this.#changed.event;

  constructor(events: NodeEvents) {
    this.#events = events;
  }

  get nodes(): readonly LocalNode[] {
    return this.#nodes;
  }

  node(name: string): LocalNode | undefined {
    return this.#nodes.find((each) => each.name === name);
  }

  /**
   * Starts those of `names` that do not run, all at once. Resolves when each has started or failed (its state tells
   * which); aborting stops those that were still starting.
   */
  async start(names: readonly string[], options: NetworkOptions, signal: AbortSignal): Promise<void> {
    for (const name of names) {
      if (this.node(name)) continue;
      const home = await ensureHome(options.workspace, name);
      this.#nodes.push(
        new LocalNode({ ...options, name, home, port: options.firstPort }, this.#events, () => this.#changed.fire()),
      );
    }
    const wanted = this.#nodes.filter((node) => names.includes(node.name) && node.state !== 'running');
    this.#changed.fire();
    await this.#takePorts(wanted);
    await Promise.all(wanted.map((node) => node.start(signal)));
  }

  async restart(name: string): Promise<void> {
    const node = this.node(name);
    if (!node) return;
    await node.stop();
    await this.#takePorts([node]);
    await node.start();
  }

  async stopNode(name: string): Promise<void> {
    await this.node(name)?.stop();
  }

  /** Stops all nodes and forgets them; the tree is empty then. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.stop()));
    for (const node of this.#nodes) node.dispose();
    this.#nodes = [];
    this.#changed.fire();
  }

  /** Gives each node that is about to start a port of its own; the one it had before, if nobody has taken it since. */
  async #takePorts(starting: readonly LocalNode[]): Promise<void> {
    const others = this.#nodes.filter((node) => !starting.includes(node) && node.state === 'running');
    const taken = new Set(others.map((node) => node.port));
    for (const node of starting) {
      node.port = await freePort(node.port, taken);
      taken.add(node.port);
    }
  }

  dispose(): void {
    for (const node of this.#nodes) node.dispose();
    this.#changed.dispose();
  }
}
