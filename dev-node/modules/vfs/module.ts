/** `vfs:distro:sys`: each package's files, as real files below `<home>/vfs` (storage.md §2). */
import * as fs from 'node:fs/promises';
import type { KernelMessage } from '../../kernel/message.ts';
import type { Module, ModuleContext } from '../../kernel/module.ts';
import { jsonBody } from '../body.ts';
import { driveCapability, vfsId } from '../capabilities.ts';
import { InOrder } from '../in-order.ts';
import { type Asker, checkAccess, hasRoot } from './access.ts';
import { parseVfsRequest, type VfsAction } from './actions.ts';
import { ioFailure, VfsFailure } from './errors.ts';
import { Files } from './files.ts';
import { hostPath, normalise, parseVfsPath, type VfsPath } from './path.ts';
import { addZip } from './zip.ts';

interface Outcome {
  readonly body: unknown;
  readonly blob?: Uint8Array;
  /** Goes to the source whatever the request says: the root listing (§2.4). */
  readonly always?: true;
}

const ok: Outcome = { body: 'Ok' };
const read = (bytes: Uint8Array): Outcome => ({ body: 'Read', blob: bytes });

/** `root` is `<home>/vfs`. */
export function createVfs(root: string): Module {
  const files = new Files(root);
  const byProcess = new InOrder();
  const byPackage = new InOrder();

  async function perform(message: KernelMessage, context: ModuleContext): Promise<Outcome> {
    const request = parseVfsRequest(message.message.body);
    if (!request) throw new VfsFailure('MalformedRequest');
    const { process } = message.source;
    const asker: Asker = {
      node: context.our.node,
      process,
      holds: (capability) => context.holds(process, capability),
    };
    const at = parseVfsPath(request.path);
    if (!at) {
      if (request.action.name !== 'ReadDir') throw new VfsFailure('MalformedRequest');
      return listRoot(request.path, asker);
    }
    const { action } = request;
    const target = isMove(action) ? parseVfsPath(action.payload.new_path) : undefined;
    if (isMove(action) && !target) throw new VfsFailure('MalformedRequest');
    checkAccess(asker, action, at, target);
    const place = hostPath(root, at.text);
    await files.stayInside(place);
    if (action.name === 'CreateDrive') {
      await files.createDir(hostPath(root, at.drive.slice(1)), true);
      const drive = (kind: 'read' | 'write') => driveCapability(asker.node, kind, at.drive);
      context.grant(process, [drive('read'), drive('write')]);
      return ok;
    }
    const moveTo = target && hostPath(root, target.text);
    if (moveTo) await files.stayInside(moveTo);
    // Two processes of a package may write to the same file.
    return byPackage.run(at.packageId, () => act(action, at, place, moveTo, message.blob?.bytes));
  }

  async function act(
    action: VfsAction,
    at: VfsPath,
    place: string,
    moveTo: string | undefined,
    blob: Uint8Array | undefined,
  ): Promise<Outcome> {
    const bytes = () => {
      if (!blob) throw new VfsFailure('NoBlob');
      return blob;
    };
    switch (action.name) {
      case 'CreateDrive':
        return ok;
      case 'CreateDir':
      case 'CreateDirAll':
        await files.createDir(place, action.name === 'CreateDirAll');
        return ok;
      case 'CreateFile':
        await files.createFile(place);
        return ok;
      case 'OpenFile':
        await files.openFile(place, action.payload.create);
        return ok;
      case 'CloseFile':
        files.closeFile(place);
        return ok;
      case 'Write':
        await files.write(place, bytes());
        return ok;
      case 'WriteAll':
        await files.writeAll(place, bytes());
        return ok;
      case 'Append':
        await files.append(place, bytes());
        return ok;
      case 'SyncAll':
        await files.sync(place);
        return ok;
      case 'Read':
        return read(await files.read(place));
      case 'ReadToEnd':
        return read(await files.readFrom(place));
      case 'ReadExact':
        return read(await files.readFrom(place, action.payload.length));
      case 'ReadToString':
        return { body: { ReadToString: await files.readToString(place) } };
      case 'ReadDir':
        return listing(at.text, await files.list(place));
      case 'Seek':
        return { body: { SeekFrom: { new_offset: await files.seek(place, action.payload) } } };
      case 'RemoveFile':
        await files.removeFile(place);
        return ok;
      case 'RemoveDir':
        await files.removeDir(place);
        return ok;
      case 'RemoveDirAll':
        await files.removeDirAll(place);
        return ok;
      case 'Rename':
        await files.rename(place, moveTo ?? place);
        return ok;
      case 'CopyFile':
        await files.copy(place, moveTo ?? place);
        return ok;
      case 'Metadata':
        return { body: { Metadata: await files.metadata(place) } };
      case 'AddZip':
        await addZip(files, place, bytes());
        return ok;
      case 'Len':
        return { body: { Len: await files.len(place) } };
      case 'SetLen':
        await files.setLen(place, action.payload);
        return ok;
      case 'Hash':
        return { body: { Hash: Array.from(await files.hash(place)) } };
    }
  }

  /** ReadDir of what is no path in a drive: `/`, `/package:publisher`, nonsense. Needs root even for the own package (§2.4). */
  async function listRoot(text: string, asker: Asker): Promise<Outcome> {
    if (!hasRoot(asker)) throw new VfsFailure('NoReadCap');
    const segments = normalise(text);
    if (!segments) throw new VfsFailure('MalformedRequest');
    const place = hostPath(root, segments.join('/'));
    await files.stayInside(place);
    return { ...listing(segments.join('/'), await files.list(place)), always: true };
  }

  async function handle(message: KernelMessage, context: ModuleContext): Promise<void> {
    const { message: request } = message;
    if (request.kind !== 'request' || message.source.node !== context.our.node) return;
    try {
      const { body, blob, always } = await perform(message, context);
      if (!always && !message.rsvp && request.expectsResponse === undefined) return;
      context.respond(always ? { ...message, rsvp: undefined } : message, {
        body: jsonBody(body),
        blob: blob && { mime: 'application/octet-stream', bytes: blob },
        metadata: request.metadata,
      });
    } catch (error) {
      const failure = ioFailure(error);
      if (request.expectsResponse !== undefined) context.respond(message, { body: jsonBody({ Err: failure.error }) });
    }
  }

  return {
    id: vfsId,
    public: false,
    async start() {
      await fs.mkdir(root, { recursive: true });
    },
    handle: (message, context) => byProcess.run(message.source.process, () => handle(message, context)),
  };
}

type Move = Extract<VfsAction, { readonly name: 'Rename' | 'CopyFile' }>;

function isMove(action: VfsAction): action is Move {
  return action.name === 'Rename' || action.name === 'CopyFile';
}

/** Entries with their path relative to the vfs root, without leading slash: serve_ui computes URLs from them (§2.4). */
function listing(dir: string, entries: Awaited<ReturnType<Files['list']>>): Outcome {
  const isRoot = dir === '';
  // Only the first segment was changed for Windows' sake.
  const named = (name: string) => (isRoot && process.platform === 'win32' ? name.replace('_', ':') : name);
  const prefix = isRoot ? '' : `${dir}/`;
  return { body: { ReadDir: entries.map(({ name, type }) => ({ path: prefix + named(name), file_type: type })) } };
}
