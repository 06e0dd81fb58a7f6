/** What the rules for payloads share: asking every handler that a site can mean, and looking at values. */
import type { Handler } from '../../hyperapp/model/app.ts';
import type { Value, ValueType } from '../../hyperapp/model/payload.ts';
import type { Candidate, Payload } from '../../hyperapp/wire/payload.ts';
import type { Finding, RuleContext } from './rule.ts';

/**
 * Findings of a check on each payload; if several processes have a handler of that name, only if none of them can take
 * it (diagnostics.md §0.2).
 */
export function* checkPayloads(
  { payloads }: RuleContext,
  check: (payload: Payload, candidate: Candidate) => Finding | undefined,
): Iterable<Finding> {
  for (const payload of payloads) {
    const findings = payload.candidates.map((candidate) => check(payload, candidate));
    const [first] = findings;
    if (first && findings.every((finding) => finding !== undefined)) yield first;
  }
}

/** Each value that one can be: the arms of a condition, each alone. */
export function alternatives(value: Value): readonly Value[] {
  return value.kind === 'either' ? value.values.flatMap(alternatives) : [value];
}

/** The literal that a value is or, through a constant, stands for. */
export function literalOf(value: Value): Value {
  return value.kind === 'other' && value.value ? literalOf(value.value) : value;
}

/** The JSON kind of a value where it is certain; `null` for the null literal. */
export function certainType(value: Value): ValueType | 'null' | undefined {
  switch (value.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'array':
    case 'object':
    case 'null':
      return value.kind;
    case 'other':
      return value.type;
    default:
      return undefined;
  }
}

/** True if two names are one but for case, underscores and a leading `mut`: `roomId`, `room_id`, `_room_id`. */
export function sameName(a: string, b: string): boolean {
  const letters = (name: string) => name.replace(/^mut /, '').replaceAll('_', '').toLowerCase();
  return letters(a) === letters(b);
}

/** The texts of an object's values in the order of a handler's parameters, if its keys are those parameters. */
export function inDeclaredOrder(value: Value, handler: Handler): string[] | undefined {
  const literal = literalOf(value);
  if (literal.kind !== 'object' || literal.hasSpread || literal.properties.length !== handler.parameters.length)
    return undefined;
  const texts = handler.parameters.flatMap(({ name }) => {
    const property = literal.properties.find((candidate) => sameName(candidate.name, name));
    if (!property) return [];
    // An object that has a name of its own stays where it is; its parts are taken from it.
    return [literal === value ? property.value.text : `${value.text}.${property.name}`];
  });
  return texts.length === handler.parameters.length ? texts : undefined;
}
