/** `net:distro:sys` as a process: signing, who is known, and the hello of other nodes (other-modules.md §3). Bodies are MessagePack. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { decode, encode } from '@msgpack/msgpack';
import * as v from 'valibot';
import { formatAddress, parseAddress } from '../kernel/address.ts';
import type { KernelMessage } from '../kernel/message.ts';
import type { Module, ModuleContext } from '../kernel/module.ts';
import type { KnownNode, NetworkView } from '../kernel/module-set.ts';
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

export function createNet(network: NetworkView): Module {
  const privateKey = ed25519Key(network.seed);
  const ownKey = rawKey(createPublicKey(privateKey));

  const find = (name: string): KnownNode | undefined => network.nodes().find((node) => node.name === name);

  function verifies(from: string, text: Uint8Array, signature: Uint8Array, our: string): boolean {
    const parsed = parseAddress(from);
    const name = 'value' in parsed ? parsed.value.node : our;
    // The own key stands in for that of an unknown node (§3.2).
    const key = name === our ? ownKey : (find(name)?.key ?? ownKey);
    return verify(null, signed(from, text), publicKey(key), signature);
  }

  function diagnostics(our: string): string {
    const nodes = network.nodes();
    const lines = [
      `our Identity: ${our}`,
      `networking key: ${hexKey(ownKey)}`,
      `we have connections with ${nodes.filter(({ connected }) => connected).length} peers:`,
      ...nodes.filter(({ connected }) => connected).map(({ name }) => `    ${name}`),
      `we have ${nodes.length} entries in the PKI`,
    ];
    return lines.map((line) => `${line}\r\n`).join('');
  }

  function answer(message: KernelMessage, { our }: ModuleContext): NetReply | undefined {
    const action = readNetAction(message.message.body);
    const text = message.blob?.bytes ?? new Uint8Array();
    switch (action?.name) {
      case 'Sign':
        return { body: 'Signed', blob: sign(null, signed(formatAddress(message.source), text), privateKey) };
      case 'Verify': {
        const parsed = v.safeParse(verifyPayload, action.payload);
        if (!parsed.success) return undefined;
        const [from, signature] = parsed.output;
        return { body: { Verified: verifies(from, text, Uint8Array.from(signature), our.node) } };
      }
      case 'GetPeers': {
        const connected = network.nodes().filter((node) => node.connected);
        return { body: { Peers: connected.map(identity) } };
      }
      case 'GetPeer': {
        if (typeof action.payload !== 'string') return undefined;
        if (action.payload === our.node)
          return { body: { Peer: identity({ name: our.node, key: ownKey, connected: true, addresses: [] }) } };
        const known = find(action.payload);
        return { body: { Peer: known ? identity(known) : null } };
      }
      case 'GetDiagnostics':
        return { body: { Diagnostics: diagnostics(our.node) } };
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

/** `[name, networking_key, routing]` (§3.1). A dev node is always reached directly. */
function identity({ name, key, addresses }: KnownNode): readonly unknown[] {
  const [, ip, port] = /^\/ip[46]\/([^/]+)\/tcp\/(\d+)/.exec(addresses[0] ?? '') ?? [];
  return [name, hexKey(key), ip ? { Direct: [ip, { tcp: Number(port) }] } : { Routers: [] }];
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

/** Node's crypto takes raw ed25519 keys only in a wrapping: PKCS#8 for the seed, JWK for the public one. */
function ed25519Key(seed: Uint8Array): KeyObject {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
}

function publicKey(raw: Uint8Array): KeyObject {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

function rawKey(key: KeyObject): Uint8Array {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}

function hexKey(key: Uint8Array): string {
  return `0x${Buffer.from(key).toString('hex')}`;
}
