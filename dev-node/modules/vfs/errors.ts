/** The errors that vfs answers with (storage.md §2.2). */

export type VfsError =
  | 'NoWriteCap'
  | 'NoReadCap'
  | 'AddCapFailed'
  | 'MalformedRequest'
  | 'NoBlob'
  | 'UnzipError'
  | { readonly ParseError: { readonly error: string; readonly path: string } }
  | { readonly IOError: string };

/** Thrown inside the module, answered at its edge. */
export class VfsFailure extends Error {
  readonly error: VfsError;
  constructor(error: VfsError) {
    super(JSON.stringify(error));
    this.error = error;
  }
}

/** Linux's texts, which some apps show to their users. */
const texts: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory (os error 2)',
  EIO: 'Input/output error (os error 5)',
  EACCES: 'Permission denied (os error 13)',
  EPERM: 'Operation not permitted (os error 1)',
  EEXIST: 'File exists (os error 17)',
  ENOTDIR: 'Not a directory (os error 20)',
  EISDIR: 'Is a directory (os error 21)',
  EINVAL: 'Invalid argument (os error 22)',
  EMFILE: 'Too many open files (os error 24)',
  EFBIG: 'File too large (os error 27)',
  ENOSPC: 'No space left on device (os error 28)',
  EROFS: 'Read-only file system (os error 30)',
  ENAMETOOLONG: 'File name too long (os error 36)',
  ENOTEMPTY: 'Directory not empty (os error 39)',
  ELOOP: 'Too many levels of symbolic links (os error 40)',
  ERR_INVALID_ARG_VALUE: 'file name contained an unexpected NUL byte',
};

/** A failure of the file system as the real node words it. What has no `code` is a bug and thrown on. */
export function ioFailure(error: unknown): VfsFailure {
  if (error instanceof VfsFailure) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === undefined) throw error;
  return new VfsFailure({ IOError: texts[code] ?? (error as Error).message });
}

/** An IOError by its code. */
export function ioError(code: keyof typeof texts): VfsFailure {
  return new VfsFailure({ IOError: texts[code] ?? String(code) });
}
