/** `main:app-store:sys`: what kit talks to in order to upload, install and remove a package (packages.md §7). */
import { createHash } from 'node:crypto';
import type { KernelMessage } from '../../kernel/message.ts';
import type { Module, ModuleContext } from '../../kernel/module.ts';
import { jsonBody } from '../body.ts';
import { appStoreId, downloadsId, homepageId, named, root, vfsId } from '../capabilities.ts';
import { type Conversation, converse, readDir, readFile } from '../conversation.ts';
import { isGuestPackageId } from '../identity.ts';
import { InOrder } from '../in-order.ts';
import { type InstalledRecord, install, packageText, processIds, readManifest, uninstall } from './install.ts';
import { parseStoreRequest, type StoreRequest } from './requests.ts';

export interface AppStore {
  readonly module: Module;
  /** By package id, in the order of their ids. Empty before the module's start. */
  installed(): Promise<readonly (readonly [string, InstalledRecord])[]>;
}

interface Reply {
  readonly body: unknown;
  readonly blob?: Uint8Array;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** `builtIn`: package id -> api.zip of packages that the node itself stands for. */
export function createAppStore(builtIn: ReadonlyMap<string, Uint8Array> = new Map()): AppStore {
  const packages = new Map<string, InstalledRecord>();
  const order = new InOrder();
  let loading: Promise<void> | undefined;
  let ours: ModuleContext | undefined;

  /** What a real node does at boot (§7.6), here when somebody asks first: no start waits for it. */
  function loaded(context: ModuleContext): Promise<void> {
    loading ??= load(converse(context, undefined));
    return loading;
  }

  async function load(conversation: Conversation): Promise<void> {
    for (const { path, file_type } of await readDir(conversation, '/')) {
      if (file_type !== 'Directory' || !isGuestPackageId(path)) continue;
      try {
        const zip = await readFile(conversation, `/${path}/pkg/${path}.zip`);
        const processes = processIds(path, await readManifest(conversation, path));
        packages.set(path, { versionHash: sha256(zip), processes, hasApi: true });
      } catch {
        // Folders of apps that were removed, or of the node itself: they hold no installed package.
      }
    }
  }

  async function newPackage(conversation: Conversation, request: StoreRequest, blob: Uint8Array | undefined) {
    if (request.name !== 'NewPackage' || !blob) return 'NoBlob';
    const download = { ...request.payload, version_hash: sha256(blob) };
    try {
      const { json } = await conversation.ask(downloadsId, { AddDownload: download }, { blob, seconds: 5 });
      if (json === 'Success') return 'Success';
      conversation.context.print(0, `app-store:sys: could not take the package: ${JSON.stringify(json)}`);
    } catch (error) {
      conversation.context.print(0, `app-store:sys: could not take the package: ${(error as Error).message}`);
    }
    return 'InstallFailed';
  }

  /** Runs a step that answers Success or Failure, and prints why it failed. */
  async function attempt(context: ModuleContext, failed: string, done: string, step: () => Promise<void>) {
    try {
      await step();
      context.print(0, `app-store:sys: ${done}`);
      return 'Success';
    } catch (error) {
      context.print(0, `app-store:sys: ${failed}: ${(error as Error).message}`);
      return 'Failure';
    }
  }

  async function getApi(conversation: Conversation, packageId: string): Promise<Reply> {
    try {
      const blob = await readFile(conversation, `/${packageId}/pkg/api.zip`);
      return { body: { GetApiResponse: 'Success' }, blob };
    } catch {
      const api = builtIn.get(packageId);
      return api ? { body: { GetApiResponse: 'Success' }, blob: api } : { body: { GetApiResponse: 'Failure' } };
    }
  }

  async function perform(request: StoreRequest, message: KernelMessage, context: ModuleContext): Promise<Reply> {
    const conversation = converse(context, message.trace);
    switch (request.name) {
      case 'NewPackage':
        return { body: { NewPackageResponse: await newPackage(conversation, request, message.blob?.bytes) } };
      case 'Install': {
        const id = packageText(request.payload.package_id);
        const step = () =>
          install(conversation, request.payload, (packageId, installed) => packages.set(packageId, installed));
        return {
          body: {
            InstallResponse: await attempt(context, 'error installing package', `successfully installed ${id}`, step),
          },
        };
      }
      case 'Uninstall': {
        const id = packageText(request.payload);
        const step = async () => {
          if (!packages.has(id)) throw new Error('package not found');
          await uninstall(conversation, request.payload, (packageId) => packages.delete(packageId));
        };
        const failed = `error uninstalling package ${id}`;
        const done = `successfully uninstalled package ${id}`;
        return { body: { UninstallResponse: await attempt(context, failed, done, step) } };
      }
      case 'Apis': {
        const installed = [...packages].filter(([, { hasApi }]) => hasApi).map(([id]) => id);
        const apis = [...new Set([...builtIn.keys(), ...installed])].map(packageObject);
        return { body: { ApisResponse: { apis } } };
      }
      case 'GetApi':
        return getApi(conversation, packageText(request.payload));
    }
  }

  async function handle(message: KernelMessage, context: ModuleContext): Promise<void> {
    if (message.message.kind !== 'request') return;
    const request = parseStoreRequest(message.message.body);
    if (!request || message.source.node !== context.our.node) {
      const why = request ? 'requests of other nodes are refused' : 'the body is no request of the app-store';
      context.print(1, `app-store:sys: error handling message: ${why}`);
      return;
    }
    await loaded(context);
    const { body, blob } = await perform(request, message, context);
    context.respond(message, { body: jsonBody(body), blob: blob && { mime: 'application/json', bytes: blob } });
  }

  const module: Module = {
    id: appStoreId,
    public: false,
    start(context) {
      ours = context;
      const { node } = context.our;
      context.grant(appStoreId, [root(node, vfsId), named(node, homepageId, 'RemoveOther')]);
    },
    // One request at a time, as the single loop of a real node's process does.
    handle: (message, context) => order.run('all', () => handle(message, context)),
  };

  return {
    module,
    async installed() {
      if (ours) await loaded(ours);
      return [...packages].sort(([a], [b]) => (a < b ? -1 : 1));
    },
  };
}

function packageObject(id: string): { package_name: string; publisher_node: string } {
  const [package_name = '', publisher_node = ''] = id.split(':');
  return { package_name, publisher_node };
}
