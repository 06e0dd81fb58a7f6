/** `net:distro:sys` as a process: signing, and the hello of other nodes (other-modules.md §3). Bodies are MessagePack. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { decode, encode } from '@msgpack/msgpack';
import * as v from 'valibot';
import { formatAddress } from '../kernel/address.ts';
import type { KernelMessage } from '../kernel/message.ts';
import type { Module, ModuleContext } from '../kernel/module.ts';
import { readAction } from './body.ts';
import { netId } from './capabilities.ts';

const byte = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));
/** A struct travels as an array of its fields; the decoder also takes a map. */
const verifyPayload = v.union([
  v.tuple([v.string(), v.array(byte)]),
  v.pipe(
    v.object({ from: v.string(), signature: v.array(byte) }),
    v.transform(({ from, signature }) => [from, signature] as const),
  ),
]);

/** Names of requests that another node cannot make; from there they count as a hello (§3.3). */
const localOnly = new Set(['Sign', 'Verify', 'GetPeers', 'GetPeer', 'GetDiagnostics']);
const silent = new Set(['HnsUpdate', 'HnsBatchUpdate', 'ConnectionRequest']);

interface NetReply {
  readonly body: unknown;
  readonly blob?: Uint8Array;
}

/** `seed`: 32 bytes, the node's own ed25519 key for signing. */
export function createNet(seed: Uint8Array): Module {
  const privateKey = ed25519Key(seed);
  const publicKey = createPublicKey(privateKey);
  const networkingKey = `0x${Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex')}`;

  function answer(message: KernelMessage, { our }: ModuleContext): NetReply | undefined {
    const action = readNetAction(message.message.body);
    const text = message.blob?.bytes ?? new Uint8Array();
    const own = [our.node, networkingKey, { Routers: [] }];
    switch (action?.name) {
      case 'Sign':
        return { body: 'Signed', blob: sign(null, signed(formatAddress(message.source), text), privateKey) };
      case 'Verify': {
        const parsed = v.safeParse(verifyPayload, action.payload);
        if (!parsed.success) return undefined;
        const [from, signature] = parsed.output;
        return { body: { Verified: verify(null, signed(from, text), publicKey, Uint8Array.from(signature)) } };
      }
      case 'GetPeers':
        return { body: { Peers: [] } };
      case 'GetPeer':
        return { body: { Peer: action.payload === our.node ? own : null } };
      case 'GetDiagnostics':
        return { body: { Diagnostics: `our Identity: ${our.node}\r\nnetworking key: ${networkingKey}\r\n` } };
    }
    return undefined;
  }

  function hello(message: KernelMessage, context: ModuleContext): void {
    const name = readNetAction(message.message.body)?.name;
    if (name && silent.has(name)) return;
    const text = new TextDecoder().decode(message.message.body);
    const said = name && localOnly.has(name) ? name : text;
    context.print(0, `\u001b[3;32m${message.source.node}: ${said}\u001b[0m`);
    context.respond(message, { body: new TextEncoder().encode('ack') });
  }

  return {
    id: netId,
    public: false,
    handle(message, context) {
      if (message.message.kind !== 'request') return;
      if (message.source.node !== context.our.node) {
        hello(message, context);
        return;
      }
      const reply = answer(message, context);
      if (!reply) return;
      const blob = reply.blob && { mime: undefined, bytes: reply.blob };
      context.respond(message, { body: encode(reply.body), blob });
    },
  };
}

function readNetAction(body: Uint8Array): ReturnType<typeof readAction> {
  try {
    const action = readAction(decode(body));
    // Any text of one short word decodes to a number or a string too; only known names count.
    return action && (localOnly.has(action.name) || silent.has(action.name)) ? action : undefined;
  } catch {
    return undefined;
  }
}

/** What is signed: the asker's full address, then the bytes (§3.2). */
function signed(address: string, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(address), bytes]);
}

/** Node's crypto takes a raw ed25519 seed only in its PKCS#8 wrapping. */
function ed25519Key(seed: Uint8Array): KeyObject {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
}
