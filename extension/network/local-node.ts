/** One dev node of this window: an operating-system process that may end at any time, and the connection to it. */
import { createInterface } from 'node:readline';
import type { ControlClient } from '../../dev-node/control/client.ts';
import { type LaunchedNode, launchNode } from '../../dev-node/control/launch.ts';
import type { NodeInfo } from '../../dev-node/control/protocol.ts';
import type { RunningNode } from '../dev-network.ts';

/** VS Code gives a window five seconds to end; a node that hangs must be gone by then. */
const stopMs = 3500;

/** Lines of the console, which come by the control API with their process; what else is on stderr is the node's own. */
const consoleLine = /^[A-Z][a-z]{2} \d\d:\d\d /;

export interface LocalNodeOptions {
  readonly name: string;
  readonly home: string;
  readonly program: string;
  readonly network: string;
  readonly port: number;
}

export interface NodeEvents {
  /** A line on stderr that is not of the console, such as the reason why the node ends. */
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
  /** HTTP port to start with; once it runs, the one it has. */
  port: number;
  readonly #options: LocalNodeOptions;
  readonly #events: NodeEvents;
  readonly #changed: () => void;
  #launched: LaunchedNode | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: LocalNodeOptions, events: NodeEvents, changed: () => void) {
    this.name = options.name;
    this.#options = options;
    this.#events = events;
    this.#changed = changed;
    this.port = options.port;
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
      const { name } = this;
      const { program, home, network } = this.#options;
      const launched = await launchNode({ entry: program, name, home, network, port: this.port });
      this.#launched = launched;
      const { child, client } = launched;
      const lines = createInterface({ input: child.stderr! });
      lines.on('line', (line) => consoleLine.test(line) || this.#events.output(name, line));
      child.once('exit', (code, by) => this.#ended(launched, by ?? `exit code ${code}`));
      await client.call('subscribe', { topics: ['trace', 'log', 'processes'] });
      this.info = await client.call('node/info');
      signal?.throwIfAborted();
      // Pages that are open keep working when the node comes back.
      this.port = Number(new URL(this.info.http).port) || this.port;
      this.client = client;
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

  /** For the window's end: closes the connection and ends the process without asking. */
  dispose(): void {
    const launched = this.#forget();
    launched?.client.dispose();
    launched?.child.kill('SIGKILL');
  }

  #ended(launched: LaunchedNode, how: string): void {
    // One that was told to stop is forgotten by then.
    if (this.#launched !== launched) return;
    this.#forget();
    launched.client.dispose();
    this.#become('crashed', `It ended unexpectedly (${how}).`);
    this.#events.ended(this.name, how);
  }

  async #release(): Promise<void> {
    const launched = this.#forget();
    if (!launched) return;
    const { child, client } = launched;
    const exited = new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      else child.once('exit', () => resolve());
    });
    // Whether it answers or not, what counts is that it ends; and it gets no more than its time.
    client.call('node/stop').catch(() => child.kill('SIGTERM'));
    const insist = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await exited;
    clearTimeout(insist);
    client.dispose();
  }

  #forget(): LaunchedNode | undefined {
    const launched = this.#launched;
    this.#launched = undefined;
    this.client = undefined;
    this.info = undefined;
    return launched;
  }

  #become(state: RunningNode['state'], problem?: string): void {
    this.state = state;
    this.problem = problem;
    this.#changed();
  }
}
