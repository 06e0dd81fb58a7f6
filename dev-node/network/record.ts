/**
 * The record by which a node proves its name: signed by the key that is its peer id, so that it may later be passed on by
 * others. `sequence` grows with each start of the node; of two records of one peer the higher is the newer.
 */

import type { PrivateKey } from '@libp2p/interface';
import { peerIdFromString } from '@libp2p/peer-id';
import { Decoder, Encoder } from '@msgpack/msgpack';
import * as v from 'valibot';

const nameRecord = v.object({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9.-]+$/), v.maxLength(253)),
  peerId: v.pipe(v.string(), v.maxLength(128)),
  network: v.pipe(v.string(), v.maxLength(253)),
  sequence: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Multiaddrs at which the node listens. */
  addresses: v.pipe(v.array(v.pipe(v.string(), v.maxLength(512))), v.maxLength(32)),
});
export type NameRecord = v.InferOutput<typeof nameRecord>;

export interface SignedRecord {
  readonly record: Uint8Array;
  readonly signature: Uint8Array;
}

/** Keeps a signature over a record from ever being one over something else. */
const purpose = new TextEncoder().encode('hyperware name record 1\0');
const encoder = new Encoder();
const decoder = new Decoder();

export async function signRecord(record: NameRecord, key: PrivateKey): Promise<SignedRecord> {
  const bytes = encoder.encode(record);
  return { record: bytes, signature: await key.sign(Buffer.concat([purpose, bytes])) };
}

/** The record, if the peer with that id signed it and it speaks of that peer; otherwise a sentence that says what is wrong. */
export async function verifyRecord(
  signed: SignedRecord,
  peerId: string,
): Promise<{ readonly ok: true; readonly record: NameRecord } | { readonly ok: false; readonly detail: string }> {
  let value: unknown;
  try {
    value = decoder.decode(signed.record);
  } catch {
    return { ok: false, detail: 'its name record is not readable' };
  }
  const parsed = v.safeParse(nameRecord, value, { abortEarly: true });
  if (!parsed.success) return { ok: false, detail: `its name record is wrong: ${parsed.issues[0].message}` };
  if (parsed.output.peerId !== peerId) return { ok: false, detail: 'its name record speaks of another peer' };
  const { publicKey } = peerIdFromString(peerId);
  const genuine =
    publicKey !== undefined && (await publicKey.verify(Buffer.concat([purpose, signed.record]), signed.signature));
  return genuine
    ? { ok: true, record: parsed.output }
    : { ok: false, detail: 'its name record is not signed by its key' };
}
