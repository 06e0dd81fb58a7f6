import { blockingSend } from './blocking-send.ts';
import { duplicateHandlerName } from './duplicate-handler-name.ts';
import { endpointConflict } from './endpoint-conflict.ts';
import { fieldLeadingUnderscore } from './field-leading-underscore.ts';
import { handlerNoResult } from './handler-no-result.ts';
import { handlerSignature } from './handler-signature.ts';
import { handlerWithoutAttribute } from './handler-without-attribute.ts';
import { httpAttribute } from './http-attribute.ts';
import { httpGetUnbound } from './http-get-unbound.ts';
import { httpGetWithParameters } from './http-get-with-parameters.ts';
import { httpHandlerWithoutParameter } from './http-handler-without-parameter.ts';
import { httpPathPattern } from './http-path-pattern.ts';
import { httpRouteDuplicate } from './http-route-duplicate.ts';
import { iconWithoutWidget } from './icon-without-widget.ts';
import { macroArguments } from './macro-arguments.ts';
import { macroImportAgain } from './macro-import-again.ts';
import { macroOnStruct } from './macro-on-struct.ts';
import { macroVersionMix } from './macro-version-mix.ts';
import { missingSerdeDerive } from './missing-serde-derive.ts';
import { noHandler } from './no-handler.ts';
import { notOnHomepage } from './not-on-homepage.ts';
import { parameterPattern } from './parameter-pattern.ts';
import { payloadForParameterless } from './payload-for-parameterless.ts';
import { payloadObjectForTuple } from './payload-object-for-tuple.ts';
import { payloadUnknownHandler } from './payload-unknown-handler.ts';
import { payloadWrappedSingle } from './payload-wrapped-single.ts';
import { payloadWrongCount } from './payload-wrong-count.ts';
import { privateField } from './private-field.ts';
import { queueInsideTask } from './queue-inside-task.ts';
import { reservedTypeSuffix } from './reserved-type-suffix.ts';
import { resultArguments } from './result-arguments.ts';
import { saveOptionIneffective } from './save-option-ineffective.ts';
import { serdeRename } from './serde-rename.ts';
import { sourceAfterAwait } from './source-after-await.ts';
import { stateEncoding } from './state-encoding.ts';
import { stateNotStorable } from './state-not-storable.ts';
import { stubDoesNotCompile } from './stub-does-not-compile.ts';
import { typeShadowsSystem } from './type-shadows-system.ts';
import { witArray } from './wit-array.ts';
import { witEnumData } from './wit-enum-data.ts';
import { witGeneric } from './wit-generic.ts';
import { witIdentifierIllegal } from './wit-identifier-illegal.ts';
import { witInteger } from './wit-integer.ts';
import { witMap } from './wit-map.ts';
import { witNameForbidden } from './wit-name-forbidden.ts';
import { witNestedUndiscovered } from './wit-nested-undiscovered.ts';
import { witRecursive } from './wit-recursive.ts';
import { witReference } from './wit-reference.ts';
import { witUnknownType } from './wit-unknown-type.ts';
import { witWorld } from './wit-world.ts';
import { wsAsyncNotRun } from './ws-async-not-run.ts';
import { wsHandlerUnsupported } from './ws-handler-unsupported.ts';
import type { Rule } from './rule.ts';

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
  witNestedUndiscovered,
  witNameForbidden,
  handlerWithoutAttribute,
  handlerNoResult,
  missingSerdeDerive,
  duplicateHandlerName,
  wsHandlerUnsupported,
  stateNotStorable,
  macroOnStruct,
  macroArguments,
  handlerSignature,
  noHandler,
  httpAttribute,
  httpPathPattern,
  httpRouteDuplicate,
  httpGetUnbound,
  httpGetWithParameters,
  witWorld,
  macroVersionMix,
  saveOptionIneffective,
  sourceAfterAwait,
  queueInsideTask,
  wsAsyncNotRun,
  witIdentifierIllegal,
  witRecursive,
  resultArguments,
  reservedTypeSuffix,
  stubDoesNotCompile,
  parameterPattern,
  macroImportAgain,
  iconWithoutWidget,
  notOnHomepage,
  endpointConflict,
  blockingSend,
  privateField,
  serdeRename,
  stateEncoding,
  fieldLeadingUnderscore,
  typeShadowsSystem,
];
