/**
 * `eth:distro:sys` (other-modules.md §4). Requests go to the RPC endpoint that the user has set for their chain. Without
 * one every request gets the module's own error at once, so that no app waits; a subscription is accepted and stays
 * silent, because process_lib would otherwise retry for ever.
 */
import * as v from 'valibot';
import type { KernelMessage } from '../../kernel/message.ts';
import type { Module, ModuleContext } from '../../kernel/module.ts';
import type { KernelView } from '../../kernel/module-set.ts';
import type { Store } from '../../store/store.ts';
import { type Action, jsonBody, parseBody, readAction, u64 } from '../body.ts';
import { ethId, root } from '../capabilities.ts';
import { type Access, addedProvider, type Configuration, openConfiguration, sameEndpoint } from './configuration.ts';
import { callRpc } from './rpc.ts';
import { follow } from './subscriptions.ts';

/** The methods that pass at all (§4.3). */
const methods = new Set(
  (
    'eth_accounts eth_blockNumber eth_call eth_chainId eth_estimateGas eth_gasPrice eth_getBalance eth_getBlockByHash ' +
    'eth_getBlockByNumber eth_getCode eth_getLogs eth_getStorageAt eth_getTransactionByHash eth_getTransactionCount ' +
    'eth_getTransactionReceipt eth_hashrate eth_sendRawTransaction eth_subscribe eth_unsubscribe'
  ).split(' '),
);

const rpcRequest = v.object({ chain_id: u64, method: v.string(), params: v.optional(v.unknown()) });
const subscriptionRequest = v.object({
  sub_id: u64,
  chain_id: u64,
  kind: v.picklist(['newHeads', 'logs', 'newPendingTransactions', 'syncing']),
  params: v.optional(v.unknown()),
});
const configurationRequests = new Set(
  (
    'AddProvider RemoveProvider SetProviders GetProviders SetPublic SetPrivate AllowNode UnallowNode DenyNode UndenyNode ' +
    'GetAccessSettings GetState'
  ).split(' '),
);
const removed = v.tuple([v.number(), v.string()]);
/** Seconds that an endpoint may take when the request does not say. */
const defaultSeconds = 60n;

export interface EthOptions {
  readonly store: Store;
  /** Chain id -> RPC endpoint (`http`, `https`, `ws` or `wss`), from settings.json. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly kernelView: Pick<KernelView, 'onKilled'>;
  /** Milliseconds between two looks at a chain that has subscribers. */
  readonly pollMs?: number;
}

export function createEth({ store, endpoints, kernelView, pollMs = 2000 }: EthOptions): Module {
  const configuration = openConfiguration(store, endpoints);
  /** `process sub_id` -> what ends it. */
  const subscriptions = new Map<string, () => void>();
  const stopped = new AbortController();

  async function relay(chainId: bigint, method: string, params: unknown, seconds: bigint, context: ModuleContext) {
    const limit = AbortSignal.timeout(Number(seconds < defaultSeconds ? seconds : defaultSeconds) * 1000);
    for (const provider of configuration.providersOf(chainId)) {
      const answer = await callRpc(provider, method, params, AbortSignal.any([limit, stopped.signal]));
      if (answer.kind === 'result') return { Response: answer.result };
      if (answer.kind === 'error') return { Err: { RpcError: answer.error } };
      if (answer.kind === 'timeout') return { Err: 'RpcTimeout' };
      if (answer.kind === 'malformed') return { Err: 'RpcMalformedResponse' };
      context.print(0, `eth: ${provider.provider.RpcUrl.url} cannot be reached: ${answer.why}`);
    }
    return { Err: 'NoRpcForChain' };
  }

  async function request(payload: unknown, message: KernelMessage, context: ModuleContext): Promise<unknown> {
    const parsed = v.safeParse(rpcRequest, payload);
    if (!parsed.success) return { Err: 'MalformedRequest' };
    const { method, chain_id, params } = parsed.output;
    if (!methods.has(method)) return { Err: { InvalidMethod: method } };
    if (configuration.providersOf(chain_id).length === 0) {
      const mend = 'name an RPC endpoint under "ethRpc" in settings.json, or by add-rpcurl-provider';
      context.print(1, `eth: ${message.source.process} asked chain ${chain_id} for ${method}; for an answer ${mend}`);
      return { Err: 'NoRpcForChain' };
    }
    const expected = message.message.kind === 'request' ? message.message.expectsResponse : undefined;
    return relay(chain_id, method, params, expected ?? defaultSeconds, context);
  }

  function subscribe(payload: unknown, { source, rsvp }: KernelMessage, context: ModuleContext): unknown {
    const parsed = v.safeParse(subscriptionRequest, payload);
    if (!parsed.success) return { Err: 'MalformedRequest' };
    const { sub_id, chain_id, kind, params } = parsed.output;
    const key = `${source.process} ${sub_id}`;
    subscriptions.get(key)?.();
    if (configuration.providersOf(chain_id).length === 0) {
      context.print(1, `eth: ${source.process} subscribed; without an RPC endpoint it will never get an update`);
      subscriptions.set(key, () => undefined);
      return 'Ok';
    }
    const ask = async (method: string, asked: unknown) => {
      const answer = await relay(chain_id, method, asked, defaultSeconds, context);
      return 'Response' in answer ? answer.Response : undefined;
    };
    const target = rsvp ?? source;
    const update = (result: unknown) => context.send({ target, body: jsonBody({ Ok: { id: sub_id, result } }) });
    subscriptions.set(key, follow({ kind, params, ask, update }, pollMs));
    return 'Ok';
  }

  function unsubscribe(payload: unknown, process: string): unknown {
    const parsed = v.safeParse(u64, payload);
    const key = parsed.success ? `${process} ${parsed.output}` : '';
    const end = subscriptions.get(key);
    if (!end) return { Err: 'MalformedRequest' };
    end();
    subscriptions.delete(key);
    return 'Ok';
  }

  async function answer(message: KernelMessage, context: ModuleContext): Promise<unknown> {
    const { process } = message.source;
    const action = readAction(parseBody(message.message.body));
    const local = message.source.node === context.our.node;
    if (!local && !configuration.allows(message.source.node)) return { Err: 'PermissionDenied' };
    if (action?.name === 'Request') return request(action.payload, message, context);
    if (action?.name === 'SubscribeLogs') return subscribe(action.payload, message, context);
    if (action?.name === 'UnsubscribeLogs') return unsubscribe(action.payload, process);
    if (!action || !configurationRequests.has(action.name)) return { Err: 'MalformedRequest' };
    if (!local || !context.holds(process, root(context.our.node, ethId))) return 'PermissionDenied';
    return configured(action, configuration, [...subscriptions.keys()]);
  }

  const forget = kernelView.onKilled((process) => {
    for (const [key, end] of subscriptions)
      if (key.startsWith(`${process} `)) {
        end();
        subscriptions.delete(key);
      }
  });

  return {
    id: ethId,
    public: false,
    async handle(message, context) {
      if (message.message.kind !== 'request') return;
      const body = await answer(message, context);
      if (!stopped.signal.aborted) context.respond(message, { body: jsonBody(body) });
    },
    dispose() {
      stopped.abort();
      forget();
      for (const end of subscriptions.values()) end();
      subscriptions.clear();
    },
  };
}

/** §4.4, for one who may. */
async function configured({ name, payload }: Action, configuration: Configuration, subscribed: string[]) {
  switch (name) {
    case 'GetProviders':
      return {
        Providers: configuration.providers().map(({ provider: { RpcUrl }, ...rest }) => ({
          ...rest,
          provider: { RpcUrl: RpcUrl.auth ? RpcUrl : { url: RpcUrl.url } },
        })),
      };
    case 'GetAccessSettings':
      return { AccessSettings: configuration.access };
    case 'GetState': {
      const active: Record<string, unknown[]> = {};
      for (const key of subscribed) {
        const [process = '', id] = key.split(' ');
        active[process] = [...(active[process] ?? []), Number(id)];
      }
      return { State: { active_subscriptions: active, outstanding_requests: [] } };
    }
    case 'AddProvider': {
      const parsed = v.safeParse(addedProvider, payload);
      if (!parsed.success) return { Err: 'MalformedRequest' };
      const added = parsed.output;
      const others = configuration.providers().filter((one) => !sameEndpoint(one, added));
      await configuration.setProviders([added, ...others]);
      return 'Ok';
    }
    case 'RemoveProvider': {
      const parsed = v.safeParse(removed, payload);
      if (!parsed.success) return { Err: 'MalformedRequest' };
      const [chainId, url] = parsed.output;
      const before = configuration.providers();
      await configuration.setProviders(
        before.filter(({ chain_id, provider }) => chain_id !== chainId || provider.RpcUrl.url !== url),
      );
      return configuration.providers().length < before.length ? 'Ok' : 'ProviderNotFound';
    }
    case 'SetProviders': {
      const parsed = v.safeParse(v.array(addedProvider), payload);
      if (!parsed.success) return { Err: 'MalformedRequest' };
      await configuration.setProviders(parsed.output);
      return 'Ok';
    }
  }
  const changed = changedAccess(configuration.access, name, payload);
  if (!changed) return { Err: 'MalformedRequest' };
  await configuration.setAccess(changed);
  return 'Ok';
}

function changedAccess(access: Access, name: string, payload: unknown): Access | undefined {
  if (name === 'SetPublic' || name === 'SetPrivate') return { ...access, public: name === 'SetPublic' };
  if (typeof payload !== 'string') return undefined;
  const without = (list: readonly string[]) => list.filter((node) => node !== payload);
  switch (name) {
    case 'AllowNode':
      return { ...access, allow: [...without(access.allow), payload] };
    case 'UnallowNode':
      return { ...access, allow: without(access.allow) };
    case 'DenyNode':
      return { ...access, deny: [...without(access.deny), payload] };
    case 'UndenyNode':
      return { ...access, deny: without(access.deny) };
  }
  return undefined;
}
