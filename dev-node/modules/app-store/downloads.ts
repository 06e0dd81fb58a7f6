/** `downloads:app-store:sys`: keeps uploaded zips (packages.md §7.3, §7.7). Nothing is fetched from mirrors. */
import { unzipSync } from 'fflate';
import type { KernelMessage } from '../../kernel/message.ts';
import type { Module, ModuleContext } from '../../kernel/module.ts';
import type { Store } from '../../store/store.ts';
import { jsonBody, parseBody } from '../body.ts';
import { downloadsId } from '../capabilities.ts';
import { type Conversation, converse, readDir, readFile, vfs, vfsError } from '../conversation.ts';
import { InOrder } from '../in-order.ts';
import { downloadPath, packageText } from './install.ts';
import { parseDownloadsRequest } from './requests.ts';

const folder = '/app-store:sys/downloads';

/** The manifest inside a package zip; undefined if it has none. Throws if the bytes are no zip. */
function manifestOf(zip: Uint8Array): Uint8Array | undefined {
  return unzipSync(zip, { filter: ({ name }) => name === 'manifest.json' })['manifest.json'];
}

async function addDownload(conversation: Conversation, id: string, hash: string, zip: Uint8Array): Promise<unknown> {
  await vfs(conversation, folder, 'CreateDrive');
  await vfs(conversation, `${folder}/${id}`, 'CreateDirAll');
  const path = downloadPath(id, hash);
  const written = await vfs(conversation, path, 'Write', zip);
  if (written.json !== 'Ok') return { Err: 'VfsError' };
  let manifest: Uint8Array | undefined;
  try {
    manifest = manifestOf(zip);
  } catch {
    // The real node stays silent here, and its caller waits five seconds (docs/fidelity.md).
    return { Err: 'InvalidManifest' };
  }
  if (manifest) await vfs(conversation, path.replace(/zip$/, 'json'), 'Write', manifest);
  return 'Success';
}

async function listFiles(conversation: Conversation, id: string): Promise<unknown> {
  const found: unknown[] = [];
  for (const { path } of await readDir(conversation, `${folder}/${id}`)) {
    if (!path.endsWith('.zip')) continue;
    const { length } = await readFile(conversation, path);
    const manifest = await readFile(conversation, path.replace(/zip$/, 'json')).catch(() => new Uint8Array());
    const name = path.slice(path.lastIndexOf('/') + 1);
    found.push({ File: { name, size: length, manifest: Buffer.from(manifest).toString() } });
  }
  return { GetFiles: found };
}

export function createDownloads(store: Store): Module {
  const order = new InOrder();
  const mirrored = new Set<string>();
  const remember = () => store.setState(downloadsId, jsonBody([...mirrored]));

  async function perform(message: KernelMessage, context: ModuleContext): Promise<unknown> {
    const request = parseDownloadsRequest(message.message.body);
    const local = message.source.node === context.our.node;
    if (!request || (!local && request.name !== 'MirrorCheck' && request.name !== 'RemoteDownload')) return undefined;
    const conversation = converse(context, message.trace);
    switch (request.name) {
      case 'AddDownload': {
        const { package_id, version_hash, mirror } = request.payload;
        if (!message.blob) return { Err: 'BlobNotFound' };
        const id = packageText(package_id);
        const added = await addDownload(conversation, id, version_hash, message.blob.bytes);
        if (added === 'Success' && mirror && !mirrored.has(id)) {
          mirrored.add(id);
          await remember();
        }
        return added;
      }
      case 'StartMirroring':
        mirrored.add(packageText(request.payload));
        await remember();
        return 'Success';
      case 'StopMirroring':
        mirrored.delete(packageText(request.payload));
        await remember();
        return 'Success';
      case 'GetFiles': {
        if (request.payload) return listFiles(conversation, packageText(request.payload));
        const names = (await readDir(conversation, folder)).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
        return { GetFiles: names.map((name) => ({ Dir: { name, mirroring: mirrored.has(name) } })) };
      }
      case 'RemoveFile': {
        const path = downloadPath(packageText(request.payload.package_id), request.payload.version_hash);
        const removed = await vfs(conversation, path, 'RemoveFile');
        await vfs(conversation, path.replace(/zip$/, 'json'), 'RemoveFile');
        return vfsError(removed) ? { Err: 'FileNotFound' } : 'Success';
      }
      case 'MirrorCheck':
        return mirrored.has(packageText(request.payload)) ? 'Success' : { Err: 'NotMirroring' };
      case 'RemoteDownload':
        return { Err: 'NotMirroring' };
    }
  }

  return {
    id: downloadsId,
    public: false,
    start() {
      const saved = store.getState(downloadsId);
      const ids = saved && parseBody(saved);
      if (Array.isArray(ids)) for (const id of ids) mirrored.add(String(id));
    },
    handle: (message, context) =>
      order.run('all', async () => {
        const answer = await perform(message, context);
        if (answer !== undefined) context.respond(message, { body: jsonBody(answer) });
      }),
  };
}
