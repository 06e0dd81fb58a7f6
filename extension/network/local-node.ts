/** One dev node of this window: an operating-system process that may end at any time, and the connection to it. */
import { type ControlClient, connect } from '../../dev-node/control/client.ts';
import { type LaunchedNode, launchNode } from '../../dev-node/control/launch.ts';
import type { NodeInfo } from '../../dev-node/control/protocol.ts';
import type { RunningNode } from '../dev-network.ts';

export interface LocalNodeOptions {
  readonly name: string;
  readonly home: string;
  readonly program: string;
  readonly network: string;
  readonly port: number;
}

export interface NodeEvents {
  /** A line on the node's own stderr, such as the reason why it ends. */
  output(node: string, text: string): void;
  didNotStart(node: string, why: string): void;
  /** It ended though nobody asked it to; `how` is `SIGKILL` or `exit code 1`. */
  ended(node: string, how: string): void;
}

export class LocalNode implements RunningNode {
  readonly name: string;
  state: RunningNode['state'] = 'stopped';
  client: ControlClient | undefined;
  info: NodeInfo | undefined;
  problem: string | undefined;
  readonly #options: LocalNodeOptions;
  readonly #events: NodeEvents;
  readonly #changed: () => void;
  #launched: LaunchedNode | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #port: number;

  constructor(options: LocalNodeOptions, events: NodeEvents, changed: () => void) {
    this.name = options.name;
    this.#options = options;
    this.#events = events;
    this.#changed = changed;
    this.#port = options.port;
  }

  /** Never rejects: a node that does not start is `crashed` and says why. Two calls share one start. */
  start(signal?: AbortSignal): Promise<void> {
    this.#starting ??= this.#start(signal).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #start(signal?: AbortSignal): Promise<void> {
    await this.#stopping;
    if (this.state === 'running') return;
    this.#become('starting');
    try {
      const launched = await launchNode({
        program: this.#options.program,
        name: this.name,
        home: this.#options.home,
        network: this.#options.network,
        port: this.#port,
        signal,
        onOutput: (text) => this.#events.output(this.name, text),
      });
      this.#launched = launched;
      const client = await connect(launched.ready.control);
      this.client = client;
      await client.call('subscribe', { topics: ['trace', 'log', 'processes'] });
      this.info = await client.call('node/info');
      // Pages that are open keep working when the node comes back.
      this.#port = Number(new URL(this.info.http).port) || this.#port;
      launched.exited.then((how) => this.#ended(launched, how));
      this.#become('running');
    } catch (error) {
      await this.#release();
      if (signal?.aborted) return this.#become('stopped');
      const why = error instanceof Error ? error.message : String(error);
      this.#become('crashed', why);
      this.#events.didNotStart(this.name, why);
    }
  }

  /** Asks the node to stop, and ends it when it does not within a few seconds. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#starting;
    await this.#release();
    this.#become('stopped');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** For the window's end: closes the connection and ends the process without asking. */
  dispose(): void {
    this.client?.dispose();
    this.#launched?.kill();
  }

  #ended(launched: LaunchedNode, how: string): void {
    if (this.#launched !== launched || this.#stopping) return;
    this.#launched = undefined;
    this.#disconnect();
    const problem = `It ended unexpectedly (${how}).`;
    this.#become('crashed', problem);
    this.#events.ended(this.name, how);
  }

  async #release(): Promise<void> {
    const launched = this.#launched;
    this.#launched = undefined;
    this.#disconnect();
    await launched?.stop();
  }

  #disconnect(): void {
    this.client?.dispose();
    this.client = undefined;
    this.info = undefined;
  }

  #become(state: RunningNode['state'], problem?: string): void {
    this.state = state;
    this.problem = problem;
    this.#changed();
  }
}
