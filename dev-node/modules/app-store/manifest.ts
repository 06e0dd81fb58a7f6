/** `pkg/manifest.json` (packages.md §3): what a package asks the node to start, and which capabilities go where. */
import * as v from 'valibot';
import { messaging, network } from '../../kernel/capability.ts';
import type { Capability, ProcessId } from '../../kernel/message.ts';
import { driveCapability, sortedJson } from '../capabilities.ts';
import { isGuestProcessId } from '../identity.ts';

const entrySchema = v.object({
  process_name: v.string(),
  process_wasm_path: v.string(),
  on_exit: v.union([v.literal('None'), v.literal('Restart'), v.object({ Requests: v.array(v.unknown()) })]),
  request_networking: v.boolean(),
  request_capabilities: v.array(v.unknown()),
  grant_capabilities: v.array(v.unknown()),
  public: v.boolean(),
});
export type ManifestEntry = v.InferOutput<typeof entrySchema>;

const manifestSchema = v.array(entrySchema);

/** Parses manifest.json. Throws an Error that names the entry and the field: one missing field fails the whole file. */
export function parseManifest(text: string): readonly ManifestEntry[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`manifest.json is not JSON: ${(error as Error).message}`);
  }
  const parsed = v.safeParse(manifestSchema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(`manifest.json: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
}

export interface Element {
  readonly process: ProcessId;
  readonly params: string;
}

/** How an element is malformed: which of them are told to the developer differs between requests and grants (§3.1). */
export type Skipped = 'bad-text' | 'bad-id' | 'no-process' | 'no-params' | 'bad-type';

/** One element of `request_capabilities` or `grant_capabilities`, or how it is malformed. */
export function readElement(element: unknown): Element | Skipped {
  if (typeof element === 'string')
    return isGuestProcessId(element) ? { process: element, params: '"messaging"' } : 'bad-text';
  if (typeof element !== 'object' || element === null || Array.isArray(element)) return 'bad-type';
  const { process, params } = element as { process?: unknown; params?: unknown };
  if (typeof process !== 'string') return 'no-process';
  if (params === undefined) return 'no-params';
  return isGuestProcessId(process) ? { process, params: sortedJson(params) } : 'bad-id';
}

/** Everything the process holds after an install beyond what the kernel gives to each (§3.3). Prints what it skips. */
export function requestedCapabilities(
  entry: ManifestEntry,
  our: string,
  packageId: string,
  print: (text: string) => void,
): readonly Capability[] {
  const requested: Capability[] = [];
  for (const element of entry.request_capabilities) {
    const read = readElement(element);
    if (typeof read === 'object') requested.push({ issuer: { node: our, process: read.process }, params: read.params });
    else if (read === 'bad-text' || read === 'no-params' || read === 'bad-type')
      print(`app-store:sys: manifest requested invalid cap: ${JSON.stringify(element)}`);
  }
  if (entry.request_networking) requested.push(network(our));
  const drive = `/${packageId}/pkg`;
  return [...requested, driveCapability(our, 'read', drive), driveCapability(our, 'write', drive)];
}

export interface Grant {
  readonly holder: ProcessId;
  readonly capability: Capability;
}

/** What other processes get from this one, in the order of the manifest. Prints what it skips. */
export function grantedCapabilities(
  entry: ManifestEntry,
  our: string,
  process: ProcessId,
  print: (text: string) => void,
): readonly Grant[] {
  const grants: Grant[] = [];
  for (const element of entry.grant_capabilities) {
    const read = readElement(element);
    if (typeof read === 'object')
      grants.push({ holder: read.process, capability: { ...messaging(our, process), params: read.params } });
    else if (read === 'bad-text' || read === 'no-process' || read === 'bad-type')
      print(`app-store:sys: ${process} manifest tried to grant invalid cap: ${JSON.stringify(element)}`);
  }
  return grants;
}
