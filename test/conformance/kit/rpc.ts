/** kit as a client of a node: its RPC messages, decoded by its rules (kit.md §2). */
import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import { type Answer, fetchRaw, type RequestChoice } from '../http-server/http.ts';
import type { TestNode } from '../node.ts';

export const endpoint = '/rpc:distro:sys/message';

export interface RpcChoice extends Omit<RequestChoice, 'body'> {
  /** Seconds; null: `kit inject-message -l`. */
  readonly expects?: number | null;
  readonly data?: Uint8Array;
  readonly node?: string;
  readonly metadata?: string;
}

export interface RpcAnswer {
  readonly http: Answer;
  /** The response's body as text; undefined if there is none. */
  readonly text: string | undefined;
  /** The same as JSON; undefined if it is none. */
  readonly json: unknown;
  readonly mime: string | null | undefined;
  readonly blob: Buffer | undefined;
}

/** What kit sends, word for word. */
export async function rpc(node: TestNode, process: string, body: string, choice: RpcChoice = {}): Promise<RpcAnswer> {
  const { expects = 15, data, headers } = choice;
  const http = await fetchRaw(node, endpoint, {
    method: choice.method ?? 'POST',
    headers: { 'content-type': 'application/json', accept: '*/*', ...headers },
    body: JSON.stringify({
      node: choice.node ?? null,
      process,
      inherit: false,
      expects_response: expects,
      body,
      metadata: choice.metadata ?? null,
      context: null,
      mime: 'application/octet-stream',
      data: data === undefined ? null : Buffer.from(data).toString('base64'),
    }),
  });
  if (http.status !== 200 || http.body === '')
    return { http, text: undefined, json: undefined, mime: undefined, blob: undefined };
  const answer = JSON.parse(http.body) as {
    body: number[];
    lazy_load_blob: { mime: string | null; bytes: number[] } | null;
  };
  const text = Buffer.from(answer.body).toString();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Not every process answers in JSON.
  }
  const { lazy_load_blob } = answer;
  const blob = lazy_load_blob && Buffer.from(Buffer.from(lazy_load_blob.bytes).toString(), 'base64');
  return { http, text, json, mime: lazy_load_blob?.mime, blob: blob ?? undefined };
}

export const store = 'main:app-store:sys';

export function packageObject(id: string): { package_name: string; publisher_node: string } {
  const [package_name = '', publisher_node = ''] = id.split(':');
  return { package_name, publisher_node };
}

/** A package zip as kit builds it. */
export function zipOf(files: Readonly<Record<string, Uint8Array | string>>): Uint8Array {
  const entries = Object.entries(files).map(([name, content]) => [
    name,
    typeof content === 'string' ? Buffer.from(content) : content,
  ]);
  return zipSync(Object.fromEntries(entries), { level: 0 });
}

export const hashOf = (zip: Uint8Array): string => createHash('sha256').update(zip).digest('hex');

/** metadata.json as kit's start-package sends it: hashes as pairs, and a field that the store ignores. */
export function metadataOf(id: string): object {
  const { package_name, publisher_node } = packageObject(id);
  return {
    name: package_name,
    description: '',
    image: '',
    external_url: '',
    animation_url: '',
    properties: {
      package_name,
      publisher: publisher_node,
      current_version: '0.1.0',
      mirrors: [],
      code_hashes: [['0.1.0', '']],
      license: null,
      screenshots: null,
      wit_version: 1,
      dependencies: [],
      api_includes: null,
    },
  };
}

export const upload = (node: TestNode, id: string, zip: Uint8Array): Promise<RpcAnswer> =>
  rpc(node, store, JSON.stringify({ NewPackage: { package_id: packageObject(id), mirror: true } }), { data: zip });

export const install = (node: TestNode, id: string, hash: string, metadata: object | null = metadataOf(id)) =>
  rpc(node, store, JSON.stringify({ Install: { package_id: packageObject(id), version_hash: hash, metadata } }));

export const uninstall = (node: TestNode, id: string): Promise<RpcAnswer> =>
  rpc(node, store, JSON.stringify({ Uninstall: packageObject(id) }));

/** kit start-package: both answers. */
export async function startPackage(
  node: TestNode,
  id: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<readonly [unknown, unknown]> {
  const zip = zipOf(files);
  const uploaded = await upload(node, id, zip);
  return [uploaded.json, (await install(node, id, hashOf(zip))).json];
}

export const entry = (process_name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  process_name,
  process_wasm_path: '/puppet.wasm',
  on_exit: 'Restart',
  request_networking: false,
  request_capabilities: [],
  grant_capabilities: [],
  public: true,
  ...more,
});
