/** A message written down so that it can be sent again from a terminal, or put into a report. Pure. */
import { isCut } from '../shared/decode.ts';
import type { Payload } from '../shared/messages.ts';
import { address } from '../shared/words.ts';
import { httpRequestOf } from './method.ts';
import type { Span } from './span.ts';

export interface CopyForm {
  readonly name: 'hyperdev inject' | 'kit inject-message' | 'curl' | 'JSON';
  readonly text: string;
}

/**
 * The forms that this message can take, for a POSIX shell. A request that the panel has in part only (a cut body) cannot
 * be sent again: JSON is left. What came in by HTTP goes out by HTTP. `http`: address of the target's node, if it runs.
 */
export function copyForms(span: Span, http: string | undefined): CopyForm[] {
  const json: CopyForm = { name: 'JSON', text: spanJson(span) };
  const { request } = span;
  if (request?.kind !== 'request' || !isWhole(request.body) || (request.blob && !isWhole(request.blob))) return [json];
  const page = httpRequestOf(request);
  if (page) return [...(http ? [{ name: 'curl' as const, text: curlPage(page, request.blob, http) }] : []), json];
  const body = request.body.text;
  const { node, process } = address(span.to);
  // A shell's argument cannot hold a zero byte.
  if (body === undefined || body.includes('\0') || !node) return [json];
  const message = { node, process, body, blob: request.blob, expectsResponse: request.expectsResponse };
  return [
    { name: 'hyperdev inject', text: hyperdev(message) },
    { name: 'kit inject-message', text: kit(message, http) },
    ...(http ? [{ name: 'curl' as const, text: curlRpc(message, http) }] : []),
    json,
  ];
}

interface Message {
  readonly node: string;
  readonly process: string;
  readonly body: string;
  readonly blob: Payload | undefined;
  readonly expectsResponse: number | undefined;
}

function hyperdev({ node, process, body, blob, expectsResponse }: Message): string {
  return [
    `hyperdev inject ${quoted(process)} ${quoted(body)} --node ${quoted(node)}`,
    expectsResponse === undefined ? '--non-block' : `--timeout ${expectsResponse}`,
    ...(blob ? [`--blob ${file(blob)}`, ...(blob.mime ? [`--mime ${quoted(blob.mime)}`] : [])] : []),
  ].join(' ');
}

/** kit waits 15 s, always, and finds a node by its port (kit.md §3). */
function kit({ process, body, blob, expectsResponse }: Message, http: string | undefined): string {
  const port = http && new URL(http).port;
  return [
    `kit inject-message ${quoted(process)} ${quoted(body)}`,
    ...(port ? [`--port ${port}`] : []),
    ...(expectsResponse === undefined ? ['--non-block'] : []),
    ...(blob ? [`--blob ${file(blob)}`] : []),
  ].join(' ');
}

/** The endpoint that kit speaks to (kit.md §2.1). */
function curlRpc({ process, body, blob, expectsResponse }: Message, http: string): string {
  const rpc = JSON.stringify({
    ...{ node: null, process, inherit: false, expects_response: expectsResponse ?? null, body },
    ...{ metadata: null, context: null, mime: blob ? (blob.mime ?? 'application/octet-stream') : null },
    data: blob ? base64Of(blob) : null,
  });
  const url = new URL('/rpc:distro:sys/message', http).href;
  return `curl ${quoted(url)} -H 'content-type: application/json' --data-binary ${quoted(rpc)}`;
}

function curlPage(
  { method, path, contentType }: NonNullable<ReturnType<typeof httpRequestOf>>,
  content: Payload | undefined,
  http: string,
): string {
  const url = quoted(http.replace(/\/$/, '') + path);
  const command = `curl -X ${quoted(method)} ${url}`;
  if (!content?.bytes) return command;
  const header = contentType ? ` -H ${quoted(`content-type: ${contentType}`)}` : '';
  const { text } = content;
  return text === undefined || text.includes('\0')
    ? `${command}${header} --data-binary @${file(content)}`
    : `${command}${header} --data-raw ${quoted(text)}`;
}

/** The blob as a file that is not on the disk: `<(…)`, which bash and zsh know. */
const file = (blob: Payload): string =>
  blob.text === undefined || blob.text.includes('\0')
    ? `<(printf %s ${quoted(base64Of(blob))} | base64 -d)`
    : `<(printf %s ${quoted(blob.text)})`;

function base64Of({ text, base64 }: Payload): string {
  if (text === undefined) return base64 ?? '';
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

/** One argument of a POSIX shell. What needs no quotes gets none. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const isWhole = (payload: Payload): boolean => payload.bytes === 0 || !isCut(payload);

/** The span with all its events as they were recorded. Bodies stay text: parsed, large numbers would change. */
function spanJson(span: Span): string {
  const { trace, id, parent, from, to, status, durationMs, events } = span;
  return JSON.stringify({ trace, span: id, parent, from, to, status, durationMs, events }, null, 2);
}
