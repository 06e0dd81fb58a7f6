/** One node, put together: store, recorder, kernel, process host, modules, network and control server. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import type { NodeArguments } from './arguments.ts';
import { injectModule } from './control/inject.ts';
import { readNode, removeNodeFile, writeNodeFile } from './control/node-file.ts';
import type { ReadyLine } from './control/protocol.ts';
import { startControlServer } from './control/server.ts';
import { controlSocketPath } from './control/socket-path.ts';
import { emptyHome, freePort, readPorts, writePorts } from './home.ts';
import { kernelId } from './kernel/capability.ts';
import { systemClock } from './kernel/clock.ts';
import { randomIds } from './kernel/ids.ts';
import { Kernel } from './kernel/kernel.ts';
import type { KernelMessage } from './kernel/message.ts';
import { createStateModule } from './kernel/state-module.ts';
import type { Network } from './network/link.ts';
import { readSettings } from './settings.ts';
import { lockHome } from './store/home-lock.ts';
import { openStore } from './store/open.ts';
import { Console, type ConsoleLine } from './trace/console.ts';
import { Recorder } from './trace/recorder.ts';

const megabyte = 1024 * 1024;

export interface RunningNode {
  readonly ready: ReadyLine;
  /** Graceful stop (kernel.md §11.6). Calling it again gives the same promise. */
  stop(): Promise<void>;
}

export interface NodeOptions
  extends Pick<NodeArguments, 'name' | 'home' | 'port' | 'network' | 'peers' | 'fresh' | 'kit'> {
  /** The process worker's file, which lies beside the bundle. */
  readonly workerEntry: URL;
  /** The node's console, as it is printed. */
  readonly onLine: (line: ConsoleLine, verbosity: number) => void;
  /** `node/stop` or the kernel's `Shutdown`: the caller is to stop the node. */
  readonly onStop: () => void;
}

/**
 * Starts a node; resolves when it serves HTTP, its network and the control API, and its installed processes have been
 * started. Rejects with an Error for people; nothing is left open then.
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const opened: (() => Promise<void> | void)[] = [];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const ready = await assemble(options, opened);
    let stopping: Promise<void> | undefined;
    return { ready, stop: () => (stopping ??= closeAll()) };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function assemble(options: NodeOptions, opened: (() => Promise<void> | void)[]): Promise<ReadyLine> {
  const { name, network: networkName } = options;
  const home = path.resolve(options.home);
  const startedAt = Date.now();

  const lock = await lockHome(home);
  if (!lock) throw new Error(busyHome(home));
  opened.push(() => lock.release());
  fs.chmodSync(home, 0o700);
  if (options.fresh) emptyHome(home);
  const written = readSettings(home);
  // The real node's limit in the mode in which kit starts it (http-server.md §15).
  const settings = options.kit ? { ...written, httpTimeoutSeconds: 600 } : written;
  const before = readPorts(home);

  const store = await openStore(home);
  opened.push(() => store.close());
  const clock = systemClock;
  const ids = randomIds();
  const console = new Console({ capacity: settings.logLines, now: clock.now });
  console.onLine((line) => options.onLine(line, settings.verbosity));
  const recorder = new Recorder({
    node: name,
    events: settings.traceEvents,
    bytes: settings.traceBytes,
    memoryBytes: settings.traceMemoryBytes,
    now: clock.now,
    newTrace: ids.trace,
    newSpan: ids.span,
  });
  const print = (level: number, text: string, process?: string) => console.print(level, text, process);

  const { createProcessHost } = await import('./process-host/host.ts');
  const host = createProcessHost({
    workerEntry: options.workerEntry,
    now: clock.now,
    limits: { wasmMemoryBytes: settings.processMemoryMb * megabyte, scriptHeapMb: settings.scriptHeapMb },
  });
  opened.push(() => host.dispose());
  const kernel = new Kernel({
    node: name,
    clock,
    ids,
    host,
    store,
    recorder,
    print,
    mailboxLimits: { messages: settings.mailboxMessages, bytes: settings.mailboxMb * megabyte },
    shutdown: options.onStop,
  });
  opened.push(() => kernel.stop());

  // What other nodes send before the installed processes are back must not be lost for that.
  let early: (() => void)[] | undefined = [];
  const received = (message: KernelMessage, from: string) => {
    if (early) early.push(() => kernel.receive(message, from));
    else kernel.receive(message, from);
  };
  const startNetwork = async (): Promise<Network> => {
    const { startLibp2p } = await import('./network/libp2p.ts');
    const port = await freePort(before.tcp);
    const network = await startLibp2p({
      name,
      network: networkName,
      home,
      listen: [`/ip4/127.0.0.1/tcp/${port ?? 0}`],
      peers: options.peers,
      messageLimit: settings.networkMessageBytes,
      events: {
        received,
        undeliverable: (message, detail) => kernel.undeliverable(message, detail),
        print,
      },
    });
    opened.push(() => network.stop());
    return network;
  };
  const startModuleSet = async () => {
    const { createModules } = await import('./modules/index.ts');
    const { networkView } = await import('./network/known-nodes.ts');
    const wanted = options.port || (await freePort(before.http)) || options.port;
    const set = await createModules({
      home,
      our: { node: name, process: kernelId },
      store,
      port: wanted,
      settings,
      version: packageJson.version,
      kernelView: kernel.view,
      networkView: await networkView(home, () => kernel.network?.peers() ?? []),
    });
    opened.push(() => set.dispose());
    return set;
  };
  const [network, modules] = await allOrFirstError(startNetwork(), startModuleSet());

  kernel.connectNetwork(network);
  for (const module of [createStateModule(store), ...modules.modules, injectModule]) kernel.registerModule(module);
  await kernel.startModules();
  await kernel.boot();
  for (const receive of early) receive();
  early = undefined;

  const ready: ReadyLine = {
    event: 'ready',
    node: name,
    http: modules.http.url,
    home,
    peer: [...network.addresses],
    control: controlSocketPath(home),
    pid: process.pid,
    version: packageJson.version,
    network: networkName,
  };
  const server = await startControlServer({
    socketPath: ready.control,
    kernel,
    console,
    now: clock.now,
    packages: () => modules.packages(),
    stop: options.onStop,
    info: () => ({
      name,
      version: ready.version,
      pid: ready.pid,
      http: ready.http,
      home,
      network: networkName,
      peer: [...network.addresses],
      startedAt,
    }),
  });
  opened.push(() => server.close());
  writePorts(home, { http: modules.http.port, tcp: tcpPortOf(network.addresses) });
  writeNodeFile(home, ready);
  opened.push(() => removeNodeFile(home));
  return ready;
}

/** Both, or the first error once both have settled, so that what the other has opened is known to the caller. */
async function allOrFirstError<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

function busyHome(home: string): string {
  // Without a file the other node is still starting.
  const other = readNode(home);
  const who = other ? `${other.node}, process ${other.pid}` : 'still starting';
  return `Another node (${who}) runs in ${home}. Stop it first, or give another --home.`;
}

function tcpPortOf(addresses: readonly string[]): number | undefined {
  const port = addresses.map((address) => /\/tcp\/(\d+)/.exec(address)?.[1]).find((found) => found !== undefined);
  return port === undefined ? undefined : Number(port);
}
