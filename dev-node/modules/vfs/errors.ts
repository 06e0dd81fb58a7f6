/** The errors that vfs answers with (storage.md §2.2). */
import { ioTexts } from '../io-error.ts';

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

/** A failure of the file system as the real node words it. What has no `code` is a bug and thrown on. */
export function ioFailure(error: unknown): VfsFailure {
  if (error instanceof VfsFailure) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === undefined) throw error;
  return new VfsFailure({ IOError: ioTexts[code] ?? (error as Error).message });
}

/** An IOError by its code. */
export function ioError(code: keyof typeof ioTexts): VfsFailure {
  return new VfsFailure({ IOError: ioTexts[code] ?? String(code) });
}
