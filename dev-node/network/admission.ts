/** Decides whether a peer may speak under the name that its record claims. */
import type { Names } from './names.ts';
import { type NameRecord, type SignedRecord, verifyRecord } from './record.ts';
import { readSibling, type Sibling } from './siblings.ts';

export type Admission =
  | { readonly ok: true; readonly record: NameRecord }
  /** A sentence for people on both sides, without a full stop. */
  | { readonly ok: false; readonly detail: string };

/** How long a home folder that was emptied may take to tell of its new peer id. */
const newHomeWithinMs = 4000;

export interface AdmissionOptions {
  readonly name: string;
  readonly network: string;
  readonly names: Names;
  /** The nodes beside this one; empty where there are none. */
  siblings(): Promise<readonly Sibling[]>;
  print(text: string): void;
}

/**
 * Names are first come, first kept. The one exception is a node whose home folder on this machine was emptied by its owner
 * (`--fresh`): the folder that published the old peer id now publishes the new one, which only this user can have done.
 */
export async function admit(peerId: string, signed: SignedRecord, options: AdmissionOptions): Promise<Admission> {
  const verified = await verifyRecord(signed, peerId);
  if (!verified.ok) return verified;
  const { record } = verified;
  const { names } = options;
  if (record.network !== options.network)
    return { ok: false, detail: `it belongs to the network ${record.network}, and this node to ${options.network}` };
  if (record.name === options.name) return { ok: false, detail: `the name ${record.name} is this node's own` };
  const home = (await options.siblings()).find((one) => one.peerId === peerId && one.name === record.name)?.home;
  if (names.claim(record, home)) return verified;

  const holder = names.holder(record.name)!;
  if (holder.home !== undefined && (await nowPublishes(holder.home, record, holder.peerId, options.network))) {
    options.print(`network: ${record.name} has a new peer id, since its home ${holder.home} was emptied: ${peerId}.`);
    names.rebind(record, holder.home);
    return verified;
  }
  const since = new Date(holder.since).toISOString();
  return {
    ok: false,
    detail: `the name ${record.name} belongs to peer ${holder.peerId} since ${since}; start it with that node's home folder or under another name, or take ${record.name} out of names.json in the home of ${options.name}`,
  };
}

async function nowPublishes(home: string, record: NameRecord, oldPeerId: string, network: string): Promise<boolean> {
  const until = Date.now() + newHomeWithinMs;
  for (;;) {
    const sibling = await readSibling(home, network);
    if (sibling?.alive && sibling.peerId === oldPeerId) return false;
    if (sibling?.peerId === record.peerId && sibling.name === record.name) return true;
    if (Date.now() >= until) return false;
    await new Promise((resolve) => setTimeout(resolve, 200).unref());
  }
}
