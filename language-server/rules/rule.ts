import type { App, AppProcess, Generation, Ignore, Location } from '../../hyperapp/model/app.ts';
import type { Payload } from '../../hyperapp/wire/payload.ts';
import type { Reached } from '../../hyperapp/wit/reach.ts';

/** diagnostics.md §0.1. */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface Edit {
  readonly at: Location;
  readonly newText: string;
}

/** A mend, as data: what it is called and what it changes. The first fix of a finding is the preferred one. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** Files to delete with it, absolute; such a mend stands alone. */
  readonly removes?: readonly string[] | undefined;
  /** True if a person should read what it did (a rename, a sketch to fill in): it is no part of "fix all". */
  readonly isAlone?: true | undefined;
}

export interface Finding {
  readonly at: Location;
  readonly message: string;
  /** Of the process that it speaks of: severities depend on it. */
  readonly generation: Generation;
  /** In the place of the rule's own, where one rule has findings of several weights. */
  readonly severity?: Severity | 'off' | undefined;
  readonly fixes?: readonly Fix[];
  readonly related?: readonly { readonly at: Location; readonly message: string }[];
}

/** What a rule may look at: the model, never text. */
export interface RuleContext {
  readonly app: App;
  /** The other apps of the workspace, for requests between them. */
  readonly neighbours: readonly App[];
  /** What the front ends send; empty while a process is not wholly read, so that nothing is guessed. */
  readonly payloads: readonly Payload[];
  reached(process: AppProcess): Reached;
  /** Ignores that silenced nothing, known when all other rules have spoken. */
  readonly unusedIgnores: readonly Ignore[];
}

/** One rule of the catalogue: a file of its own here, and a page of its own in docs/rules. */
export interface Rule {
  /** Stable, never reused: `HW001`. */
  readonly code: string;
  readonly name: string;
  readonly severity: Readonly<Record<Generation, Severity | 'off'>>;
  /** Marked in the catalogue: in the profile `overview` a Warning also where the generation permits the code. */
  readonly isOverview: boolean;
  check(context: RuleContext): Iterable<Finding>;
}

/** The same severity in every generation. */
export function always(severity: Severity | 'off'): Rule['severity'] {
  return { v1: severity, v2: severity, v3a: severity, v3b: severity };
}
