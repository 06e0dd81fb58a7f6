/** `package/…`: what kit's start-package and remove-package say to `main:app-store:sys` (packages.md §7). */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { messaging } from '../kernel/capability.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { InstalledPackage } from '../kernel/module-set.ts';
import { injectId } from './inject.ts';
import type { PackageInfo } from './protocol.ts';
import { badPackage, installFailed, notInstalled } from './refusal.ts';

const appStore = 'main:app-store:sys';

/** The store waits up to 10 s for each of its own steps; a package has a few dozen. */
const installTimeoutSeconds = 300;

const texts = v.array(v.string());

/**
 * All that the store's parser insists on (packages.md §2, §7.2): to a request with less it answers nothing, and the caller
 * would wait for its whole time.
 */
const metadata = v.looseObject({
  name: v.nullish(v.string()),
  description: v.nullish(v.string()),
  image: v.nullish(v.string()),
  external_url: v.nullish(v.string()),
  animation_url: v.nullish(v.string()),
  properties: v.looseObject({
    package_name: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/, 'may hold only a-z, 0-9 and -')),
    publisher: v.pipe(v.string(), v.regex(/^[a-z0-9.-]+$/, 'may hold only a-z, 0-9, - and .')),
    current_version: v.string(),
    mirrors: texts,
    code_hashes: v.optional(v.record(v.string(), v.string()), {}),
    license: v.nullish(v.string()),
    screenshots: v.nullish(texts),
    wit_version: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0))),
    dependencies: v.nullish(texts),
  }),
});

export interface PackageCalls {
  list(): Promise<PackageInfo[]>;
  install(zipBase64: string, metadataJson: unknown): Promise<PackageInfo>;
  remove(id: string): Promise<void>;
}

export function createPackageCalls(
  kernel: Kernel,
  listPackages: () => Promise<readonly InstalledPackage[]> | readonly InstalledPackage[],
): PackageCalls {
  const list = async () =>
    (await listPackages()).map(({ processes, ...rest }) => ({ ...rest, processes: [...processes] }));

  /** The store's answer as JSON; or a sentence saying why there is none. */
  const ask = async (body: unknown, blob?: Uint8Array): Promise<{ json: unknown } | { why: string }> => {
    kernel.grant(injectId, [messaging(kernel.node, appStore)]);
    const { result } = kernel.ask(
      injectId,
      {
        target: { node: kernel.node, process: appStore },
        body: new TextEncoder().encode(JSON.stringify(body)),
        blob: blob && { mime: undefined, bytes: blob },
        expectsResponse: BigInt(installTimeoutSeconds),
        rsvp: 'self',
      },
      installTimeoutSeconds * 1000,
    );
    const answer = await result;
    if (answer.outcome !== 'ok') return { why: answer.detail };
    try {
      return { json: JSON.parse(new TextDecoder().decode(answer.response.body)) };
    } catch {
      return { why: `${appStore} answered with something that is not JSON.` };
    }
  };

  return {
    list,
    async install(zipBase64, metadataJson) {
      const parsed = v.safeParse(metadata, metadataJson);
      if (!parsed.success) {
        const [issue] = parsed.issues;
        throw badPackage(
          `metadata.json: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}.`,
          'Mend metadata.json (packages.md §2) and build again.',
        );
      }
      const { properties } = parsed.output;
      const id = `${properties.package_name}:${properties.publisher}`;
      const package_id = { package_name: properties.package_name, publisher_node: properties.publisher };
      const zip = new Uint8Array(Buffer.from(zipBase64, 'base64'));
      const uploaded = await ask({ NewPackage: { package_id, mirror: true } }, zip);
      if ('why' in uploaded) throw installFailed(id, uploaded.why);
      if (!isAnswer(uploaded.json, 'NewPackageResponse'))
        throw installFailed(id, `app-store refused the zip (${JSON.stringify(uploaded.json)}); is it a zip file?`);
      const installed = await ask({
        Install: {
          package_id,
          version_hash: createHash('sha256').update(zip).digest('hex'),
          // On the wire the hashes are pairs (packages.md §7.2).
          metadata: {
            ...parsed.output,
            properties: { ...properties, code_hashes: Object.entries(properties.code_hashes) },
          },
        },
      });
      if ('why' in installed) throw installFailed(id, installed.why);
      if (!isAnswer(installed.json, 'InstallResponse'))
        throw installFailed(id, 'app-store says Failure; its reason is in the logs.');
      const info = (await list()).find((one) => one.id === id);
      if (!info) throw installFailed(id, 'app-store says Success but does not list it.');
      return info;
    },
    async remove(id) {
      const [package_name, publisher_node, more] = id.split(':');
      if (!package_name || !publisher_node || more !== undefined)
        throw notInstalled(id, 'a package id is written package-name:publisher.');
      const answer = await ask({ Uninstall: { package_name, publisher_node } });
      if ('why' in answer) throw notInstalled(id, answer.why);
      if (!isAnswer(answer.json, 'UninstallResponse')) throw notInstalled(id, 'it is not installed.');
    },
  };
}

function isAnswer(json: unknown, name: string): boolean {
  return typeof json === 'object' && json !== null && (json as Record<string, unknown>)[name] === 'Success';
}
