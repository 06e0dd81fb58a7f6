/** The endpoint that every Hyperware node has, dev node or real (http-server.md §11), spoken as kit does (kit.md §2–§5). */
import * as http from 'node:http';
import * as v from 'valibot';
import { errors } from './errors.ts';

export interface RpcRequest {
  /** Undefined: the node that we speak to. */
  readonly node?: string | undefined;
  readonly process: string;
  readonly body: string;
  readonly blob?: { readonly mime: string; readonly bytes: Uint8Array } | undefined;
  /** Seconds; undefined: fire and forget. */
  readonly expectsResponse: number | undefined;
}

export interface RpcAnswer {
  readonly body: Uint8Array;
  readonly blob: { readonly mime: string | undefined; readonly bytes: Uint8Array } | undefined;
}

const bytes = v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255)));
const answerSchema = v.object({
  body: bytes,
  lazy_load_blob: v.nullish(v.union([bytes, v.object({ mime: v.nullish(v.string()), bytes })])),
});

/** Sends one request by `POST /rpc:distro:sys/message`; undefined when no response was expected. Throws `CliError`. */
export async function callRpc(port: number, request: RpcRequest): Promise<RpcAnswer | undefined> {
  const { status, reason, body } = await post(port, request);
  if (status !== 200) throw errors.rpcRefused(status, reason);
  if (request.expectsResponse === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw errors.rpcUnreadable('it is not JSON');
  }
  const parsed = v.safeParse(answerSchema, value);
  if (!parsed.success) throw errors.rpcUnreadable(v.summarize(parsed.issues).replaceAll('\n', ' '));
  const blob = parsed.output.lazy_load_blob;
  const raw = Array.isArray(blob) ? { mime: undefined, bytes: blob } : blob;
  return {
    body: Uint8Array.from(parsed.output.body),
    // Twice encoded: the numbers are the characters of base64 text.
    blob: raw
      ? {
          mime: raw.mime ?? undefined,
          bytes: Buffer.from(Buffer.from(raw.bytes).toString('latin1'), 'base64'),
        }
      : undefined,
  };
}

function post(port: number, request: RpcRequest): Promise<{ status: number; reason: string; body: Buffer }> {
  const payload = JSON.stringify({
    node: request.node ?? null,
    process: request.process,
    inherit: false,
    expects_response: request.expectsResponse ?? null,
    body: request.body,
    metadata: null,
    context: null,
    mime: request.blob?.mime ?? 'application/octet-stream',
    data: request.blob ? Buffer.from(request.blob.bytes).toString('base64') : null,
  });
  return new Promise((resolve, reject) => {
    const sending = http.request(
      {
        host: '127.0.0.1',
        port,
        path: '/rpc:distro:sys/message',
        method: 'POST',
        agent: false,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(payload),
          // The HTTP server waits as long as the request does, not its own 15 s (kit.md §2.2).
          ...(request.expectsResponse === undefined
            ? {}
            : { 'x-hyperware-http-server-timeout': `${request.expectsResponse}` }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            reason: response.statusMessage ?? '',
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    sending.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ECONNREFUSED' ? errors.nothingListens(port) : errors.rpcUnreadable(error.message)),
    );
    sending.end(payload);
  });
}
