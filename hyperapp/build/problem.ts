import type { Range } from '../model/position.ts';

/** Why a build failed, or what is doubtful: where, what, and what to do. */
export interface Problem {
  /** Absolute path. */
  readonly file: string;
  readonly range: Range;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** Ends a build; `buildApp` turns it into its result. */
export class BuildFailed extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join('\n'));
    this.problems = problems;
  }
}

/** A problem of the file as a whole: shown on its first character. */
export function fileProblem(file: string, message: string, severity: Problem['severity'] = 'error'): Problem {
  const start = { line: 0, character: 0 };
  return { file, range: { start, end: start }, severity, message };
}
