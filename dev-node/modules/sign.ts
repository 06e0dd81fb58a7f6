/** `sign:sign:sys`: signatures with the node's key that name the asker (other-modules.md §8), on top of net (§3). */
import { decode, encode } from '@msgpack/msgpack';
import * as v from 'valibot';
import { formatAddress, parseAddress } from '../kernel/address.ts';
import type { KernelMessage } from '../kernel/message.ts';
import type { Module, ModuleContext } from '../kernel/module.ts';
import { jsonBody, parseBody, readAction } from './body.ts';
import { netId, signId } from './capabilities.ts';
import { converse } from './conversation.ts';

/** Seconds that net may take. */
const seconds = 10;

const verifyRequest = v.object({ node: v.string(), signature: v.array(v.number()) });

interface Answer {
  readonly body: unknown;
  readonly bytes?: Uint8Array | undefined;
}

const joined = (address: string, text: Uint8Array) => Buffer.concat([Buffer.from(address), text]);

/** Undefined where the real process fails and stays silent. */
async function answer(message: KernelMessage, context: ModuleContext): Promise<Answer | undefined> {
  const net = converse(context, message.trace);
  const text = message.blob?.bytes ?? new Uint8Array();
  const action = readAction(parseBody(message.message.body));
  const named = joined(formatAddress(message.source), text);
  switch (action?.name) {
    case 'NetKeySign': {
      const { blob } = await net.ask(netId, encode('Sign'), { blob: named, seconds });
      return blob && { body: 'NetKeySign', bytes: blob.bytes };
    }
    case 'NetKeyVerify': {
      const parsed = v.safeParse(verifyRequest, action.payload);
      const signer = parsed.success ? parseAddress(parsed.output.node) : undefined;
      if (!parsed.success || !signer || 'problem' in signer) return undefined;
      const from = formatAddress({ node: signer.value.node, process: signId });
      const asked = encode({ Verify: [from, parsed.output.signature] });
      const { body } = await net.ask(netId, asked, { blob: joined(parsed.output.node, text), seconds });
      const verified = (decode(body) as { Verified?: boolean }).Verified;
      return verified === undefined ? undefined : { body: { NetKeyVerify: verified } };
    }
    case 'NetKeyMakeMessage':
      return { body: 'NetKeyMakeMessage', bytes: joined(formatAddress(context.our), named) };
  }
  return undefined;
}

export function createSign(): Module {
  return {
    id: signId,
    public: false,
    async handle(message, context) {
      const request = message.message;
      if (request.kind !== 'request' || message.source.node !== context.our.node) return;
      let answered: Answer | undefined;
      try {
        answered = await answer(message, context);
      } catch (error) {
        context.print(0, `sign:sys: error handling sign request: ${(error as Error).message}`);
      }
      if (!answered || (request.expectsResponse === undefined && !message.rsvp)) return;
      const { body, bytes } = answered;
      context.respond(message, { body: jsonBody(body), blob: bytes && { mime: undefined, bytes } });
    },
  };
}
