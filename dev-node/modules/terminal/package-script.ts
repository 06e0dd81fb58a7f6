/** A script that an installed package brings (other-modules.md §5.2, packages.md §4): a process of its own for one command. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { formatAddress, nameOf, packageOf } from '../../kernel/address.ts';
import { kernelId, messaging, network } from '../../kernel/capability.ts';
import type { Capability, ProcessId } from '../../kernel/message.ts';
import { readElement } from '../app-store/manifest.ts';
import { parseJson } from '../body.ts';
import { terminalId } from '../capabilities.ts';
import { type Conversation, grant, readFile, vfs } from '../conversation.ts';
import { heldBy } from '../held.ts';

const entrySchema = v.object({
  root: v.boolean(),
  public: v.boolean(),
  request_networking: v.boolean(),
  request_capabilities: v.nullish(v.array(v.unknown()), []),
  grant_capabilities: v.nullish(v.array(v.unknown()), []),
  wit_version: v.nullish(v.number(), null),
});
type Entry = v.InferOutput<typeof entrySchema>;

/** Why a script could not be run, in the words of the real terminal. */
export class ScriptFailure extends Error {}

const text = new TextDecoder();

async function readEntry(conversation: Conversation, script: ProcessId): Promise<Entry> {
  let manifest: string;
  try {
    manifest = text.decode(await readFile(conversation, `/${packageOf(script)}/pkg/scripts.json`));
  } catch {
    throw new ScriptFailure('no scripts manifest in package');
  }
  const parsed = v.safeParse(v.record(v.string(), entrySchema), parseJson(manifest));
  if (!parsed.success) throw new ScriptFailure('could not parse scripts.json file');
  const entry = parsed.output[`${nameOf(script)}.wasm`];
  if (!entry) throw new ScriptFailure('script not in scripts.json file');
  return entry;
}

/** The code, and its path; a package in TypeScript may bring `name.js` in place of `name.wasm`, as for its processes. */
async function readCode(conversation: Conversation, script: ProcessId) {
  for (const extension of ['wasm', 'js']) {
    const path = `/${packageOf(script)}/pkg/${nameOf(script)}.${extension}`;
    const { json, blob } = await vfs(conversation, path, 'Read');
    if (json === 'Read' && blob) return { path, bytes: blob.bytes };
  }
  throw new ScriptFailure('failed to read script Wasm from VFS');
}

async function capabilitiesOf(conversation: Conversation, entry: Entry): Promise<readonly Capability[]> {
  const { node } = conversation.context.our;
  const requested = entry.request_capabilities.flatMap((element): Capability[] => {
    const read = readElement(element);
    return typeof read === 'object' ? [{ issuer: { node, process: read.process }, params: read.params }] : [];
  });
  return [
    ...requested,
    messaging(node, terminalId),
    ...(entry.request_networking ? [network(node)] : []),
    ...(entry.root ? await heldBy(conversation, terminalId) : []),
  ];
}

/** Starts the script and hands it its arguments. `conversation` is the terminal's own. Throws a ScriptFailure. */
export async function runPackageScript(conversation: Conversation, script: ProcessId, args: string): Promise<void> {
  const { node } = conversation.context.our;
  const entry = await readEntry(conversation, script);
  const { path, bytes } = await readCode(conversation, script);
  const id = `${randomBytes(8).readBigUInt64LE()}:${packageOf(script)}`;
  for (const element of entry.grant_capabilities) {
    const read = readElement(element);
    if (typeof read === 'object')
      grant(conversation, read.process, [{ issuer: { node, process: id }, params: read.params }]);
  }
  const capabilities = await capabilitiesOf(conversation, entry);
  const command = {
    id,
    wasm_bytes_handle: path,
    wit_version: entry.wit_version,
    on_exit: 'None',
    initial_capabilities: capabilities.map(({ issuer, params }) => ({ issuer: formatAddress(issuer), params })),
    public: entry.public,
  };
  const unresponsive = new ScriptFailure('kernel unresponsive');
  const step = async (request: unknown, expected: string, blob?: Uint8Array) => {
    const reply = await conversation.ask(kernelId, request, { blob, seconds: 5 }).catch(() => undefined);
    if (reply?.json !== expected) throw unresponsive;
  };
  await step({ InitializeProcess: command }, 'InitializedProcess', bytes);
  await step({ RunProcess: id }, 'StartedProcess');
  conversation.tell(id, new TextEncoder().encode(args));
}
