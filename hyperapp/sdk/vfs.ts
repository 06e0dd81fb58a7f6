/** Files of the package's drives (storage.md §2). Needs the capability `vfs:distro:sys`. Paths are `/package:publisher/drive/..`. */
import { packageId } from './identity.ts';
import { sendRequest } from './messages.ts';
import { bytesOf, textOf } from './text.ts';

/** What vfs answered: `NoWriteCap`, `{"IOError":".."}` and so on. */
export class VfsError extends Error {
  override readonly name = 'VfsError';
  readonly path: string;

  constructor(path: string, answer: string) {
    super(`vfs cannot do this on ${path}: ${answer}`);
    this.path = path;
  }
}

export interface DirEntry {
  /** From the root of the vfs, without a leading slash. */
  readonly path: string;
  readonly file_type: 'File' | 'Directory' | 'Symlink' | 'Other';
}

async function act(path: string, action: unknown, bytes?: Uint8Array): Promise<{ body: unknown; bytes: Uint8Array }> {
  const reply = await sendRequest('our@vfs:distro:sys', bytesOf(JSON.stringify({ path, action })), {
    timeoutSeconds: 5,
    ...(bytes && { blob: { bytes } }),
  });
  const text = textOf(reply.body);
  const body = JSON.parse(text) as unknown;
  if (body !== null && typeof body === 'object' && 'Err' in body) throw new VfsError(path, JSON.stringify(body.Err));
  return { body, bytes: reply.blob?.bytes ?? new Uint8Array() };
}

/** Creates a drive of this package, if it is not there, and gives its path. */
export async function createDrive(name: string): Promise<string> {
  const path = `/${packageId()}/${name}`;
  await act(path, 'CreateDrive');
  return path;
}

export async function readFile(path: string): Promise<Uint8Array> {
  return (await act(path, 'Read')).bytes;
}

export async function readText(path: string): Promise<string> {
  return textOf(await readFile(path));
}

/** Replaces the file; its folder must exist. */
export async function writeFile(path: string, content: string | Uint8Array): Promise<void> {
  await act(path, 'Write', typeof content === 'string' ? bytesOf(content) : content);
}

/** Appends to the file, which is made if it is not there. */
export async function appendFile(path: string, content: string | Uint8Array): Promise<void> {
  await act(path, { OpenFile: { create: true } });
  await act(path, 'Append', typeof content === 'string' ? bytesOf(content) : content);
}

export async function readDir(path: string): Promise<DirEntry[]> {
  return ((await act(path, 'ReadDir')).body as { ReadDir: DirEntry[] }).ReadDir;
}

/** With every folder above it; no error if it exists. */
export async function createDir(path: string): Promise<void> {
  await act(path, 'CreateDirAll');
}

export async function removeFile(path: string): Promise<void> {
  await act(path, 'RemoveFile');
}

/** With everything in it. */
export async function removeDir(path: string): Promise<void> {
  await act(path, 'RemoveDirAll');
}

export async function fileMetadata(path: string): Promise<{ file_type: DirEntry['file_type']; len: number }> {
  return ((await act(path, 'Metadata')).body as { Metadata: { file_type: DirEntry['file_type']; len: number } })
    .Metadata;
}
