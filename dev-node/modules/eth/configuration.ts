/**
 * Which RPC endpoints eth relays to (those of settings.json, and those added by message) and which other nodes may ask it
 * (other-modules.md §4.4).
 */
import * as v from 'valibot';
import type { Store } from '../../store/store.ts';
import { jsonBody, parseBody } from '../body.ts';
import { ethId } from '../capabilities.ts';

const auth = v.union([
  v.object({ Basic: v.string() }),
  v.object({ Bearer: v.string() }),
  v.object({ Raw: v.string() }),
]);
const rpcUrl = v.object({ url: v.string(), auth: v.optional(v.nullable(auth), null) });
const stored = v.object({ chain_id: v.number(), trusted: v.boolean(), provider: v.object({ RpcUrl: rpcUrl }) });
/** One endpoint, as `GetProviders` shows it. */
export type Provider = v.InferOutput<typeof stored>;

/** `AddProvider`, whose RpcUrl may be the bare URL. */
export const addedProvider = v.object({
  chain_id: v.number(),
  trusted: v.boolean(),
  provider: v.object({
    RpcUrl: v.union([
      v.pipe(
        v.string(),
        v.transform((url) => ({ url, auth: null })),
      ),
      rpcUrl,
    ]),
  }),
});

export interface Access {
  readonly public: boolean;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

const storedSchema = v.object({
  providers: v.array(stored),
  access: v.object({ public: v.boolean(), allow: v.array(v.string()), deny: v.array(v.string()) }),
});

export interface Configuration {
  providers(): readonly Provider[];
  /** Those of a chain, in the order in which they are asked. */
  providersOf(chainId: bigint): readonly Provider[];
  setProviders(providers: readonly Provider[]): Promise<void>;
  readonly access: Access;
  setAccess(access: Access): Promise<void>;
  /** Whether another node may make requests. */
  allows(node: string): boolean;
}

/** `configured`: chain id -> URL, from the node's settings; they stay whatever is added or removed. */
export function openConfiguration(store: Store, configured: Readonly<Record<string, string>>): Configuration {
  const fixed = Object.entries(configured).map(
    ([chain, url]): Provider => ({
      chain_id: Number(chain),
      trusted: true,
      provider: { RpcUrl: { url, auth: null } },
    }),
  );
  const saved = store.getState(ethId);
  const parsed = v.safeParse(storedSchema, saved && parseBody(saved));
  let added: readonly Provider[] = parsed.success ? parsed.output.providers : [];
  let access: Access = parsed.success ? parsed.output.access : { public: false, allow: [], deny: [] };
  const save = () => store.setState(ethId, jsonBody({ providers: added, access }));
  return {
    providers: () => [...fixed, ...added],
    providersOf: (chainId) => [...fixed, ...added].filter(({ chain_id }) => BigInt(chain_id) === chainId),
    async setProviders(providers) {
      added = providers.filter((one) => !fixed.some((other) => sameEndpoint(one, other)));
      await save();
    },
    get access() {
      return access;
    },
    async setAccess(changed) {
      access = changed;
      await save();
    },
    allows: (node) => access.allow.includes(node) || (access.public && !access.deny.includes(node)),
  };
}

export function sameEndpoint(a: Provider, b: Provider): boolean {
  return a.chain_id === b.chain_id && a.provider.RpcUrl.url === b.provider.RpcUrl.url;
}
