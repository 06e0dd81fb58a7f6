import type { AppProcess, Handler, Location, Parameter, Position } from '../../hyperapp/model/app.ts';
import type { Value } from '../../hyperapp/model/payload.ts';
import { exampleValue } from '../../hyperapp/wire/example.ts';
import { alternatives, checkPayloads, literalOf } from './payload.ts';
import { always, type Finding, type Fix, type Rule } from './rule.ts';
import { parametersText, parameterText } from './words.ts';

/** HW004: an array of another length than the handler has parameters; trailing options must be sent too. */
export const payloadWrongCount: Rule = {
  code: 'HW004',
  name: 'payload-wrong-count',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    yield* checkPayloads(context, ({ site }, { process, handler }) => {
      if (handler.parameters.length < 2) return undefined;
      for (const value of alternatives(site.value)) {
        const literal = literalOf(value);
        if (literal.kind !== 'array' || literal.hasSpread || literal.elements.length === handler.parameters.length)
          continue;
        return findingOf(value, literal, handler, process);
      }
      return undefined;
    });
  },
};

type ArrayValue = Value & { kind: 'array' };

function findingOf(value: Value, literal: ArrayValue, handler: Handler, process: AppProcess): Finding {
  const sent = literal.elements.length;
  const missing = handler.parameters.slice(sent);
  const isWritten = literal === value;
  const surplus = literal.elements[handler.parameters.length];
  const at = !isWritten
    ? value.at
    : surplus
      ? between(surplus.at, literal.elements.at(-1) as Value)
      : closingBracket(literal.at);
  return {
    at,
    generation: process.generation,
    message: `'${handler.wireName}' takes ${parametersText(handler)}, but ${sent} ${sent === 1 ? 'is' : 'are'} sent${missingText(missing)}`,
    fixes: fixesOf(literal, missing, handler, process),
  };
}

function missingText(missing: readonly Parameter[]): string {
  if (missing.length === 0) return '.';
  const names = missing.map((parameter) => `'${parameterText(parameter)}'`).join(', ');
  const verb = missing.length === 1 ? 'is' : 'are';
  if (missing.every(({ type }) => type.kind === 'option')) return `; ${names} must be sent too, as null.`;
  return `; ${names} ${verb} missing.`;
}

function fixesOf(literal: ArrayValue, missing: readonly Parameter[], handler: Handler, { types }: AppProcess): Fix[] {
  const wanted = handler.parameters.length;
  const last = literal.elements.at(-1);
  if (missing.length > 0) {
    const values = missing.map(({ type }) => JSON.stringify(exampleValue(type, types))).join(', ');
    const end = last ? last.at.range.end : inside(literal.at);
    const at = { file: literal.at.file, range: { start: end, end } };
    const allNull = missing.every(({ type }) => type.kind === 'option');
    const title = allNull
      ? `Add ${values}`
      : `Add empty ${missing.length === 1 ? 'value' : 'values'} for ${missing.map(({ name }) => name).join(', ')}`;
    return [{ title, edits: [{ at, newText: last ? `, ${values}` : values }] }];
  }
  const kept = literal.elements[wanted - 1];
  if (!kept || !last) return [];
  const at = { file: literal.at.file, range: { start: kept.at.range.end, end: last.at.range.end } };
  return [
    {
      title: literal.elements.length - wanted === 1 ? 'Remove the last value' : 'Remove the last values',
      edits: [{ at, newText: '' }],
    },
  ];
}

function between(first: Location, last: Value): Location {
  return { file: first.file, range: { start: first.range.start, end: last.at.range.end } };
}

function closingBracket({ file, range }: Location): Location {
  const { end } = range;
  return { file, range: { start: { line: end.line, character: end.character - 1 }, end } };
}

function inside({ range: { start } }: Location): Position {
  return { line: start.line, character: start.character + 1 };
}
