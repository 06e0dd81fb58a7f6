/** Subscriptions to logs and heads (other-modules.md §4.1): the endpoint is polled, what is new goes to the subscriber. */
import * as v from 'valibot';

/** Asks the chain; undefined if it gave no result. */
export type Ask = (method: string, params: unknown) => Promise<unknown>;

export interface Subscription {
  readonly kind: string;
  readonly params: unknown;
  readonly ask: Ask;
  /** Each new log, or head. */
  readonly update: (result: unknown) => void;
}

const hexNumber = v.pipe(
  v.string(),
  v.regex(/^0x[0-9a-f]+$/i),
  v.transform((text) => BigInt(text)),
);
const filter = v.object({ address: v.optional(v.unknown()), topics: v.optional(v.unknown()) });
/** Blocks of which heads are read in one turn: a node that slept need not fetch all it missed. */
const mostHeads = 16n;

/** The next turn: tells what is new since block `seen` and gives the newest block. Undefined `seen`: nothing is new yet. */
async function poll(
  { kind, params, ask, update }: Subscription,
  seen: bigint | undefined,
): Promise<bigint | undefined> {
  const newest = v.safeParse(hexNumber, await ask('eth_blockNumber', []));
  if (!newest.success || seen === undefined) return newest.success ? newest.output : seen;
  const to = newest.output;
  if (to <= seen) return seen;
  const hex = (block: bigint) => `0x${block.toString(16)}`;
  if (kind === 'logs') {
    const wanted = v.safeParse(filter, params);
    const range = { fromBlock: hex(seen + 1n), toBlock: hex(to) };
    const logs = await ask('eth_getLogs', [{ ...(wanted.success ? wanted.output : {}), ...range }]);
    // Without an answer the same range is asked again.
    if (!Array.isArray(logs)) return seen;
    for (const log of logs) update(log);
  } else if (kind === 'newHeads')
    for (let block = to - seen > mostHeads ? to - mostHeads : seen + 1n; block <= to; block++) {
      const head = await ask('eth_getBlockByNumber', [hex(block), false]);
      if (head) update(head);
    }
  return to;
}

/** Polls until the returned function is called. */
export function follow(subscription: Subscription, everyMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let seen: bigint | undefined;
  const turn = async () => {
    seen = await poll(subscription, seen);
    if (!ended) timer = setTimeout(turn, everyMs);
  };
  void turn();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
