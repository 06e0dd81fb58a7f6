/** A dev node as an operating-system process of its own, steered by its control API and by HTTP like any user's. */
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { zipSync } from 'fflate';
import type { ControlClient } from '../../dev-node/control/client.ts';
import { type LaunchedNode, launchNode } from '../../dev-node/control/launch.ts';
import type { LogLine, ProcessInfo, TraceRow } from '../../dev-node/control/protocol.ts';

export interface ManifestEntry {
  process_name: string;
  process_wasm_path: string;
  on_exit: unknown;
  request_networking: boolean;
  request_capabilities: unknown[];
  grant_capabilities: unknown[];
  public: boolean;
}

export interface PackageFiles {
  /** `package-name:publisher`. */
  readonly id: string;
  readonly manifest: readonly ManifestEntry[];
  /** Path in the package -> content; `manifest.json` is added. */
  readonly files: Readonly<Record<string, Uint8Array | string>>;
}

export interface NodeChoice {
  readonly peers?: readonly string[];
  /** Written to settings.json. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly network?: string;
}

const root = path.join(import.meta.dirname, '../..');
const networkOfThisFile = `conformance-${process.pid}`;

/** Waits until `probe` gives something; throws with `what` after `ms`. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  ms = 10_000,
): Promise<T> {
  const from = performance.now();
  const end = from + ms;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    // What comes at once is seen at once; what takes long is not worth the machine's whole attention.
    await sleep(Math.min(25, 2 + (performance.now() - from) / 20));
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** HYPERWARE_DEV_NODE if it is set; the bundle when it is newer than the sources, as after a build; else the sources. */
function entry(): string {
  const chosen = process.env['HYPERWARE_DEV_NODE'];
  if (chosen) return chosen;
  const bundle = path.join(root, 'dist/dev-node.js');
  const worker = path.join(root, 'dist/process-worker.js');
  const sources = path.join(root, 'dev-node/main.ts');
  if (!fs.existsSync(bundle) || !fs.existsSync(worker)) return sources;
  const built = Math.min(fs.statSync(bundle).mtimeMs, fs.statSync(worker).mtimeMs);
  const newer = fs
    .readdirSync(path.join(root, 'dev-node'), { recursive: true, encoding: 'utf8' })
    .some((name) => name.endsWith('.ts') && fs.statSync(path.join(root, 'dev-node', name)).mtimeMs > built);
  return newer ? sources : bundle;
}

const open = new Set<TestNode>();

/** Stops every node that this file has started, and removes their homes. */
export async function closeNodes(): Promise<void> {
  await Promise.all([...open].map((node) => node.close()));
}

export class TestNode {
  readonly name: string;
  readonly home: string;
  readonly #choice: NodeChoice;
  #launched: LaunchedNode | undefined;

  private constructor(name: string, home: string, choice: NodeChoice) {
    this.name = name;
    this.home = home;
    this.#choice = choice;
  }

  static async start(name: string, choice: NodeChoice = {}): Promise<TestNode> {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hyperware-conformance-'));
    if (choice.settings) fs.writeFileSync(path.join(home, 'settings.json'), JSON.stringify(choice.settings));
    const node = new TestNode(name, home, choice);
    open.add(node);
    await node.start();
    return node;
  }

  /** Starts it again in its home; with `fresh` as an empty one. */
  async start(fresh = false): Promise<void> {
    this.#launched = await launchNode({
      entry: entry(),
      name: this.name,
      home: this.home,
      port: 0,
      network: this.#choice.network ?? networkOfThisFile,
      peers: this.#choice.peers,
      fresh,
    });
    // Nobody reads these, and a full pipe would stop the node.
    this.#launched.child.stdout?.resume();
  }

  get launched(): LaunchedNode {
    if (!this.#launched) throw new Error(`${this.name} does not run`);
    return this.#launched;
  }

  get control(): ControlClient {
    return this.launched.client;
  }

  /** `http://localhost:PORT`. */
  get http(): string {
    return this.launched.ready.http;
  }

  /** Addresses at which other nodes reach it. */
  get peerAddresses(): readonly string[] {
    return this.launched.ready.peer;
  }

  /** Graceful stop. */
  async stop(): Promise<void> {
    const { child, client } = this.launched;
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    await client.call('node/stop').catch(() => undefined);
    client.dispose();
    await gone;
    this.#launched = undefined;
  }

  /** Ends it as a power cut would. */
  async kill9(): Promise<void> {
    const { child, client } = this.launched;
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await gone;
    client.dispose();
    this.#launched = undefined;
  }

  async close(): Promise<void> {
    open.delete(this);
    if (this.#launched) await this.kill9();
    fs.rmSync(this.home, { recursive: true, force: true });
  }

  /** Installs a package as `kit start-package` does. */
  async install({ id, manifest, files }: PackageFiles): Promise<void> {
    const [package_name, publisher] = id.split(':');
    const content = Object.entries({ 'manifest.json': JSON.stringify(manifest), ...files });
    const zip = zipSync(
      Object.fromEntries(content.map(([name, data]) => [name, typeof data === 'string' ? Buffer.from(data) : data])),
      { level: 0 },
    );
    await this.control.call('package/install', {
      zip: Buffer.from(zip).toString('base64'),
      metadata: {
        name: package_name,
        description: '',
        image: '',
        properties: {
          package_name,
          publisher,
          current_version: '1.0.0',
          mirrors: [],
          code_hashes: { '1.0.0': '' },
          wit_version: 1,
          dependencies: [],
        },
        external_url: '',
        animation_url: '',
      },
    });
  }

  uninstall(id: string): Promise<unknown> {
    return this.control.call('package/remove', { id });
  }

  async process(id: string): Promise<ProcessInfo | undefined> {
    return (await this.control.call('process/list')).find((one) => one.id === id);
  }

  /** Sends a JSON body to a process of this node from outside (`kit inject-message`); gives the JSON answer. */
  async inject(target: string, body: unknown, seconds = 5): Promise<unknown> {
    const answer = await this.control.call('message/inject', {
      target,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      expectsResponse: seconds,
    });
    if (answer.outcome !== 'ok') throw new Error(`${target}: ${answer.outcome}: ${answer.detail}`);
    return answer.body === undefined ? undefined : JSON.parse(answer.body);
  }

  /** A command of `kernel:distro:sys` (kernel.md §15), as the control API's own process. */
  kernel(command: unknown, seconds = 5): Promise<unknown> {
    return this.inject('kernel:distro:sys', command, seconds);
  }

  async lastLine(): Promise<number> {
    return (await this.control.call('log/read', { last: 1 }))[0]?.seq ?? 0;
  }

  lines(after: number): Promise<LogLine[]> {
    return this.control.call('log/read', { after });
  }

  async lastEvent(): Promise<number> {
    return (await this.control.call('trace/read', { last: 1 }))[0]?.seq ?? 0;
  }

  events(after: number): Promise<TraceRow[]> {
    return this.control.call('trace/read', { after });
  }
}
