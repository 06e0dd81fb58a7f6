import type { Type } from '../../hyperapp/model/app.ts';
import { nearest } from './nearest.ts';
import { checkMisfits, type FoundMisfit } from './payload-misfits.ts';
import { always, type Finding, type Fix, type Rule } from './rule.ts';
import { typeText } from './words.ts';

/** HW007: a value that cannot be the JSON of the parameter's type (hyperapp.md §6). */
export const payloadWrongType: Rule = {
  code: 'HW007',
  name: 'payload-wrong-type',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    yield* checkMisfits(context, findingOf);
  },
};

function findingOf(found: FoundMisfit): Finding | undefined {
  const { misfit, parameter, candidate } = found;
  const { generation } = candidate.process;
  const name = parameter.name.replace(/^mut /, '');
  const of = `of '${candidate.handler.wireName}'`;
  const subject = (wanted: Type) =>
    wanted === parameter.type ? `Parameter '${name}' ${of}` : `A part of parameter '${name}' ${of}`;
  const { at } = misfit.value;
  const replace = (title: string, newText: string): Fix => ({ title, edits: [{ at, newText }] });
  switch (misfit.kind) {
    case 'type': {
      const { value, wanted, sent, isLiteral } = misfit;
      return {
        at,
        generation,
        severity: isLiteral ? 'error' : 'warning',
        message: `${subject(wanted)} is ${typeText(wanted)}: send ${expected(wanted)}, not ${sent}.`,
        fixes: conversion(value.text, wanted, sent, isLiteral).map((text) => replace(`Change to ${text}`, text)),
      };
    }
    case 'range':
      return {
        at,
        generation,
        message: `${subject(misfit.wanted)} is ${typeText(misfit.wanted)}: ${misfit.value.text} does not fit, send ${misfit.why}.`,
      };
    case 'variant': {
      const sent = misfit.value.text.replace(/^['"`]|['"`]$/g, '');
      const near = misfit.value.kind === 'string' ? nearest(sent, misfit.variants, (variant) => variant) : undefined;
      const quote = misfit.value.text.charAt(0);
      return {
        at,
        generation,
        message: `Parameter '${name}' ${of} knows no such '${misfit.name}': send ${listed(misfit.variants)}.`,
        fixes: near ? [replace(`Change to '${near}'`, quote + near + quote)] : [],
      };
    }
    case 'made': {
      const { made, wanted, value } = misfit;
      if (made === 'bigint') {
        return {
          at,
          generation,
          message:
            'JSON.stringify throws on a bigint. Send Number(x) if it is below 2^53, or make the parameter a String.',
          fixes: [replace(`Change to Number(${value.text})`, `Number(${value.text})`)],
        };
      }
      const becomes = made === 'Date' ? 'a string' : 'an object';
      const text =
        made === 'Map' && wanted.kind === 'map'
          ? `Object.fromEntries(${value.text})`
          : made === 'Date'
            ? `${value.text}.getTime()`
            : `Array.from(${value.text})`;
      return {
        at,
        generation,
        message: `${made} serialises as ${becomes}; send ${text} for '${typeText(wanted)}'.`,
        fixes: [replace(`Change to ${text}`, text)],
      };
    }
    default:
      return undefined;
  }
}

function listed(variants: readonly string[]): string {
  const shown = variants.slice(0, 6).map((variant) => `"${variant}"`);
  return variants.length > 6 ? `${shown.join(', ')} …` : shown.join(' or ');
}

/** A kind of JSON for people. */
function expected(type: Type): string {
  switch (type.kind) {
    case 'primitive':
      if (type.name === 'bool') return 'a boolean';
      return type.name === 'string' || type.name === 'char' ? 'a string' : 'a number';
    case 'integer':
      return 'a number';
    case 'list':
    case 'set':
    case 'array':
      return type.element ? `a list of ${typeText(type.element)}` : 'a list';
    case 'tuple':
      return `a list of ${type.elements.length}`;
    case 'map':
      return 'an object';
    case 'result':
      return '{ Ok } or { Err }';
    case 'unit':
      return 'null';
    default:
      return 'what the type is made of';
  }
}

/** The expression converted, where that is one step. */
function conversion(text: string, wanted: Type, sent: string, isLiteral: boolean): string[] {
  if (wanted.kind !== 'primitive' && wanted.kind !== 'integer') return [];
  if (wanted.name === 'string' && sent === 'a number') return [isLiteral ? `'${text}'` : `String(${text})`];
  if (expected(wanted) !== 'a number' || sent !== 'a string') return [];
  const literal = /^['"`](-?\d+(?:\.\d+)?)['"`]$/.exec(text)?.[1];
  if (isLiteral) return literal === undefined ? [] : [literal];
  return [`Number(${text})`];
}
