import type { AppProcess, TypeDefinition } from '../../hyperapp/model/app.ts';
import { type ReachedDefinition, typesWithin, wholeTypes } from '../../hyperapp/wit/reach.ts';
import { always, type Rule } from './rule.ts';

/** HW058: WIT has no recursive types; kit writes them all the same (wit-generation.md §5). */
export const witRecursive: Rule = {
  code: 'HW058',
  name: 'wit-recursive',
  severity: always('error'),
  isOverview: false,
  *check({ app, reached }) {
    for (const process of app.processes) {
      const told = new Set<string>();
      for (const found of reached(process).definitions) {
        const circle = told.has(found.definition.name) ? undefined : circleOf(found, process);
        if (!circle) continue;
        for (const name of circle) told.add(name);
        const [name = '', ...others] = circle;
        const through = others.length > 0 ? ` through ${others.map((other) => `'${other}'`).join(', ')}` : '';
        yield {
          at: found.definition.at,
          generation: process.generation,
          message: `'${name}' contains itself${through}; WIT has no recursive types. Use ids (${idsOf(process)}) or a JSON String.`,
          related: [{ at: found.handler.at, message: `'${name}' is reached from handler '${found.handler.name}'.` }],
        };
      }
    }
  },
};

function idsOf({ language }: AppProcess): string {
  return language === 'rust' ? 'children: Vec<u64>' : 'children: u64[]';
}

/** The names on the shortest way from a type back to itself, the type first; undefined if there is none. */
function circleOf({ definition }: ReachedDefinition, { types }: AppProcess): string[] | undefined {
  const queue: { at: TypeDefinition; way: string[] }[] = [{ at: definition, way: [definition.name] }];
  const seen = new Set<string>();
  for (let next = queue.shift(); next; next = queue.shift()) {
    for (const type of typesWithin(next.at).flatMap(wholeTypes)) {
      if (type.kind !== 'named') continue;
      if (type.name === definition.name) return next.way;
      const inner = types.get(type.name);
      if (!inner || seen.has(type.name)) continue;
      seen.add(type.name);
      queue.push({ at: inner, way: [...next.way, type.name] });
    }
  }
  return undefined;
}
