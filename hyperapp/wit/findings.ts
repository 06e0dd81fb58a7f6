import type { Location } from '../model/position.ts';

/** What stands between an app and its WIT: one or more sentences that end in what to do. */
export interface WitFinding {
  readonly text: string;
  readonly at?: Location | undefined;
}

/** Errors stop kit; warnings are what kit passes over, or writes although nothing can read it. */
export interface Findings {
  readonly errors: WitFinding[];
  readonly warnings: WitFinding[];
}

export function createFindings(): Findings {
  return { errors: [], warnings: [] };
}
