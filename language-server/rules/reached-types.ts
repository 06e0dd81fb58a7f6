/** What the rules for types without a WIT form share. */
import type { AppProcess } from '../../hyperapp/model/app.ts';
import type { ReachedType } from '../../hyperapp/wit/reach.ts';
import type { Finding, Fix, RuleContext, Severity } from './rule.ts';

export interface TypeProblem {
  readonly message: string;
  /** What to write in the type's place. */
  readonly replacement?: string | undefined;
  /** Mends of another kind. */
  readonly fixes?: readonly Fix[] | undefined;
  readonly severity?: Severity | 'off' | undefined;
}

/** Findings for every type that handlers reach; those inside a definition also point at the handler. */
export function* checkReachedTypes(
  context: RuleContext,
  check: (reached: ReachedType, process: AppProcess) => TypeProblem | undefined,
): Iterable<Finding> {
  for (const process of context.app.processes) {
    for (const reached of context.reached(process).types) {
      const problem = check(reached, process);
      if (problem) yield findingOf(problem, reached, process);
    }
  }
}

function findingOf(
  { message, replacement, severity, fixes: others }: TypeProblem,
  { type, handler, within }: ReachedType,
  process: AppProcess,
): Finding {
  const fixes: readonly Fix[] =
    replacement === undefined
      ? (others ?? [])
      : [{ title: `Change to '${replacement}'`, edits: [{ at: type.at, newText: replacement }] }];
  return {
    at: type.at,
    generation: process.generation,
    message,
    severity,
    fixes,
    related: within ? [{ at: handler.at, message: `'${within.name}' is reached from handler '${handler.name}'.` }] : [],
  };
}
