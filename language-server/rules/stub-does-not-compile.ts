import type { AppProcess, Handler, Type } from '../../hyperapp/model/app.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { witForm } from '../../hyperapp/wit/form.ts';
import { isKeyword, kebabCase } from '../../hyperapp/wit/name.ts';
import { describedHandlers, wholeTypes } from '../../hyperapp/wit/reach.ts';
import { insertAt } from './edits.ts';
import { always, type Finding, type Fix, type Rule, type RuleContext } from './rule.ts';

/** HW061: signatures for which kit's generated Rust callers do not compile (wit-generation.md §8.1). */
export const stubDoesNotCompile: Rule = {
  code: 'HW061',
  name: 'stub-does-not-compile',
  severity: always('warning'),
  isOverview: false,
  *check(context) {
    for (const process of context.app.processes) {
      if (process.language !== 'rust') continue;
      yield* worldTypes(process, context);
      if (dialectOf(process.generation) !== 'k4') continue;
      for (const handler of describedHandlers(process)) {
        if (handler.kinds.includes('local') || handler.kinds.includes('remote')) yield* signature(handler, process);
      }
    }
  },
};

function* worldTypes(process: AppProcess, { reached }: RuleContext): Iterable<Finding> {
  const { generation } = process;
  for (const { definition } of reached(process).definitions) {
    if (!kebabCase(definition.name, dialectOf(generation)).endsWith('world')) continue;
    const message = `kit takes an interface with a type named '… world' for a world file, and writes no callers at all. Rename '${definition.name}'.`;
    yield { at: definition.at, generation, message };
  }
}

const opening = "kit's generated Rust stub for this signature does not compile.";

function* signature(handler: Handler, process: AppProcess): Iterable<Finding> {
  const { generation } = process;
  for (const { name, at } of handler.parameters) {
    const plain = name.replace(/^mut\s+/, '').replace(/^_/, '');
    if (!isKeyword(kebabCase(plain, 'k4'))) continue;
    yield { at, generation, message: `${opening} '${plain}' is a word of WIT: rename the parameter.` };
  }
  const written = [...handler.parameters.map(({ type }) => type), ...(handler.result ? [handler.result] : [])];
  for (const whole of written) {
    const found = wholeTypes(whole)
      .map((type) => troubleWith(type, type === whole, process))
      .find(Boolean);
    if (!found) continue;
    const { type, advice, tuple } = found;
    const fixes = tuple ? [structFix(tuple, handler, process)] : [];
    yield { at: type.at, generation, message: `${opening} ${advice}`, fixes };
  }
}

interface Trouble {
  readonly type: Type;
  readonly advice: string;
  /** A tuple that a struct can take the place of. */
  readonly tuple?: Type & { kind: 'tuple' };
}

function troubleWith(type: Type, isOutermost: boolean, process: AppProcess): Trouble | undefined {
  if (type.kind === 'address') return { type, advice: 'It has no type for Address: send its text, as a String.' };
  if (type.kind === 'result') {
    if (type.ok.kind === 'unit' && type.err.kind === 'unit')
      return { type, advice: 'Return Result<(), String> instead of Result<(), ()>.' };
    if (!hasComma(type.ok, process)) return undefined;
    const text = type.ok.text.replace(/\s+/g, ' ');
    return { type, advice: `Return a struct instead of ${text} inside Result.`, ...tupleIn(type.ok) };
  }
  if (type.kind === 'tuple' && !isOutermost && type.elements.some((element) => hasComma(element, process)))
    return { type, advice: `Use a struct instead of ${type.text.replace(/\s+/g, ' ')}.`, tuple: type };
  return undefined;
}

function hasComma(type: Type, { language }: AppProcess): boolean {
  const form = witForm(type, { dialect: 'k4', language });
  return 'wit' in form && form.wit.includes(',');
}

function tupleIn(type: Type): { tuple?: Type & { kind: 'tuple' } } {
  const tuple = wholeTypes(type).find((part) => part.kind === 'tuple');
  return tuple?.kind === 'tuple' ? { tuple } : {};
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];

function structFix(tuple: Type & { kind: 'tuple' }, { wireName }: Handler, { block, types }: AppProcess): Fix {
  const name = types.has(`${wireName}Item`) ? `${wireName}Entry` : `${wireName}Item`;
  const fields = tuple.elements.map(({ text }, index) => `    pub ${ordinals[index] ?? 'other'}: ${text},\n`).join('');
  const struct = `#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]\npub struct ${name} {\n${fields}}\n\n`;
  return {
    title: `Put the tuple into a struct '${name}'`,
    isAlone: true,
    edits: [insertAt(block.file, block.attribute.range.start, struct), { at: tuple.at, newText: name }],
  };
}
