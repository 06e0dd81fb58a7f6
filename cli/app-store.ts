/** Installing and removing on a node that is reached by its HTTP port, as kit does it (kit.md §4, §5; packages.md §7). */
import { createHash } from 'node:crypto';
import { errors } from './errors.ts';
import { callRpc } from './rpc.ts';

const appStore = 'main:app-store:sys';
/** kit waits 15 s; the node may have to start the package's processes. */
const withinSeconds = 60;

/** `metadata` is metadata.json as it is. Throws `CliError` when the app store does not answer `Success`. */
export async function installByRpc(
  port: number,
  packageId: string,
  zip: Uint8Array,
  metadata: unknown,
): Promise<string> {
  const [package_name, publisher_node] = packageId.split(':');
  const id = { package_name, publisher_node };
  const versionHash = createHash('sha256').update(zip).digest('hex');
  const added = await ask(
    port,
    { NewPackage: { package_id: id, mirror: true } },
    { mime: 'application/octet-stream', bytes: zip },
  );
  if (added !== '{"NewPackageResponse":"Success"}') throw errors.refusedPackage(added);
  const installed = await ask(port, {
    Install: { package_id: id, version_hash: versionHash, metadata: onChain(metadata) },
  });
  if (installed !== '{"InstallResponse":"Success"}') throw errors.refusedPackage(installed);
  return versionHash;
}

export async function removeByRpc(port: number, packageId: string): Promise<void> {
  const [package_name, publisher_node] = packageId.split(':');
  const answer = await ask(port, { Uninstall: { package_name, publisher_node } });
  if (answer !== '{"UninstallResponse":"Success"}') throw errors.refusedPackage(answer);
}

/** The answer's body as compact JSON text. */
async function ask(port: number, body: unknown, blob?: { mime: string; bytes: Uint8Array }): Promise<string> {
  const answer = await callRpc(port, {
    process: appStore,
    body: JSON.stringify(body),
    blob,
    expectsResponse: withinSeconds,
  });
  const text = new TextDecoder().decode(answer?.body);
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    throw errors.refusedPackage(text);
  }
}

/** metadata.json as the app store wants it: `code_hashes` as pairs, and every key that its parser insists on (packages.md §7.2). */
function onChain(metadata: unknown): unknown {
  const { properties, ...rest } = metadata as { properties: Record<string, unknown> };
  const hashes = properties['code_hashes'];
  return {
    name: null,
    description: null,
    image: null,
    external_url: null,
    animation_url: null,
    ...rest,
    properties: {
      current_version: '0.1.0',
      mirrors: [],
      license: null,
      screenshots: null,
      wit_version: 1,
      dependencies: [],
      ...properties,
      code_hashes: Array.isArray(hashes) ? hashes : Object.entries((hashes ?? {}) as object),
    },
  };
}
