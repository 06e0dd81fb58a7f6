/** What the control API shows: events, lines and processes in the forms of protocol.ts. */
import { Buffer } from 'node:buffer';
import { formatAddress } from '../kernel/address.ts';
import type { ProcessDetails } from '../kernel/kernel.ts';
import type { ConsoleLine } from '../trace/console.ts';
import type { TraceEvent } from '../trace/event.ts';
import type { LogLine, ProcessInfo, TraceRow } from './protocol.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes that were cut may end inside a character: up to three bytes of it are left out of the text. */
export function readText(bytes: Uint8Array, cut = false): string | undefined {
  for (let less = 0; less <= (cut ? 3 : 0); less += 1) {
    try {
      return utf8.decode(bytes.subarray(0, bytes.byteLength - less));
    } catch {
      // Not text at this length.
    }
  }
  return undefined;
}

/** Text where the bytes are text without control characters other than white space; else base64. */
function textOrBase64(bytes: Uint8Array, cut: boolean): { text: string } | { base64: string } {
  const text = readText(bytes, cut);
  if (text !== undefined && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text)) return { text };
  return { base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') };
}

export function traceRow(event: TraceEvent): TraceRow {
  const body = textOrBase64(event.body, event.body.byteLength < event.bodyBytes);
  const blob = event.blob && textOrBase64(event.blob, event.blob.byteLength < (event.blobBytes ?? 0));
  return {
    seq: event.seq,
    time: event.time,
    node: event.node,
    id: event.id,
    trace: event.context.trace,
    span: event.context.span,
    parent: event.context.parent,
    kind: event.kind,
    source: event.source,
    target: event.target,
    expectsResponse: event.expectsResponse,
    outcome: event.outcome,
    cause: event.cause,
    detail: event.detail,
    durationMs: event.durationMs,
    bodyBytes: event.bodyBytes,
    ...('text' in body ? { body: body.text } : { bodyBase64: body.base64 }),
    blobBytes: event.blobBytes,
    blobMime: event.blobMime,
    ...(blob && ('text' in blob ? { blob: blob.text } : { blobBase64: blob.base64 })),
  };
}

/** Free text, in any case, over source, target and body. */
export function traceFilter(filter: string | undefined): ((event: TraceEvent) => boolean) | undefined {
  if (!filter) return undefined;
  const wanted = filter.toLowerCase();
  return (event) =>
    event.source.toLowerCase().includes(wanted) ||
    event.target.toLowerCase().includes(wanted) ||
    (readText(event.body, true)?.toLowerCase().includes(wanted) ?? false);
}

export function logLine(line: ConsoleLine, node: string): LogLine {
  return { seq: line.seq, time: line.time, node, level: line.level, process: line.process, text: line.text };
}

export function processRow(process: ProcessDetails): ProcessInfo {
  return {
    id: process.id,
    kind: process.kind,
    state: process.state,
    public: process.public,
    onExit: process.onExit,
    mailbox: process.mailbox,
    messagesIn: process.messagesIn,
    messagesOut: process.messagesOut,
    memoryBytes: process.memoryBytes,
    restarts: process.restarts,
    capabilities: process.capabilities.map(({ issuer, params }) => ({ issuer: formatAddress(issuer), params })),
    lastError: process.lastError,
  };
}
