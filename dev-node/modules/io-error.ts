/** Failures of the file system, in the words of the real node's host (storage.md §2.2). */

/** Linux's texts, which some apps show to their users. */
export const ioTexts: Readonly<Record<string, string>> = {
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

/** The text of an error with a system's code; undefined for an error without one, which is a bug. */
export function ioText(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? undefined : (ioTexts[code] ?? (error as Error).message);
}
