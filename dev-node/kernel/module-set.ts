/**
 * The border between the node's assembly (main.ts) and the modules' room: `modules/index.ts` exports
 * `createModules: CreateModules`. The kernel knows none of the modules; main.ts registers what comes back.
 */
import type { Settings } from '../settings.ts';
import type { Store } from '../store/store.ts';
import type { Address, ProcessId } from './message.ts';
import type { Module } from './module.ts';

export interface ProcessSummary {
  readonly id: ProcessId;
  readonly kind: 'component' | 'script' | 'module';
  readonly public: boolean;
  readonly state: 'initialised' | 'running' | 'restarting' | 'ended';
}

/** What modules may look at without sending a message. Everything else goes through messages, as on a real node. */
export interface KernelView {
  process(id: ProcessId): ProcessSummary | undefined;
  processes(): readonly ProcessSummary[];
  /** Called after a process was killed (not when it restarts by itself). Returns the function that stops it. */
  onKilled(listener: (id: ProcessId) => void): () => void;
}

/** Another node as the network knows it. */
export interface KnownNode {
  readonly name: string;
  /** Raw ed25519 public key, 32 bytes. */
  readonly key: Uint8Array;
  readonly connected: boolean;
  /** Multiaddrs. */
  readonly addresses: readonly string[];
}

/** What modules may look at of the network (other-modules.md §3). */
export interface NetworkView {
  /** This node's own ed25519 seed, 32 bytes: its networking key, by which other nodes know it. */
  readonly seed: Uint8Array;
  /** Every node whose name this one has seen; none before the network is up. */
  nodes(): readonly KnownNode[];
}

export interface ModuleSetOptions {
  /** The node's home folder: `<home>/vfs` and the like. */
  readonly home: string;
  /** The node's name; `process` is `kernel:distro:sys`. */
  readonly our: Address;
  readonly store: Store;
  /** undefined: the first free one from 8080 on; 0: any free one; else that one, which must be free. */
  readonly port: number | undefined;
  readonly settings: Settings;
  readonly version: string;
  readonly kernelView: KernelView;
  readonly networkView: NetworkView;
}

/** One installed package, as app-store knows it (packages.md §7.6). */
export interface InstalledPackage {
  /** `package-name:publisher`. */
  readonly id: string;
  readonly versionHash: string;
  readonly processes: readonly ProcessId[];
  /** Path on http-server where the package serves its UI (`/chat:chat:template.os/`), if it bound one. */
  readonly ui: string | undefined;
}

export interface ModuleSet {
  /**
   * In the order in which they are started. Every process id of packages.md §9 that apps name must be among them, also
   * those without behaviour. `state:distro:sys` and `kernel:distro:sys` are the kernel room's own and not in here, `net:distro:sys`
   * is in here.
   */
  readonly modules: readonly Module[];
  /** Bound already; nothing is served before the modules' `start`. */
  readonly http: { readonly url: string; readonly port: number };
  packages(): Promise<readonly InstalledPackage[]> | readonly InstalledPackage[];
  dispose(): Promise<void>;
}

export type CreateModules = (options: ModuleSetOptions) => Promise<ModuleSet>;
