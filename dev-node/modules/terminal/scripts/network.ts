/** `peers`, `peer` and `net-diagnostics` (other-modules.md §5.3). */
import { decode, encode } from '@msgpack/msgpack';
import * as v from 'valibot';
import { netId } from '../../capabilities.ts';
import type { Conversation } from '../../conversation.ts';
import type { Script } from '../script.ts';

const identity = v.tuple([v.string(), v.string(), v.unknown()]);
type Identity = v.InferOutput<typeof identity>;

async function ask<S extends v.GenericSchema>(conversation: Conversation, action: unknown, schema: S) {
  const { body } = await conversation.ask(netId, encode(action), { seconds: 10 });
  return v.parse(schema, decode(body));
}

const lines = ([, key, routing]: Identity) => [`    networking key: ${key}`, `    routing: ${JSON.stringify(routing)}`];

export const peers: Script = {
  about: 'Shows the nodes that this one is connected to.',
  usage: 'peers',
  async run(_args, { conversation }) {
    const found = (await ask(conversation, 'GetPeers', v.object({ Peers: v.array(identity) }))).Peers;
    const blocks = found.flatMap((one) => [`${one[0]}:`, ...lines(one)]);
    return ['identities of current connected peers:', ...blocks].join('\n');
  },
};

export const peer: Script = {
  about: 'Shows what is known of a node.',
  usage: 'peer <node_id>',
  async run(args, { conversation }) {
    const found = (await ask(conversation, { GetPeer: args }, v.object({ Peer: v.nullable(identity) }))).Peer;
    if (!found) return `no PKI entry found with name ${args}`;
    return [`peer identity for ${found[0]}:`, ...lines(found)].join('\n');
  },
};

export const netDiagnostics: Script = {
  about: 'Shows the state of the network module.',
  usage: 'net-diagnostics',
  async run(_args, { conversation }) {
    const { Diagnostics } = await ask(conversation, 'GetDiagnostics', v.object({ Diagnostics: v.string() }));
    return `\n${Diagnostics.replaceAll('\r\n', '\n')}`;
  },
};
