/**
 * The kernel's JSON (kernel.md §1.3, §15): commands as they come in, and what goes out. Both the runtime's forms and the
 * guest library's are accepted where they differ (§15.3).
 */
import { Buffer } from 'node:buffer';
import * as v from 'valibot';
import { formatAddress, parseAddress, parseProcessId } from './address.ts';
import type { Address, Blob, Capability, OnExit, OnExitRequest } from './message.ts';

const processId = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parseProcessId(dataset.value);
    if ('value' in parsed) return parsed.value;
    addIssue({ message: parsed.problem });
    return NEVER;
  }),
);

const address = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Address => {
    const parsed = parseAddress(dataset.value);
    if ('value' in parsed) return parsed.value;
    addIssue({ message: parsed.problem });
    return NEVER;
  }),
);

export const capabilityJson = v.object({ issuer: address, params: v.string() });

const byte = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));
const bytes = v.pipe(
  v.array(byte),
  v.transform((numbers) => Uint8Array.from(numbers)),
);

/** `bytes` is numbers in the kernel's form and base64 in the guest's. */
const blobJson = v.object({
  mime: v.nullish(v.string()),
  bytes: v.union([
    bytes,
    v.pipe(
      v.string(),
      v.base64(),
      v.transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
    ),
  ]),
});

const onExitRequest = v.strictTuple([
  address,
  v.object({
    inherit: v.boolean(),
    expects_response: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0))),
    body: bytes,
    metadata: v.nullish(v.string()),
    capabilities: v.array(
      v.union([
        capabilityJson,
        v.pipe(
          v.tuple([capabilityJson, v.unknown()]),
          v.transform(([capability]) => capability),
        ),
      ]),
    ),
  }),
  v.nullish(blobJson),
]);

export const onExitJson = v.pipe(
  v.union([v.literal('None'), v.literal('Restart'), v.object({ Requests: v.array(onExitRequest) })]),
  v.transform((json): OnExit => {
    if (json === 'None') return { kind: 'none' };
    if (json === 'Restart') return { kind: 'restart' };
    return { kind: 'requests', requests: json.Requests.map(readOnExitRequest) };
  }),
);

function readOnExitRequest([target, request, blob]: v.InferOutput<typeof onExitRequest>): OnExitRequest {
  return {
    target,
    request: {
      kind: 'request',
      inherit: request.inherit,
      expectsResponse: request.expects_response == null ? undefined : BigInt(request.expects_response),
      body: request.body,
      metadata: request.metadata ?? undefined,
      capabilities: request.capabilities,
    },
    blob: blob ? { mime: blob.mime ?? undefined, bytes: blob.bytes } : undefined,
  };
}

export const initializeJson = v.object({
  id: processId,
  wasm_bytes_handle: v.string(),
  wit_version: v.nullish(v.number()),
  on_exit: onExitJson,
  initial_capabilities: v.array(capabilityJson),
  public: v.boolean(),
});

/** One command of §15.1. */
export const commandJson = v.union([
  v.literal('Booted'),
  v.literal('Shutdown'),
  v.object({ InitializeProcess: initializeJson }),
  v.object({ GrantCapabilities: v.object({ target: processId, capabilities: v.array(capabilityJson) }) }),
  v.object({ DropCapabilities: v.object({ target: processId, capabilities: v.array(capabilityJson) }) }),
  v.object({ SetOnExit: v.object({ target: processId, on_exit: onExitJson }) }),
  v.object({ RunProcess: processId }),
  v.object({ KillProcess: processId }),
  v.object({
    Debug: v.union([
      v.literal('ProcessMap'),
      v.object({ Process: processId }),
      v.object({ HasCap: v.object({ on: processId, cap: capabilityJson }) }),
    ]),
  }),
]);
export type Command = v.InferOutput<typeof commandJson>;

/** PROCESS of §15.2; also what is kept of a process on disk. */
export const processJson = v.object({
  wasm_bytes_handle: v.string(),
  wit_version: v.nullish(v.number()),
  on_exit: onExitJson,
  capabilities: v.array(capabilityJson),
  public: v.boolean(),
});

export interface ProcessJson {
  readonly wasm_bytes_handle: string;
  readonly wit_version: number | null;
  readonly on_exit: unknown;
  readonly capabilities: readonly { readonly issuer: string; readonly params: string }[];
  readonly public: boolean;
}

export function writeCapability(capability: Capability): { issuer: string; params: string } {
  return { issuer: formatAddress(capability.issuer), params: capability.params };
}

export function writeOnExit(onExit: OnExit): unknown {
  if (onExit.kind === 'none') return 'None';
  if (onExit.kind === 'restart') return 'Restart';
  return {
    Requests: onExit.requests.map(({ target, request, blob }) => [
      formatAddress(target),
      {
        inherit: request.inherit,
        expects_response: request.expectsResponse === undefined ? null : Number(request.expectsResponse),
        body: [...request.body],
        metadata: request.metadata ?? null,
        capabilities: request.capabilities.map(writeCapability),
      },
      blob ? writeBlob(blob) : null,
    ]),
  };
}

function writeBlob(blob: Blob): { mime: string | null; bytes: number[] } {
  return { mime: blob.mime ?? null, bytes: [...blob.bytes] };
}

/** The first thing wrong with a value, with its place: `InitializeProcess.on_exit: Invalid type: …`. */
export function describeIssues(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const [issue] = issues;
  const place = v.getDotPath(issue);
  return place ? `${place}: ${issue.message}` : issue.message;
}
