/** Paths of the vfs, from text to a place on disk (storage.md §2.4). */
import * as path from 'node:path';

export interface VfsPath {
  /** `package:publisher`. */
  readonly packageId: string;
  /** `/package:publisher/drive`, the drive string of capabilities (§2.3). */
  readonly drive: string;
  /** Relative to the vfs root, without leading slash, as ReadDir prints paths. */
  readonly text: string;
}

/** Takes `.` and empty segments away and resolves `..`; undefined if the path leaves the root. */
export function normalise(text: string): readonly string[] | undefined {
  const segments: string[] = [];
  for (const segment of text.replace(/^[/\\]+/, '').split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments;
}

/** Exactly two non-empty parts around one colon. */
function isPackageId(segment: string): boolean {
  return /^[^:]+:[^:]+$/.test(segment);
}

/** Undefined: MalformedRequest. At least a package and a drive are needed. */
export function parseVfsPath(text: string): VfsPath | undefined {
  const segments = normalise(text);
  const [packageId, drive] = segments ?? [];
  if (!segments || !packageId || !drive || !isPackageId(packageId)) return undefined;
  return { packageId, drive: `/${packageId}/${drive}`, text: segments.join('/') };
}

/** Where a normalised path lies on disk. On Windows, whose names hold no colon, `package:publisher` becomes `package_publisher`. */
export function hostPath(root: string, text: string): string {
  const [first = '', ...rest] = text.split('/');
  return path.join(root, process.platform === 'win32' ? first.replace(':', '_') : first, ...rest);
}
