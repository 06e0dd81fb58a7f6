/**
 * What vfs does on disk (storage.md §2.5). A file's handle is nothing but its cursor, one for the whole node: files are
 * opened for each request and closed again, which no app can tell from handles kept open.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { ioError, VfsFailure } from './errors.ts';

export type FileType = 'File' | 'Directory' | 'Symlink' | 'Other';
export type SeekFrom = { readonly Start: bigint } | { readonly End: bigint } | { readonly Current: bigint };

interface Kinds {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

function fileType(entry: Kinds): FileType {
  if (entry.isFile()) return 'File';
  if (entry.isDirectory()) return 'Directory';
  return entry.isSymbolicLink() ? 'Symlink' : 'Other';
}

/** Largest offset that JavaScript and every file system we know can agree on. */
const farthest = BigInt(Number.MAX_SAFE_INTEGER);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Real files below one folder. Paths given to the methods are absolute host paths. */
export class Files {
  readonly root: string;
  readonly #cursors = new Map<string, number>();

  constructor(root: string) {
    this.root = root;
  }

  /**
   * Refuses a path that leads out of the vfs through a symbolic link, wherever on the way it lies; with it the file that
   * would be created under a dangling one.
   */
  async stayInside(file: string): Promise<void> {
    const root = await fs.realpath(this.root);
    for (let at = file; ; at = path.dirname(at)) {
      const real = await fs.realpath(at).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
        const dangling = await fs.lstat(at).then(
          (found) => found.isSymbolicLink(),
          () => false,
        );
        if (dangling) throw ioError('EACCES');
        return undefined;
      });
      if (real === undefined && at !== this.root) continue;
      if (real === undefined || (real !== root && !real.startsWith(root + path.sep))) throw ioError('EACCES');
      return;
    }
  }

  async #open<T>(file: string, work: (handle: fs.FileHandle) => Promise<T>, create = 0): Promise<T> {
    // Always for reading and writing: on a directory that fails, as it does on the real node.
    const handle = await fs.open(file, constants.O_RDWR | create);
    try {
      return await work(handle);
    } finally {
      await handle.close();
    }
  }

  #cursor(file: string): number {
    return this.#cursors.get(file) ?? 0;
  }

  openFile(file: string, create: boolean): Promise<void> {
    return this.#open(file, async () => void this.#cursors.set(file, 0), create ? constants.O_CREAT : 0);
  }

  createFile(file: string): Promise<void> {
    return this.#open(file, async () => void this.#cursors.set(file, 0), constants.O_CREAT | constants.O_TRUNC);
  }

  closeFile(file: string): void {
    this.#cursors.delete(file);
  }

  write(file: string, bytes: Uint8Array): Promise<void> {
    return fs.writeFile(file, bytes);
  }

  writeAll(file: string, bytes: Uint8Array): Promise<void> {
    return this.#writeAt(file, bytes, async () => this.#cursor(file));
  }

  append(file: string, bytes: Uint8Array): Promise<void> {
    return this.#writeAt(file, bytes, async (handle) => (await handle.stat()).size);
  }

  #writeAt(file: string, bytes: Uint8Array, where: (handle: fs.FileHandle) => Promise<number>): Promise<void> {
    return this.#open(file, async (handle) => {
      const at = await where(handle);
      for (let done = 0; done < bytes.length; )
        done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
      this.#cursors.set(file, at + bytes.length);
    });
  }

  sync(file: string): Promise<void> {
    return this.#open(file, (handle) => handle.sync());
  }

  read(file: string): Promise<Uint8Array> {
    return fs.readFile(file);
  }

  /** From the cursor to the end, or exactly `length` bytes; the cursor moves behind them. */
  readFrom(file: string, length?: bigint): Promise<Uint8Array> {
    return this.#open(file, async (handle) => {
      const at = this.#cursor(file);
      const left = Math.max(0, (await handle.stat()).size - at);
      if (length !== undefined && length > BigInt(left)) {
        this.#cursors.set(file, at + left);
        throw new VfsFailure({ IOError: 'early eof' });
      }
      const bytes = Buffer.alloc(length === undefined ? left : Number(length));
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, at + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      this.#cursors.set(file, at + done);
      return bytes.subarray(0, done);
    });
  }

  async readToString(file: string): Promise<string> {
    const bytes = await this.readFrom(file);
    try {
      return utf8.decode(bytes);
    } catch {
      throw new VfsFailure({ IOError: 'stream did not contain valid UTF-8' });
    }
  }

  seek(file: string, to: SeekFrom): Promise<bigint> {
    return this.#open(file, async (handle) => {
      const offset =
        'Start' in to
          ? to.Start
          : 'End' in to
            ? BigInt((await handle.stat()).size) + to.End
            : BigInt(this.#cursor(file)) + to.Current;
      if (offset < 0n || offset > farthest) throw ioError('EINVAL');
      this.#cursors.set(file, Number(offset));
      return offset;
    });
  }

  len(file: string): Promise<number> {
    return this.#open(file, async (handle) => (await handle.stat()).size);
  }

  setLen(file: string, length: bigint): Promise<void> {
    if (length > farthest) throw ioError('EFBIG');
    return this.#open(file, (handle) => handle.truncate(Number(length)));
  }

  hash(file: string): Promise<Uint8Array> {
    return this.#open(file, async (handle) => {
      const hash = createHash('sha256');
      let size = 0;
      for await (const chunk of handle.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        size += chunk.length;
      }
      this.#cursors.set(file, size);
      return hash.digest();
    });
  }

  async createDir(dir: string, all: boolean): Promise<void> {
    await fs.mkdir(dir, { recursive: all });
  }

  async removeFile(file: string): Promise<void> {
    // Not every system says EISDIR of its own accord.
    if ((await fs.lstat(file)).isDirectory()) throw ioError('EISDIR');
    await fs.unlink(file);
    this.closeFile(file);
  }

  removeDir(dir: string): Promise<void> {
    return fs.rmdir(dir);
  }

  async removeDirAll(dir: string): Promise<void> {
    if (!(await fs.lstat(dir)).isDirectory()) throw ioError('ENOTDIR');
    await fs.rm(dir, { recursive: true });
    for (const file of this.#cursors.keys()) if (file.startsWith(dir + path.sep)) this.closeFile(file);
  }

  rename(from: string, to: string): Promise<void> {
    return fs.rename(from, to);
  }

  async copy(from: string, to: string): Promise<void> {
    if (!(await fs.stat(from)).isFile())
      throw new VfsFailure({ IOError: 'the source path is neither a regular file nor a symlink to a regular file' });
    await fs.copyFile(from, to);
  }

  async metadata(file: string): Promise<{ readonly file_type: FileType; readonly len: number }> {
    const found = await fs.stat(file);
    return { file_type: fileType(found), len: found.size };
  }

  /** Names in the folder with what they are, sorted; links are named as links. */
  async list(dir: string): Promise<readonly { readonly name: string; readonly type: FileType }[]> {
    const entries = await fs.readdir(dir, { withFileTypes: true });
    return entries
      .map((entry) => ({ name: entry.name, type: fileType(entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
