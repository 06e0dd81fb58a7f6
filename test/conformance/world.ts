/** What a case has: the file's nodes, fresh packages of puppets on them, and what was printed and traced since it began. */
import assert from 'node:assert/strict';
import type { LogLine, TraceRow } from '../../dev-node/control/protocol.ts';
import { type Form, puppetCode } from './components.ts';
import { type ManifestEntry, type NodeChoice, sleep, TestNode, until } from './node.ts';
import { ask, type RequestStep, type Seen, type Step } from './steps.ts';

/** How a puppet appears in the manifest; everything has a default. */
export interface PuppetChoice {
  /** Default: true, so that a case is not about capabilities unless it says so. */
  readonly public?: boolean;
  /** Default: false. */
  readonly networking?: boolean;
  /** Elements of `request_capabilities` and `grant_capabilities` (kernel.md §13.3). */
  readonly request?: readonly unknown[];
  readonly grant?: readonly unknown[];
  /** Default: "Restart". */
  readonly onExit?: unknown;
}

export interface PackageChoice {
  readonly node?: TestNode;
  /** Default: a name that no other case has. */
  readonly name?: string;
  /** Further files of the package, and other code: `{'ui/index.html': '…'}`. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
}

/** A process that does what it is told (steps.ts). */
export interface Puppet {
  readonly node: TestNode;
  /** `process:package:publisher`. */
  readonly id: string;
  /** `node@process:package:publisher`. */
  readonly address: string;
  /** `package:publisher`. */
  readonly package: string;
  /**
   * Carries out steps in one go and gives what each gave. The command is in the mailbox when `told` of the returned value
   * has settled, so `const waits = b.do(receive); await waits.told; await a.do(send(b.address, 'x'))` is in order; awaiting
   * it in a later `do` on the same node is not needed, as commands arrive in the order in which they were given.
   */
  do(...steps: readonly Step[]): Doing;
  /** One step's result. */
  one(step: Step): Promise<unknown>;
  /** Sends a request and waits for what comes of it. */
  ask(target: string, body: RequestStep['body'], seconds?: number, more?: Partial<RequestStep>): Promise<Seen>;
  /** Tells it without waiting for a report: for steps after which it is no more. */
  tell(...steps: readonly Step[]): Promise<void>;
  /** What came outside of commands since the last call. */
  recorded(): Promise<Seen[]>;
}

export interface Doing extends Promise<unknown[]> {
  /** The command is in the process's mailbox. */
  readonly told: Promise<void>;
}

let packages = 0;
let tokens = 0;
const nodes = new Map<string, Promise<TestNode>>();
let settings: Readonly<Record<string, unknown>> | undefined;

/** Settings of the nodes of this file; call it before the first case. */
export function useSettings(values: Readonly<Record<string, unknown>>): void {
  settings = values;
}

/** The publisher of everything that the cases install. */
export const publisher = 'conformance.os';

function shared(name: string, choice: () => Promise<NodeChoice>): Promise<TestNode> {
  let node = nodes.get(name);
  if (!node) {
    node = choice().then((chosen) => TestNode.start(name, { settings, ...chosen }));
    nodes.set(name, node);
  }
  return node;
}

export class World {
  /** `alpha.os`: one for all cases of the file. */
  readonly node: TestNode;
  readonly form: Form;
  readonly #lines = new Map<TestNode, number>();
  readonly #events = new Map<TestNode, number>();
  readonly #own: TestNode[] = [];
  readonly #installed: { node: TestNode; id: string }[] = [];

  private constructor(node: TestNode, form: Form) {
    this.node = node;
    this.form = form;
  }

  static async begin(form: Form): Promise<World> {
    const world = new World(await shared('alpha.os', async () => ({})), form);
    await world.#mark(world.node);
    return world;
  }

  /** `beta.os`: a second node, connected with the first; one for all cases of the file. */
  async other(): Promise<TestNode> {
    const node = await shared('beta.os', async () => ({ peers: this.node.peerAddresses }));
    await this.connected(this.node, node);
    if (!this.#lines.has(node)) await this.#mark(node);
    return node;
  }

  /** Waits until two nodes see each other. */
  async connected(one: TestNode, two: TestNode): Promise<void> {
    const sees = async (from: TestNode, to: TestNode) =>
      (await from.control.call('peer/list')).some((peer) => peer.name === to.name && peer.state === 'connected');
    await until(
      `${one.name} and ${two.name} are connected`,
      async () => (await sees(one, two)) && (await sees(two, one)),
    );
  }

  /** A node for this case only, with settings of its own. */
  async launch(name: string, choice: NodeChoice = {}): Promise<TestNode> {
    const node = await TestNode.start(name, choice);
    this.#own.push(node);
    await this.#mark(node);
    return node;
  }

  /** A fresh package with one process, called `main`. */
  async puppet(choice: PuppetChoice = {}, more: PackageChoice = {}): Promise<Puppet> {
    return (await this.puppets({ main: choice }, more)).main;
  }

  /** A fresh package with a process for each name. */
  async puppets<K extends string>(
    choices: Readonly<Record<K, PuppetChoice>>,
    more: PackageChoice = {},
  ): Promise<Record<K, Puppet>> {
    const node = more.node ?? this.node;
    packages += 1;
    const id = `${more.name ?? `case-${process.pid}-${packages}`}:${publisher}`;
    const names = Object.keys(choices) as K[];
    await node.install({
      id,
      manifest: names.map((name) => manifestEntry(name, choices[name])),
      files: { ...(await puppetCode(this.form)), ...more.files },
    });
    this.#installed.push({ node, id });
    return Object.fromEntries(names.map((name) => [name, puppetAt(node, `${name}:${id}`)])) as Record<K, Puppet>;
  }

  /** A puppet that came into being otherwise: spawned, restarted, installed again. */
  at(id: string, node = this.node): Puppet {
    return puppetAt(node, id);
  }

  /** Console lines of the node since the case began. */
  lines(node = this.node): Promise<LogLine[]> {
    return node.lines(this.#lines.get(node) ?? 0);
  }

  /** Waits for a line, of that level if one is given. */
  printed(text: string | RegExp, level?: number, node = this.node, ms?: number): Promise<LogLine> {
    const matches = (line: LogLine) =>
      (level === undefined || line.level === level) &&
      (typeof text === 'string' ? line.text.includes(text) : text.test(line.text));
    return until(
      `a line ${text} on ${node.name}${level === undefined ? '' : ` at level ${level}`}`,
      async () => (await this.lines(node)).find(matches),
      ms,
    );
  }

  /** Fails when such a line is there; call it after something that comes later has been seen. */
  async notPrinted(text: string | RegExp, node = this.node): Promise<void> {
    const found = (await this.lines(node)).find((line) =>
      typeof text === 'string' ? line.text.includes(text) : text.test(line.text),
    );
    assert.equal(found, undefined);
  }

  /** Trace events of the node since the case began. */
  events(node = this.node): Promise<TraceRow[]> {
    return node.events(this.#events.get(node) ?? 0);
  }

  /** `kernel:distro:sys` as any process may use it: a command with bytes (kernel.md §15). */
  async command(command: unknown, blob?: Uint8Array, seconds = 5, node = this.node): Promise<unknown> {
    const answer = await node.control.call('message/inject', {
      target: 'kernel:distro:sys',
      body: JSON.stringify(command),
      expectsResponse: seconds,
      blob: blob && Buffer.from(blob).toString('base64'),
    });
    return answer.outcome === 'ok' ? JSON.parse(answer.body ?? 'null') : answer.outcome;
  }

  /** The puppet's own bytes. */
  async puppetBytes(): Promise<Uint8Array> {
    return Object.values(await puppetCode(this.form))[0]!;
  }

  /** Waits for a trace event. */
  traced(what: string, matches: (event: TraceRow) => boolean, node = this.node, ms?: number): Promise<TraceRow> {
    return until(`a trace event: ${what}`, async () => (await this.events(node)).find(matches), ms);
  }

  /** The node was started again, and counts lines and events from 1. */
  forgetMarks(node = this.node): void {
    this.#lines.set(node, 0);
    this.#events.set(node, 0);
  }

  /** Ends the case's processes, so that they do not disturb the next. */
  async end(): Promise<void> {
    for (const { node, id } of this.#installed) {
      if (this.#own.includes(node)) continue;
      await node.uninstall(id).catch(() => undefined);
    }
    await Promise.all(this.#own.map((node) => node.close()));
  }

  async #mark(node: TestNode): Promise<void> {
    this.#lines.set(node, await node.lastLine());
    this.#events.set(node, await node.lastEvent());
  }
}

function manifestEntry(name: string, choice: PuppetChoice): ManifestEntry {
  return {
    process_name: name,
    process_wasm_path: '/puppet.wasm',
    on_exit: choice.onExit ?? 'Restart',
    request_networking: choice.networking ?? false,
    request_capabilities: [...(choice.request ?? [])],
    grant_capabilities: [...(choice.grant ?? [])],
    public: choice.public ?? true,
  };
}

function puppetAt(node: TestNode, id: string): Puppet {
  const tell = async (steps: readonly Step[], token: string) => {
    const answer = await node.control.call('message/inject', {
      target: id,
      body: JSON.stringify({ puppet: token, steps }),
    });
    if (answer.outcome !== 'sent') throw new Error(`${id} could not be told: ${answer.outcome}: ${answer.detail}`);
  };
  const puppet: Puppet = {
    node,
    id,
    address: `${node.name}@${id}`,
    package: id.slice(id.indexOf(':') + 1),
    do(...steps) {
      tokens += 1;
      const token = `${process.pid}-${tokens}`;
      const mark = `puppet ${token} `;
      const from = node.lastLine();
      const told = from.then(() => tell(steps, token));
      const report = async () => {
        let after = await from;
        await told;
        const text = await until(
          `a report of ${id} on ${JSON.stringify(steps).slice(0, 300)}`,
          async () => {
            const lines = await node.lines(after);
            after = lines.at(-1)?.seq ?? after;
            return lines.find((line) => line.process === id && line.text.includes(mark))?.text;
          },
          20_000,
        );
        return JSON.parse(text.slice(text.indexOf(mark) + mark.length)) as unknown[];
      };
      const doing = Object.assign(report(), { told });
      // Whoever awaits the report is told of it; `told` alone must not end the test file.
      told.catch(() => undefined);
      return doing;
    },
    one: async (step) => (await puppet.do(step))[0],
    ask: async (target, body, seconds, more) => (await puppet.one(ask(target, body ?? '', seconds, more))) as Seen,
    tell: (...steps) => tell(steps, 'none'),
    recorded: async () => (await puppet.one({ call: 'recorded' })) as Seen[],
  };
  return puppet;
}

export { sleep, until };
