/**
 * `eth:distro:sys` on a node without a chain (other-modules.md §4): every request gets the module's own error, so that no
 * app waits; a subscription is accepted and stays silent, because process_lib would otherwise retry for ever.
 */
import * as v from 'valibot';
import type { KernelMessage } from '../kernel/message.ts';
import type { Module, ModuleContext } from '../kernel/module.ts';
import { jsonBody, parseBody, readAction, u64 } from './body.ts';
import { ethId, root } from './capabilities.ts';

/** The methods that pass at all (§4.3). */
const methods = new Set(
  (
    'eth_accounts eth_blockNumber eth_call eth_chainId eth_estimateGas eth_gasPrice eth_getBalance eth_getBlockByHash ' +
    'eth_getBlockByNumber eth_getCode eth_getLogs eth_getStorageAt eth_getTransactionByHash eth_getTransactionCount ' +
    'eth_getTransactionReceipt eth_hashrate eth_sendRawTransaction eth_subscribe eth_unsubscribe'
  ).split(' '),
);

const rpcRequest = v.object({ chain_id: u64, method: v.string() });
const subscription = v.object({
  sub_id: u64,
  chain_id: u64,
  kind: v.picklist(['newHeads', 'logs', 'newPendingTransactions', 'syncing']),
});
const configuration = new Set(
  (
    'AddProvider RemoveProvider SetProviders GetProviders SetPublic SetPrivate AllowNode UnallowNode DenyNode UndenyNode ' +
    'GetAccessSettings GetState'
  ).split(' '),
);

export function createEth(): Module {
  /** `process sub_id`. */
  const subscriptions = new Set<string>();

  function answer(message: KernelMessage, context: ModuleContext): unknown {
    const { process } = message.source;
    const action = readAction(parseBody(message.message.body));
    if (message.source.node !== context.our.node) return { Err: 'PermissionDenied' };
    switch (action?.name) {
      case 'Request': {
        const parsed = v.safeParse(rpcRequest, action.payload);
        if (!parsed.success) return { Err: 'MalformedRequest' };
        const { method, chain_id } = parsed.output;
        if (!methods.has(method)) return { Err: { InvalidMethod: method } };
        context.print(1, `eth: ${process} asked chain ${chain_id} for ${method}; this dev node has no chain`);
        return { Err: 'NoRpcForChain' };
      }
      case 'SubscribeLogs': {
        const parsed = v.safeParse(subscription, action.payload);
        if (!parsed.success) return { Err: 'MalformedRequest' };
        subscriptions.add(`${process} ${parsed.output.sub_id}`);
        context.print(1, `eth: ${process} subscribed; this dev node has no chain and will never send an update`);
        return 'Ok';
      }
      case 'UnsubscribeLogs': {
        const parsed = v.safeParse(u64, action.payload);
        const known = parsed.success && subscriptions.delete(`${process} ${parsed.output}`);
        return known ? 'Ok' : { Err: 'MalformedRequest' };
      }
    }
    if (!action || !configuration.has(action.name)) return { Err: 'MalformedRequest' };
    if (!context.holds(process, root(context.our.node, ethId))) return 'PermissionDenied';
    return configured(action.name);
  }

  return {
    id: ethId,
    public: false,
    handle(message, context) {
      if (message.message.kind === 'request') context.respond(message, { body: jsonBody(answer(message, context)) });
    },
  };
}

/** Nothing can be configured: questions are answered truthfully, changes refused. */
function configured(name: string): unknown {
  if (name === 'GetProviders') return { Providers: [] };
  if (name === 'GetAccessSettings') return { AccessSettings: { public: false, allow: [], deny: [] } };
  if (name === 'GetState') return { State: { active_subscriptions: {}, outstanding_requests: [] } };
  return name === 'RemoveProvider' ? 'ProviderNotFound' : 'PermissionDenied';
}
