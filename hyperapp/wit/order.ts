import type { Definitions } from './definitions.ts';
import type { Dialect } from './dialect.ts';

/** An interface's definitions as texts in their order (wit-generation.md §4, §9). */
export function orderDefinitions(definitions: Definitions, dialect: Dialect): string[] {
  const texts = new Map([...definitions].map(([name, { text }]) => [name, text ?? '']));
  return dialect === 'k1' || dialect === 'k2' ? [...texts.values()].sort() : usersFirst(texts);
}

/**
 * K4 (and K3, which leaves the choice to chance): the alphabetically first of the types that nothing left mentions, again
 * and again; what goes in a circle comes last. One type mentions another if its text contains the name, be it as a part
 * of a longer one.
 */
function usersFirst(texts: ReadonlyMap<string, string>): string[] {
  const names = [...texts.keys()].sort();
  const mentions = new Map(
    [...texts].map(([name, text]) => [name, names.filter((other) => other !== name && text.includes(other))]),
  );
  const count = new Map(names.map((name) => [name, 0]));
  const add = (mentioning: string, step: 1 | -1) => {
    for (const other of mentions.get(mentioning) ?? []) count.set(other, (count.get(other) ?? 0) + step);
  };
  for (const name of names) add(name, 1);
  const order: string[] = [];
  const left = new Set(names);
  for (;;) {
    const next = [...left].find((name) => count.get(name) === 0);
    if (next === undefined) break;
    left.delete(next);
    order.push(next);
    add(next, -1);
  }
  return [...order, ...left].map((name) => texts.get(name) as string);
}
