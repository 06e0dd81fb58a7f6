/** How modules talk to other processes: by messages, as on a real node, so that what they do can be seen in the trace. */
import * as v from 'valibot';
import { formatAddress } from '../kernel/address.ts';
import { kernelId } from '../kernel/capability.ts';
import type { Blob, Capability, KernelMessage, ProcessId } from '../kernel/message.ts';
import type { ModuleContext } from '../kernel/module.ts';
import { jsonBody, parseBody } from './body.ts';
import { vfsId } from './capabilities.ts';

/** Seconds that every awaited step of vfs and kernel may take (packages.md §7.4). */
const stepSeconds = 10;

export interface Reply {
  /** The body as JSON; undefined if it is none. */
  readonly json: unknown;
  readonly body: Uint8Array;
  readonly blob: Blob | undefined;
}

export interface AskOptions {
  readonly blob?: Uint8Array | undefined;
  readonly seconds?: number;
}

/** The messages that belong to one request: all of them are its children in the trace. Bodies: bytes as they are, anything else as JSON. */
export interface Conversation {
  readonly context: ModuleContext;
  /** Throws if no answer comes. */
  ask(target: ProcessId, body: unknown, options?: AskOptions): Promise<Reply>;
  tell(target: ProcessId, body: unknown, capabilities?: readonly Capability[]): void;
}

const asBytes = (body: unknown) => (body instanceof Uint8Array ? body : jsonBody(body));

export function converse(context: ModuleContext, cause: KernelMessage['trace']): Conversation {
  const { node } = context.our;
  return {
    context,
    async ask(process, body, { blob, seconds = stepSeconds } = {}) {
      let refused: string | undefined;
      const answer = await context.request(
        {
          target: { node, process },
          body: asBytes(body),
          blob: blob && { mime: undefined, bytes: blob },
          expectsResponse: BigInt(seconds),
          cause,
        },
        {
          timeoutMs: seconds * 1000,
          onRefused: (why) => {
            refused = why;
          },
        },
      );
      if (!answer) throw new Error(`${process} did not answer${refused ? `: ${refused}` : ` within ${seconds} s`}`);
      return { json: parseBody(answer.response.body), body: answer.response.body, blob: answer.blob };
    },
    tell(process, body, capabilities = []) {
      context.send({ target: { node, process }, body: asBytes(body), capabilities, cause });
    },
  };
}

/** The error in a vfs answer, as text; undefined if it is none. */
export function vfsError(reply: Reply): string | undefined {
  const { json } = reply;
  return typeof json === 'object' && json !== null && 'Err' in json ? JSON.stringify(json.Err) : undefined;
}

/** One vfs action. Errors of the vfs are in the reply; throws only if none comes. */
export function vfs(conversation: Conversation, path: string, action: unknown, blob?: Uint8Array): Promise<Reply> {
  return conversation.ask(vfsId, { path, action }, { blob });
}

/** A whole file; throws with the vfs's error. */
export async function readFile(conversation: Conversation, path: string): Promise<Uint8Array> {
  const reply = await vfs(conversation, path, 'Read');
  if (reply.json === 'Read' && reply.blob) return reply.blob.bytes;
  throw new Error(`could not read ${path}: ${vfsError(reply) ?? 'unexpected answer of vfs'}`);
}

const listing = v.object({ ReadDir: v.array(v.object({ path: v.string(), file_type: v.string() })) });

/** A folder's entries, by their paths relative to the vfs root; none if it cannot be read. */
export async function readDir(
  conversation: Conversation,
  path: string,
): Promise<v.InferOutput<typeof listing>['ReadDir']> {
  const parsed = v.safeParse(listing, (await vfs(conversation, path, 'ReadDir')).json);
  return parsed.success ? parsed.output.ReadDir : [];
}

/** GrantCapabilities; the kernel does not answer it (kernel.md §15.1). */
export function grant(conversation: Conversation, target: ProcessId, capabilities: readonly Capability[]): void {
  const listed = capabilities.map(({ issuer, params }) => ({ issuer: formatAddress(issuer), params }));
  conversation.tell(kernelId, { GrantCapabilities: { target, capabilities: listed } });
}
