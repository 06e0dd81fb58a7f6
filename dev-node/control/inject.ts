/**
 * Messages from outside (what `kit i` does): sent by a process of the node's own, so that an app sees an ordinary local
 * process, not http-server. It may message everything, and is public so that private processes can answer.
 */
import { Buffer } from 'node:buffer';
import { parseAddress } from '../kernel/address.ts';
import { messaging } from '../kernel/capability.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Address } from '../kernel/message.ts';
import type { Module, ModuleRequest } from '../kernel/module.ts';
import type { CallParams, CallResult } from './protocol.ts';
import { badAddress } from './refusal.ts';
import { readText } from './rows.ts';

export const injectId = 'inject:hyperdev:sys';

/** Takes only responses; requests to it are refused by silence, as nothing sends it any. */
export const injectModule: Module = { id: injectId, public: true, handle: () => undefined };

/** Sends one message and waits for its outcome. Throws a `Refusal` for an address that is none. */
export async function inject(
  kernel: Kernel,
  params: CallParams<'message/inject'>,
  now: () => number,
): Promise<CallResult<'message/inject'>> {
  const target = readTarget(params.target, kernel.node);
  if (target.node === kernel.node) kernel.grant(injectId, [messaging(kernel.node, target.process)]);
  const request: ModuleRequest = {
    target,
    body: new TextEncoder().encode(params.body),
    blob:
      params.blob === undefined
        ? undefined
        : { mime: params.mime, bytes: new Uint8Array(Buffer.from(params.blob, 'base64')) },
    expectsResponse: params.expectsResponse === undefined ? undefined : BigInt(params.expectsResponse),
    rsvp: params.expectsResponse === undefined ? undefined : 'self',
  };
  const startedAt = now();
  if (params.expectsResponse === undefined) {
    const { context, refused } = kernel.send(injectId, request);
    return {
      outcome: refused === undefined ? 'sent' : 'refused',
      detail: refused,
      durationMs: now() - startedAt,
      trace: context.trace,
      span: context.span,
    };
  }
  const { context, result } = kernel.ask(injectId, request, params.expectsResponse * 1000);
  const answer = await result;
  const common = { durationMs: now() - startedAt, trace: context.trace, span: context.span };
  if (answer.outcome !== 'ok')
    return { ...common, outcome: answer.outcome === 'aborted' ? 'timeout' : answer.outcome, detail: answer.detail };
  const { body } = answer.response;
  const text = readText(body);
  return {
    ...common,
    outcome: 'ok',
    ...(text === undefined ? { bodyBase64: Buffer.from(body).toString('base64') } : { body: text }),
    ...(answer.blob && { blobBase64: Buffer.from(answer.blob.bytes).toString('base64'), blobMime: answer.blob.mime }),
  };
}

function readTarget(text: string, node: string): Address {
  const parsed = parseAddress(text.includes('@') ? text : `${node}@${text}`);
  if ('problem' in parsed) throw badAddress(text, parsed.problem);
  return parsed.value.node === 'our' ? { ...parsed.value, node } : parsed.value;
}
