import type { AppProcess, Type } from '../../hyperapp/model/app.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { checkReachedTypes, type TypeProblem } from './reached-types.ts';
import type { Rule } from './rule.ts';
import { typeText } from './words.ts';

/** HW011: maps have no WIT form, and what kit makes of them is not what is sent (wit-generation.md §5). */
export const witMap: Rule = {
  code: 'HW011',
  name: 'wit-map',
  severity: { v1: 'error', v2: 'error', v3a: 'error', v3b: 'warning' },
  isOverview: true,
  *check(context) {
    yield* checkReachedTypes(context, ({ type }, process) =>
      process.language === 'rust' ? rustProblem(type, process) : typescriptProblem(type),
    );
  },
};

function rustProblem(type: Type, { generation }: AppProcess): TypeProblem | undefined {
  const isNewest = dialectOf(generation) === 'k4';
  if (type.kind === 'set') {
    // A set is a list on the wire, and kit has said so since 3.2.
    if (isNewest) return undefined;
    const replacement = type.element && `Vec<${typeText(type.element)}>`;
    return { message: `${type.name} is not available in WIT: use ${replacement ?? 'Vec<T>'}.`, replacement };
  }
  if (type.kind !== 'map') return undefined;
  const replacement = type.key && type.value && `Vec<(${typeText(type.key)}, ${typeText(type.value)})>`;
  const instead = replacement ?? 'Vec<(K, V)>';
  const message = isNewest
    ? `kit describes this map as a list of pairs, but on the wire it is an object: generated clients cannot talk to it. Use ${instead}.`
    : `${type.name} is not available in WIT: use ${instead}, or return a JSON String.`;
  return { message, replacement };
}

function typescriptProblem(type: Type): TypeProblem | undefined {
  if (type.kind === 'set') {
    const replacement = type.element && `${elementText(type.element)}[]`;
    return {
      message: `${typeText(type)} has no WIT form, and JSON turns a Set into {}: its values are lost. Use ${replacement ?? 'T[]'}.`,
      replacement,
      severity: 'error',
    };
  }
  if (type.kind !== 'map') return undefined;
  const replacement = type.key && type.value && `[${typeText(type.key)}, ${typeText(type.value)}][]`;
  const instead = replacement ?? '[K, V][]';
  const isLost = type.name.endsWith('Map');
  const why = isLost
    ? 'JSON turns a Map into {}: its entries are lost'
    : 'an object with open keys cannot be described to callers';
  // An index signature is part of its literal; there is no type of its own to write another one for.
  const fix = type.name === 'index signature' ? undefined : replacement;
  return {
    message: `${typeText(type)} has no WIT form, and ${why}. Use a list of pairs, ${instead}.`,
    replacement: fix,
    severity: 'error',
  };
}

function elementText(type: Type): string {
  const text = typeText(type);
  return /[|&]|=>/.test(text) ? `(${text})` : text;
}
