import { handlerNoResult } from './handler-no-result.ts';
import { handlerWithoutAttribute } from './handler-without-attribute.ts';
import { httpHandlerWithoutParameter } from './http-handler-without-parameter.ts';
import { payloadForParameterless } from './payload-for-parameterless.ts';
import { payloadObjectForTuple } from './payload-object-for-tuple.ts';
import { payloadUnknownHandler } from './payload-unknown-handler.ts';
import { payloadWrappedSingle } from './payload-wrapped-single.ts';
import { payloadWrongCount } from './payload-wrong-count.ts';
import type { Rule } from './rule.ts';
import { witArray } from './wit-array.ts';
import { witEnumData } from './wit-enum-data.ts';
import { witGeneric } from './wit-generic.ts';
import { witInteger } from './wit-integer.ts';
import { witMap } from './wit-map.ts';
import { witReference } from './wit-reference.ts';
import { witUnknownType } from './wit-unknown-type.ts';

/** The catalogue, in the order of its codes. `unusedIgnore` (HW080) is asked last, by the check itself. */
export const rules: readonly Rule[] = [
  httpHandlerWithoutParameter,
  payloadObjectForTuple,
  payloadUnknownHandler,
  payloadWrongCount,
  payloadWrappedSingle,
  payloadForParameterless,
  witMap,
  witArray,
  witEnumData,
  witReference,
  witInteger,
  witGeneric,
  witUnknownType,
  handlerWithoutAttribute,
  handlerNoResult,
];
