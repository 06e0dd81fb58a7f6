/** Pins of the macro that rules must know apart (hyperapp.md §1); both sides may be shortened. */
import type { AppProcess } from '../../hyperapp/model/app.ts';

/** Before 25 June 2025: `save_config` is read and thrown away. */
export const neverSaves = ['47400ab', 'c33c312', '034d339', 'b6ad495', '4c944b2'];
/** Before 21 June 2025: `get_path` and `get_server` panic in async handlers. */
export const pathPanics = ['47400ab', 'c33c312', '034d339', 'b6ad495'];
/** The first days of V3a, before async `#[ws]` was awaited. */
export const wsNotAwaited = ['eecb4a7', 'f0b2375', 'bcc8a47', '065486b', '73f4d81', '27e06b7', 'c6f0d35'];

/** True if the crate pins the macro to one of these commits. */
export function isPinnedTo({ crate }: AppProcess, commits: readonly string[]): boolean {
  const rev = crate?.dependencies.get('hyperprocess_macro')?.rev;
  return rev !== undefined && commits.some((commit) => commit.startsWith(rev) || rev.startsWith(commit));
}
