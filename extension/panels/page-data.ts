/** From the control API's shapes to those of the pages. Pure, so that it is tested without an editor. */
import type { CallResult, ProcessInfo, TraceRow } from '../../dev-node/control/protocol.ts';
import type { InjectionAnswer, NodeRow, Payload, ProcessRow, TraceEvent } from '../../webview/shared/messages.ts';
import type { RunningNode } from '../dev-network.ts';

/** Characters of one body or blob that a page is given; a page holds thousands of them. */
export const payloadLimit = 64 * 1024;

interface Bytes {
  readonly bytes?: number | undefined;
  readonly text?: string | undefined;
  readonly base64?: string | undefined;
  readonly mime?: string | undefined;
}

/** Cuts what is too long for a page; base64 stays decodable (its length a multiple of four). */
export function toPayload({ bytes, text, base64, mime }: Bytes): Payload {
  return {
    bytes: bytes ?? (text === undefined ? base64Bytes(base64 ?? '') : Buffer.byteLength(text)),
    text: text?.slice(0, payloadLimit),
    base64: text === undefined ? base64?.slice(0, payloadLimit) : undefined,
    mime,
  };
}

const base64Bytes = (base64: string): number => Buffer.byteLength(base64, 'base64');

export function toTraceEvent(row: TraceRow): TraceEvent {
  const { body, bodyBase64, bodyBytes, blob, blobBase64, blobBytes, blobMime, ...rest } = row;
  return {
    ...rest,
    body: toPayload({ bytes: bodyBytes, text: body, base64: bodyBase64 }),
    blob:
      blobBytes === undefined
        ? undefined
        : toPayload({ bytes: blobBytes, text: blob, base64: blobBase64, mime: blobMime }),
  };
}

export function toProcessRow({ id, kind, state, ...info }: ProcessInfo): ProcessRow {
  const { mailbox, messagesIn, messagesOut, memoryBytes, restarts, capabilities, lastError } = info;
  return {
    ...{ id, kind, state, mailbox, messagesIn, messagesOut, memoryBytes, restarts, lastError },
    capabilities: capabilities.length,
  };
}

export function toNodeRow(node: RunningNode, processes: readonly ProcessInfo[]): NodeRow {
  return {
    name: node.name,
    state: node.state,
    http: node.state === 'running' ? node.info?.http : undefined,
    problem: node.problem,
    processes: node.state === 'running' ? processes.map(toProcessRow) : [],
  };
}

export function toAnswer(result: CallResult<'message/inject'>): InjectionAnswer {
  const { outcome, detail, durationMs, trace, span, body, bodyBase64, blobBase64, blobMime } = result;
  return {
    ...{ outcome, detail, durationMs, trace, span },
    body:
      body === undefined && bodyBase64 === undefined
        ? undefined
        : toPayload(body === undefined && bodyBase64 ? readable(bodyBase64) : { text: body, base64: bodyBase64 }),
    blob: blobBase64 === undefined ? undefined : toPayload({ ...readable(blobBase64), mime: blobMime }),
  };
}

/** Text where the bytes are UTF-8, so that a page need not guess. */
function readable(base64: string): Bytes {
  const bytes = Buffer.from(base64, 'base64');
  try {
    return { bytes: bytes.length, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { bytes: bytes.length, base64 };
  }
}
