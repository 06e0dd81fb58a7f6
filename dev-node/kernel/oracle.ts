/**
 * The capability oracle: who holds what (kernel.md §13). Local capabilities need no signatures, since processes cannot
 * write here; what other nodes claim to have from us is checked against what we have sent them (`vouched`).
 */
import { capabilityKey, isMessagingParams, isNetwork } from './capability.ts';
import type { Capability, ProcessId } from './message.ts';

/** What one process holds. `messaging` and `network` answer the gate's two questions without looking at JSON. */
export interface Holding {
  readonly byKey: Map<string, Capability>;
  readonly messaging: Set<ProcessId>;
  network: boolean;
}

export class Oracle {
  readonly #node: string;
  readonly #changed: (holder: ProcessId) => void;
  readonly #holdings = new Map<ProcessId, Holding>();
  /** Issuer's process id -> holder -> keys, for what was handed out since boot (§13.5). */
  readonly #issued = new Map<ProcessId, Map<ProcessId, Set<string>>>();
  /** Other node -> keys of our capabilities that we have sent to it. */
  readonly #sentTo = new Map<string, Set<string>>();

  /** `changed` is told each holder whose capabilities have changed: its entry must be persisted (§11.6). */
  constructor(node: string, changed: (holder: ProcessId) => void) {
    this.#node = node;
    this.#changed = changed;
  }

  /** Makes `holder` known, with capabilities from disk or from before a restart: these are not in the revocation index. */
  open(holder: ProcessId, restored: readonly Capability[] = []): Holding {
    const holding: Holding = { byKey: new Map(), messaging: new Set(), network: false };
    this.#holdings.set(holder, holding);
    for (const capability of restored) this.#insert(holding, capability, capabilityKey(capability));
    return holding;
  }

  /** Forgets a holder and gives what it held. Its part of the revocation index stays: the capabilities may come back by a restart. */
  close(holder: ProcessId): readonly Capability[] {
    const all = this.list(holder);
    this.#holdings.delete(holder);
    return all;
  }

  /** Adds without any check (§13.5). A capability equal to one held keeps the text first stored. Unknown holders: false. */
  add(holder: ProcessId, capabilities: readonly Capability[]): boolean {
    const holding = this.#holdings.get(holder);
    if (!holding) return false;
    let changed = false;
    for (const capability of capabilities) {
      const key = capabilityKey(capability);
      this.#index(capability.issuer.process, holder, key);
      if (holding.byKey.has(key)) continue;
      this.#insert(holding, capability, key);
      changed = true;
    }
    if (changed) this.#changed(holder);
    return true;
  }

  drop(holder: ProcessId, capabilities: readonly Capability[]): void {
    this.#remove(holder, capabilities.map(capabilityKey));
  }

  has(holder: ProcessId, capability: Capability): boolean {
    return this.#holdings.get(holder)?.byKey.has(capabilityKey(capability)) ?? false;
  }

  list(holder: ProcessId): readonly Capability[] {
    const holding = this.#holdings.get(holder);
    return holding ? [...holding.byKey.values()] : [];
  }

  /** Takes from every process what `issuer` has handed out since boot (§13.6). */
  revokeAll(issuer: ProcessId): void {
    const byHolder = this.#issued.get(issuer);
    if (!byHolder) return;
    this.#issued.delete(issuer);
    for (const [holder, keys] of byHolder) this.#remove(holder, keys);
  }

  /** §13.4: own capabilities pass, others only if the sender holds them. */
  filter(sender: ProcessId, attached: readonly Capability[]): readonly Capability[] {
    if (attached.length === 0) return attached;
    const holding = this.#holdings.get(sender);
    return attached.filter((c) => c.issuer.process === sender || holding?.byKey.has(capabilityKey(c)));
  }

  /** Remembers which of our capabilities `node` was sent, so that it can show them again. */
  sent(node: string, attached: readonly Capability[]): void {
    for (const capability of attached) {
      if (capability.issuer.node !== this.#node) continue;
      const keys = this.#sentTo.get(node) ?? new Set();
      this.#sentTo.set(node, keys.add(capabilityKey(capability)));
    }
  }

  /**
   * What of a remote message's capabilities may be believed (§6.3): those issued elsewhere pass unchecked; those that
   * claim to be ours pass only if we have sent them to that node since boot. (The real node checks a signature, which
   * works through third nodes and over restarts as well.)
   */
  vouched(node: string, attached: readonly Capability[]): readonly Capability[] {
    if (attached.length === 0) return attached;
    const sent = this.#sentTo.get(node);
    return attached.filter((c) => c.issuer.node !== this.#node || sent?.has(capabilityKey(c)));
  }

  #insert(holding: Holding, capability: Capability, key: string): void {
    holding.byKey.set(key, capability);
    if (capability.issuer.node !== this.#node) return;
    if (isMessagingParams(capability.params)) holding.messaging.add(capability.issuer.process);
    else if (isNetwork(capability, this.#node)) holding.network = true;
  }

  #remove(holder: ProcessId, keys: Iterable<string>): void {
    const holding = this.#holdings.get(holder);
    if (!holding) return;
    let changed = false;
    for (const key of keys) {
      const capability = holding.byKey.get(key);
      if (!capability) continue;
      changed = true;
      holding.byKey.delete(key);
      if (capability.issuer.node !== this.#node) continue;
      if (isMessagingParams(capability.params)) holding.messaging.delete(capability.issuer.process);
      else if (isNetwork(capability, this.#node)) holding.network = false;
    }
    if (changed) this.#changed(holder);
  }

  #index(issuer: ProcessId, holder: ProcessId, key: string): void {
    const byHolder = this.#issued.get(issuer) ?? new Map<ProcessId, Set<string>>();
    const keys = byHolder.get(holder) ?? new Set();
    this.#issued.set(issuer, byHolder.set(holder, keys.add(key)));
  }
}
