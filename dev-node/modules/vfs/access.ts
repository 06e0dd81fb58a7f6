/** Which capability a request needs, looked up in the kernel's store, not in the message (storage.md §2.3). */

import { packageOf } from '../../kernel/address.ts';
import { kernelId } from '../../kernel/capability.ts';
import type { Capability } from '../../kernel/message.ts';
import { driveCapability, root, vfsId } from '../capabilities.ts';
import { isReadAction, type VfsAction } from './actions.ts';
import { VfsFailure } from './errors.ts';
import type { VfsPath } from './path.ts';

export interface Asker {
  /** Our node's name: issuer of every drive capability. */
  readonly node: string;
  readonly process: string;
  holds(capability: Capability): boolean;
}

export function hasRoot(asker: Asker): boolean {
  return asker.process === kernelId || asker.holds(root(asker.node, vfsId));
}

function may(asker: Asker, kind: 'read' | 'write', at: VfsPath): boolean {
  return asker.holds(driveCapability(asker.node, kind, at.drive)) || hasRoot(asker);
}

/** Throws NoReadCap or NoWriteCap. `target` is the second path of Rename and CopyFile. */
export function checkAccess(asker: Asker, action: VfsAction, at: VfsPath, target: VfsPath | undefined): void {
  if (asker.process === kernelId) return;
  const own = (place: VfsPath) => packageOf(asker.process) === place.packageId;
  if (own(at) && (!target || own(target))) return;
  if (action.name === 'CreateDrive' && !hasRoot(asker)) throw new VfsFailure('NoWriteCap');
  if (action.name === 'CreateDrive') return;
  const kind = isReadAction(action.name) ? 'read' : 'write';
  const places = target && target.drive !== at.drive ? [at, target] : [at];
  if (!places.every((place) => may(asker, kind, place)))
    throw new VfsFailure(kind === 'read' ? 'NoReadCap' : 'NoWriteCap');
}
