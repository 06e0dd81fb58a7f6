import type { AppProcess, Handler } from '../../hyperapp/model/app.ts';
import type { Value } from '../../hyperapp/model/payload.ts';
import { wireNameOf } from '../../hyperapp/wire/name.ts';
import type { Edit, Fix, RuleContext } from './rule.ts';

export interface Renamed {
  readonly process: AppProcess;
  readonly from: string;
  readonly to: string;
  /** The handler, if it is one: the keys that pages send change with it. */
  readonly handler?: Handler | undefined;
  /** True for a struct's field: the keys of objects that pages send change with it. */
  readonly isField?: boolean | undefined;
}

/**
 * A rename through the whole crate and the pages that call it. Every place of the word changes alike, so that what
 * compiled compiles on; none is offered if the new name is taken or the old one comes from another crate.
 */
export function renameFix({ process, from, to, handler, isField }: Renamed, { payloads }: RuleContext): Fix[] {
  const { crate } = process;
  if (!crate || from === to || crate.imports.some(({ name }) => name === from)) return [];
  if (crate.occurrences(to).length > 0) return [];
  const inRust = crate.occurrences(from).map(({ at }): Edit => ({ at, newText: to }));
  const keys = payloads.flatMap(({ site, candidates }): Edit[] => {
    if (handler && candidates.some((candidate) => candidate.handler === handler))
      return [{ at: site.keyAt, newText: `${site.quote}${wireNameOf(to)}${site.quote}` }];
    const isOurs = candidates.some((candidate) => candidate.process === process);
    return isField && isOurs ? keysWithin(site.value, site.at.file, from, to) : [];
  });
  return [{ title: `Rename '${from}' to '${to}'`, edits: [...inRust, ...keys], isAlone: true }];
}

function keysWithin(value: Value, file: string, from: string, to: string): Edit[] {
  switch (value.kind) {
    case 'object':
      return value.properties.flatMap((property) => {
        const inner = keysWithin(property.value, file, from, to);
        if (property.name !== from) return inner;
        const { start, end } = property.at;
        const isShort = property.value.text === from && property.value.at.range.start.character === start.character;
        const isQuoted = start.line === end.line && end.character - start.character > from.length;
        const newText = isShort ? `${to}: ${from}` : isQuoted ? `'${to}'` : to;
        return [{ at: { file, range: property.at }, newText }, ...inner];
      });
    case 'array':
      return value.elements.flatMap((element) => keysWithin(element, file, from, to));
    case 'either':
      return value.values.flatMap((arm) => keysWithin(arm, file, from, to));
    default:
      return [];
  }
}
