/** What HW007 and HW033 share: looking through the values of a payload that has the right shape outside. */
import type { Parameter } from '../../hyperapp/model/app.ts';
import { type Misfit, misfits } from '../../hyperapp/wire/fit.ts';
import type { Candidate, Payload } from '../../hyperapp/wire/payload.ts';
import { alternatives } from './payload.ts';
import { wrapping } from './payload-wrapped-single.ts';
import type { Finding, RuleContext } from './rule.ts';

export interface FoundMisfit {
  readonly misfit: Misfit;
  readonly parameter: Parameter;
  readonly candidate: Candidate;
}

/**
 * Findings for each misfit of each payload; if several processes have a handler of that name, only what fits none of them.
 * What HW002, HW004, HW005 and HW006 report is left to them.
 */
export function* checkMisfits(
  { payloads }: RuleContext,
  check: (found: FoundMisfit) => Finding | undefined,
): Iterable<Finding> {
  for (const payload of payloads) {
    if (payload.site.flow !== 'request') continue;
    const found = payload.candidates.map((candidate) => misfitsOf(payload, candidate));
    if (found.length === 0 || found.some((list) => list.length === 0)) continue;
    for (const misfit of found[0] ?? []) {
      const finding = check(misfit);
      if (finding) yield finding;
    }
  }
}

function misfitsOf({ site }: Payload, candidate: Candidate): FoundMisfit[] {
  const { handler, process } = candidate;
  const { parameters } = handler;
  const [only] = parameters;
  if (parameters.length === 1 && only) {
    if (alternatives(site.value).some((value) => wrapping(value, handler, process))) return [];
    return misfits(site.value, only.type, process.types).map((misfit) => ({ misfit, parameter: only, candidate }));
  }
  return alternatives(site.value).flatMap((value) => {
    if (value.kind !== 'array' || value.hasSpread || value.elements.length !== parameters.length) return [];
    return parameters.flatMap((parameter, index) => {
      const element = value.elements[index];
      const found = element ? misfits(element, parameter.type, process.types) : [];
      return found.map((misfit) => ({ misfit, parameter, candidate }));
    });
  });
}
