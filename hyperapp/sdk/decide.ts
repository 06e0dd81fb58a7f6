/** What becomes of a request: a handler runs, an answer goes back at once, or it is dropped (hyperapp.md §8, V3b). */
import { formatAddress } from './address.ts';
import type { RegisteredHandler } from './app.ts';
import { httpAnswer } from './http-server.ts';
import { sortedKeys, writeJson } from './json.ts';
import type { Answer } from './messages.ts';
import type { Description } from './shape.ts';
import { bytesOf } from './text.ts';
import type { Address } from './types.ts';
import { debugText, readVariant } from './variant.ts';

export type Decision =
  | { readonly kind: 'run'; readonly handler: RegisteredHandler; readonly parameters: readonly unknown[] }
  /** `log` is a line for the console. */
  | { readonly kind: 'answer'; readonly answer: Answer; readonly log: string }
  | { readonly kind: 'drop'; readonly log: string };

/** `handlers`: those for http, local and remote, in order of declaration. */
export function decideHttp(
  request: { readonly method: string; readonly path: string; readonly body: Uint8Array },
  handlers: readonly RegisteredHandler[],
  types: Description['types'],
): Decision {
  const { method, path, body } = request;
  const http = handlers.filter(({ kinds }) => kinds.has('http'));
  if (http.length === 0) return { kind: 'drop', log: 'No HTTP handlers defined but received an HTTP request' };
  if (body.length === 0) {
    const handler = routeOf(http, method, path);
    if (handler) return { kind: 'run', handler, parameters: [] };
    const text = `No handler found for ${method} ${path}`;
    return { kind: 'answer', answer: httpAnswer(404, {}, text), log: text };
  }
  const variant = readVariant(body, handlers, types);
  if (variant.kind === 'handler') {
    const { handler, parameters } = variant;
    if (handler.kinds.has('http')) return { kind: 'run', handler, parameters };
    const received = debugText(handler, parameters);
    const error = 'Unexpected http request variant';
    return {
      kind: 'answer',
      answer: httpAnswer(400, {}, writeJson({ error, received })),
      log: `${error} received in HTTP handler: ${received}`,
    };
  }
  const text =
    variant.kind === 'no-json'
      ? `Invalid JSON in request body. Parse error: ${variant.error}`
      : `Invalid request format. Expected one of the parameterized handler formats, but got: ${writeJson(sortedKeys(variant.value))}`;
  const reason = variant.kind === 'no-handler' ? ` (${variant.error})` : '';
  return {
    kind: 'answer',
    answer: httpAnswer(400, {}, text),
    log: `Failed to parse request body for ${method} ${path}: ${text}${reason}`,
  };
}

/** Handlers without parameters: those with a path first, then the others, each in order of declaration. */
function routeOf(http: readonly RegisteredHandler[], method: string, path: string): RegisteredHandler | undefined {
  const named = new Set(http.map(({ route }) => route.path));
  const plain = http.filter(({ shape }) => shape.parameters.length === 0);
  const ordered = [...plain.filter(({ route }) => route.path), ...plain.filter(({ route }) => !route.path)];
  return ordered.find(
    ({ route }) => (route.path ? route.path === path : !named.has(path)) && (!route.method || route.method === method),
  );
}

export function decideMessage(
  request: { readonly source: Address; readonly body: Uint8Array; readonly isLocal: boolean },
  handlers: readonly RegisteredHandler[],
  types: Description['types'],
): Decision {
  const { source, body, isLocal } = request;
  const group = isLocal ? 'local' : 'remote';
  const mayRun = ({ kinds }: RegisteredHandler) => kinds.has('remote') || (isLocal && kinds.has('local'));
  if (!handlers.some(mayRun))
    return { kind: 'drop', log: `No ${group} handlers defined but received a ${group} request` };
  const variant = readVariant(body, handlers, types);
  if (variant.kind !== 'handler') {
    // As in the Rust framework nothing is answered, and the caller's request times out.
    return {
      kind: 'drop',
      log: `A ${group} request from ${formatAddress(source)} fits no handler: ${variant.error}`,
    };
  }
  const { handler, parameters } = variant;
  if (mayRun(handler)) return { kind: 'run', handler, parameters };
  return {
    kind: 'answer',
    answer: { body: bytesOf(writeJson(unexpectedVariant(formatAddress(source), body))) },
    log: `Unexpected ${group} request variant received in ${group} handler: ${debugText(handler, parameters)}`,
  };
}

/** The Rust framework answers a body for another kind of handler with a send error (hyperapp.md §8.5). */
function unexpectedVariant(source: string, body: Uint8Array): unknown {
  return {
    kind: 'Timeout',
    target: source,
    message: { Request: { source, expects_response: null, body, metadata: null, capabilities: [] } },
    lazy_load_blob: null,
    context: null,
  };
}
