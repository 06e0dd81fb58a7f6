/** Install and uninstall, step by step as packages.md §7.4 and §7.5 have them. */
import { kernelId } from '../../kernel/capability.ts';
import type { ProcessId } from '../../kernel/message.ts';
import { chainId, homepageId, named } from '../capabilities.ts';
import { type Conversation, grant, readFile, vfs, vfsError } from '../conversation.ts';
import { isGuestPackageId, isGuestProcessId } from '../identity.ts';
import { grantedCapabilities, type ManifestEntry, parseManifest, requestedCapabilities } from './manifest.ts';
import type { StoreRequest } from './requests.ts';

type InstallRequest = Extract<StoreRequest, { readonly name: 'Install' }>['payload'];

export interface InstalledRecord {
  readonly versionHash: string;
  readonly processes: readonly ProcessId[];
  readonly hasApi: boolean;
}

/** `package-name:publisher` of a package id object. */
export function packageText(id: { readonly package_name: string; readonly publisher_node: string }): string {
  return `${id.package_name}:${id.publisher_node}`;
}

/** Where the downloads process keeps an uploaded zip. */
export function downloadPath(packageId: string, versionHash: string): string {
  return `/app-store:sys/downloads/${packageId}/${versionHash}.zip`;
}

const text = new TextDecoder();

/** Reads and parses the manifest of an installed package. */
export async function readManifest(conversation: Conversation, packageId: string): Promise<readonly ManifestEntry[]> {
  return parseManifest(text.decode(await readFile(conversation, `/${packageId}/pkg/manifest.json`)));
}

export function processIds(packageId: string, manifest: readonly ManifestEntry[]): readonly ProcessId[] {
  return manifest.map((entry) => `${entry.process_name}:${packageId}`);
}

/** Replaces the drive `pkg` with the zip's content; answers whether the package brings an API. */
async function unpack(conversation: Conversation, packageId: string, zip: Uint8Array): Promise<boolean> {
  const drive = `/${packageId}/pkg`;
  // Errors in the answers to these are not looked at; only a missing answer stops the install (§7.4).
  await vfs(conversation, drive, 'CreateDrive');
  await vfs(conversation, drive, 'RemoveDirAll');
  const added = await vfs(conversation, drive, 'AddZip', zip);
  if (added.json !== 'Ok')
    throw new Error(`could not unpack the package's zip: ${vfsError(added) ?? 'unexpected answer'}`);
  await vfs(conversation, `${drive}/${packageId}.zip`, 'Write', zip);
  await readFile(conversation, `${drive}/manifest.json`);
  const api = await vfs(conversation, `${drive}/api.zip`, 'Read');
  if (api.json !== 'Read' || !api.blob) return false;
  await vfs(conversation, `${drive}/api`, 'AddZip', api.blob.bytes);
  return true;
}

interface Code {
  readonly handle: string;
  readonly bytes: Uint8Array;
}

/**
 * The process's code. A package that is being written in TypeScript may bring `name.js` in place of `name.wasm`: then
 * that script is the code, and the edit loop needs no compiler to WebAssembly.
 */
async function readCode(conversation: Conversation, packageId: string, wasmPath: string): Promise<Code> {
  const handle = `/${packageId}/pkg/${wasmPath.replace(/^\//, '')}`;
  try {
    return { handle, bytes: await readFile(conversation, handle) };
  } catch (missing) {
    if (!handle.endsWith('.wasm')) throw missing;
    const script = `${handle.slice(0, -'.wasm'.length)}.js`;
    const reply = await vfs(conversation, script, 'Read');
    if (reply.json !== 'Read' || !reply.blob) throw missing;
    return { handle: script, bytes: reply.blob.bytes };
  }
}

/** First pass: kill what runs under the id, initialise it anew, give it its capabilities. */
async function initialise(
  conversation: Conversation,
  packageId: string,
  entry: ManifestEntry,
  witVersion: number | null,
): Promise<void> {
  const { context } = conversation;
  const id = `${entry.process_name}:${packageId}`;
  if (!isGuestProcessId(id))
    throw new Error(
      `"${id}" is no process id: names are a-z, 0-9 and -, the publisher may have dots; mend process_name`,
    );
  conversation.tell(kernelId, { KillProcess: id });
  const { handle, bytes } = await readCode(conversation, packageId, entry.process_wasm_path);
  const command = {
    id,
    wasm_bytes_handle: handle,
    wit_version: witVersion,
    on_exit: entry.on_exit,
    initial_capabilities: [],
    public: entry.public,
  };
  const reply = await conversation.ask(kernelId, { InitializeProcess: command }, { blob: bytes });
  if (reply.json !== 'InitializedProcess') throw new Error(`the kernel could not initialise ${id}`);
  const print = (line: string) => context.print(0, line);
  grant(conversation, id, requestedCapabilities(entry, context.our.node, packageId, print));
}

/** Second pass: give others what the process grants, and start it. */
async function start(conversation: Conversation, packageId: string, entry: ManifestEntry): Promise<void> {
  const { context } = conversation;
  const id = `${entry.process_name}:${packageId}`;
  const print = (line: string) => context.print(0, line);
  for (const { holder, capability } of grantedCapabilities(entry, context.our.node, id, print))
    grant(conversation, holder, [capability]);
  const reply = await conversation.ask(kernelId, { RunProcess: id });
  if (reply.json !== 'StartedProcess') throw new Error(`the kernel could not start ${id}`);
}

/**
 * Installs an uploaded package. Throws an Error whose text says which step failed; what was done before stays done, as on
 * a real node. `record` is called as soon as the package counts as installed.
 */
export async function install(
  conversation: Conversation,
  { package_id, version_hash, metadata }: InstallRequest,
  record: (packageId: string, installed: InstalledRecord) => void,
): Promise<void> {
  const packageId = packageText(package_id);
  if (!isGuestPackageId(packageId)) throw new Error(`"${packageId}" is no package id`);
  if (!/^[0-9a-f]+$/.test(version_hash)) throw new Error(`"${version_hash}" is no hash of a package zip`);
  const zip = await readFile(conversation, downloadPath(packageId, version_hash));
  const hasApi = await unpack(conversation, packageId, zip);
  const manifest = await readManifest(conversation, packageId);
  if (!metadata) {
    await conversation.ask(chainId, { GetApp: package_id }, { seconds: 5 });
    throw new Error('no metadata was given, and a dev node has no chain to ask for it; send metadata with Install');
  }
  record(packageId, { versionHash: version_hash, processes: processIds(packageId, manifest), hasApi });
  for (const entry of manifest) {
    await initialise(conversation, packageId, entry, metadata.properties.wit_version);
    conversation.tell(chainId, { StartAutoUpdate: package_id });
  }
  for (const entry of manifest) await start(conversation, packageId, entry);
}

/** Kills the package's processes and removes its `pkg` drive; other drives and state stay (§7.5). Throws if it cannot. */
export async function uninstall(
  conversation: Conversation,
  packageObject: InstallRequest['package_id'],
  forget: (packageId: string) => void,
): Promise<void> {
  const packageId = packageText(packageObject);
  const { node } = conversation.context.our;
  for (const process of processIds(packageId, await readManifest(conversation, packageId))) {
    conversation.tell(kernelId, { KillProcess: process });
    conversation.tell(homepageId, { RemoveOther: process }, [named(node, homepageId, 'RemoveOther')]);
  }
  await vfs(conversation, `/${packageId}/pkg`, 'RemoveDirAll');
  forget(packageId);
  conversation.tell(chainId, { StopAutoUpdate: packageObject });
}
