/** `get-providers`, `add-rpcurl-provider`, `add-node-provider` and `remove-provider`: whom eth asks (other-modules.md §4.4, §5.3). */
import { toJson } from '../../body.ts';
import { ethId } from '../../capabilities.ts';
import type { Conversation } from '../../conversation.ts';
import { type Script, withUsage } from '../script.ts';

const configure = async (conversation: Conversation, request: unknown) =>
  (await conversation.ask(ethId, request, { seconds: 60 })).json;

const chainIdOf = (text: string | undefined) => (text && /^\d{1,15}$/.test(text) ? Number(text) : undefined);

export const getProviders: Script = {
  about: 'Shows the RPC endpoints that eth relays to.',
  usage: 'get-providers',
  run: async (_args, { conversation }) => toJson(await configure(conversation, 'GetProviders')),
};

export const addRpcUrlProvider: Script = {
  about: 'Lets eth relay requests for a chain to an RPC endpoint.',
  usage: 'add-rpcurl-provider <url> [<chain-id>]',
  async run(args, { conversation }) {
    const [url, chain = '8453'] = args.split(/\s+/);
    const chain_id = chainIdOf(chain);
    if (!url || chain_id === undefined) return withUsage(addRpcUrlProvider, addRpcUrlProvider.about);
    const answer = await configure(conversation, {
      AddProvider: { chain_id, trusted: false, provider: { RpcUrl: url } },
    });
    return answer === 'Ok'
      ? `Successfully added RPC URL provider ${url} for chain ${chain}`
      : `Failed to add provider: ${toJson(answer)}`;
  },
};

export const addNodeProvider: Script = {
  about: 'Lets eth relay to another node; a dev node cannot do that.',
  usage: 'add-node-provider <node_id>',
  run: async () => 'A dev node relays to RPC endpoints only: use add-rpcurl-provider.',
};

export const removeProvider: Script = {
  about: 'Removes an RPC endpoint that was added here.',
  usage: 'remove-provider <chain-id> <url>',
  async run(args, { conversation }) {
    const [chain, url] = args.split(/\s+/);
    const chain_id = chainIdOf(chain);
    if (!url || chain_id === undefined) return withUsage(removeProvider, removeProvider.about);
    const answer = await configure(conversation, { RemoveProvider: [chain_id, url] });
    return answer === 'Ok'
      ? `Successfully removed provider ${url} for chain ${chain}`
      : `Failed to remove provider: ${toJson(answer)}`;
  },
};
