/** The endpoint `/rpc:distro:sys/message`, through which kit talks to the node (http-server.md §11, kit.md §2). */
import * as v from 'valibot';
import type { Blob } from '../../kernel/message.ts';
import type { ModuleAnswer, ModuleRequest } from '../../kernel/module.ts';
import { jsonBody, option, parseBody, u64 } from '../body.ts';
import { splitProcessId } from '../identity.ts';
import type { HttpAnswer } from './exchange.ts';

export const rpcProcess = 'rpc:distro:sys';
export const rpcPath = '/message';

const rpcSchema = v.object({
  node: option(v.string()),
  process: v.pipe(
    v.string(),
    v.check((id) => splitProcessId(id) !== undefined),
  ),
  inherit: option(v.boolean()),
  expects_response: option(u64),
  body: option(v.string()),
  metadata: option(v.string()),
  context: option(v.string()),
  mime: option(v.string()),
  data: option(v.string()),
});

/** Standard alphabet, padded; undefined if the text is not base64. */
function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** The request that a caller asks the node to send; undefined if the body is not one (400). */
export function parseRpc(body: Uint8Array, ourNode: string): ModuleRequest | undefined {
  const parsed = v.safeParse(rpcSchema, parseBody(body));
  if (!parsed.success) return undefined;
  const { node, process, expects_response, body: text, metadata, mime, data } = parsed.output;
  const bytes = data === null ? undefined : decodeBase64(data);
  const blob: Blob | undefined = bytes && { mime: mime ?? undefined, bytes };
  return {
    target: { node: node ?? ourNode, process },
    body: new TextEncoder().encode(text ?? ''),
    blob,
    metadata: metadata ?? undefined,
    expectsResponse: expects_response ?? undefined,
    rsvp: expects_response === null ? undefined : 'self',
  };
}

/** What the caller gets for a response: bytes as numbers, the blob's bytes as the numbers of its base64 text. */
export function rpcAnswer({ response, blob }: ModuleAnswer): HttpAnswer {
  const value = {
    body: Array.from(response.body),
    lazy_load_blob: blob
      ? { mime: blob.mime ?? null, bytes: Array.from(Buffer.from(Buffer.from(blob.bytes).toString('base64'))) }
      : null,
  };
  return { status: 200, headers: [['content-type', 'text/html']], body: jsonBody(value) };
}
