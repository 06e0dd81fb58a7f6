import type { AppProcess, Handler, Location } from '../../hyperapp/model/app.ts';
import { describedHandlers } from '../../hyperapp/wit/reach.ts';
import type { RuleContext } from './rule.ts';

/** A name that kit turns into WIT, or checks as if it did. */
export interface WrittenName {
  readonly kind: 'handler' | 'parameter' | 'state' | 'type' | 'field' | 'variant';
  readonly name: string;
  readonly at: Location;
  /** The handler itself, or the one that reaches the type. */
  readonly handler: Handler | undefined;
}

/** Every name of a Rust process that reaches kit's generator (wit-generation.md §3, §6). */
export function* writtenNames(process: AppProcess, { reached }: Pick<RuleContext, 'reached'>): Iterable<WrittenName> {
  const described = new Set(describedHandlers(process));
  for (const handler of process.handlers) {
    if (handler.stale) continue;
    yield { kind: 'handler', name: handler.name, at: handler.at, handler };
    if (!described.has(handler)) continue;
    for (const { name, at } of handler.parameters) {
      const plain = name.replace(/^mut\s+/, '');
      // `mut x` is the name x; patterns are HW062's.
      if (!/^(r#)?\w+$/.test(plain) || plain === '_') continue;
      const { start, end } = at.range;
      const offset = name.length - plain.length;
      const range = { start: { line: start.line, character: start.character + offset }, end };
      yield { kind: 'parameter', name: plain, at: { file: at.file, range }, handler };
    }
  }
  const state = process.stateType === undefined ? undefined : process.types.get(process.stateType);
  if (state && !state.stale) yield { kind: 'state', name: state.name, at: state.at, handler: undefined };
  for (const { definition, handler } of reached(process).definitions) {
    if (definition !== state) yield { kind: 'type', name: definition.name, at: definition.at, handler };
    if (definition.kind === 'struct' && definition.shape === 'record') {
      for (const { name, at } of definition.fields) yield { kind: 'field', name, at, handler };
    } else if (definition.kind === 'enum') {
      for (const { name, at } of definition.variants) yield { kind: 'variant', name, at, handler };
    }
  }
}
