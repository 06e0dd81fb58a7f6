import { addressErrorDisplay } from './address-error-display.ts';
import { addressMalformed } from './address-malformed.ts';
import { blockingSend } from './blocking-send.ts';
import { capabilityMissing } from './capability-missing.ts';
import { componentMetadata } from './component-metadata.ts';
import { duplicateHandlerName } from './duplicate-handler-name.ts';
import { endpointConflict } from './endpoint-conflict.ts';
import { fetchCall } from './fetch-call.ts';
import { fieldLeadingUnderscore } from './field-leading-underscore.ts';
import { generatedErrNotThrown } from './generated-err-not-thrown.ts';
import { generatedFile } from './generated-file.ts';
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
import { manifestInvalid } from './manifest-invalid.ts';
import { manifestWasmPath } from './manifest-wasm-path.ts';
import { metadataInvalid } from './metadata-invalid.ts';
import { missingSerdeDerive } from './missing-serde-derive.ts';
import { nestedResult } from './nested-result.ts';
import { networkingMissing } from './networking-missing.ts';
import { noHandler } from './no-handler.ts';
import { notOnHomepage } from './not-on-homepage.ts';
import { ourJsMissing } from './our-js-missing.ts';
import { ourJsOrder } from './our-js-order.ts';
import { ourProcessUnset } from './our-process-unset.ts';
import { parameterPattern } from './parameter-pattern.ts';
import { payloadFieldNames } from './payload-field-names.ts';
import { payloadForParameterless } from './payload-for-parameterless.ts';
import { payloadHandlerNotHttp } from './payload-handler-not-http.ts';
import { payloadObjectForTuple } from './payload-object-for-tuple.ts';
import { payloadUnknownHandler } from './payload-unknown-handler.ts';
import { payloadWrappedSingle } from './payload-wrapped-single.ts';
import { payloadWrongCount } from './payload-wrong-count.ts';
import { payloadWrongType } from './payload-wrong-type.ts';
import { privateField } from './private-field.ts';
import { processIdMalformed } from './process-id-malformed.ts';
import { processLibDependency } from './process-lib-dependency.ts';
import { processLibMissing } from './process-lib-missing.ts';
import { queueInsideTask } from './queue-inside-task.ts';
import { remoteBodyShape } from './remote-body-shape.ts';
import { remoteUnknownMethod } from './remote-unknown-method.ts';
import { requestWithoutTimeout } from './request-without-timeout.ts';
import { reservedTypeSuffix } from './reserved-type-suffix.ts';
import { resultArguments } from './result-arguments.ts';
import type { Rule } from './rule.ts';
import { saveOptionIneffective } from './save-option-ineffective.ts';
import { serdeRename } from './serde-rename.ts';
import { sourceAfterAwait } from './source-after-await.ts';
import { stateEncoding } from './state-encoding.ts';
import { stateNotStorable } from './state-not-storable.ts';
import { stubCall } from './stub-call.ts';
import { stubDoesNotCompile } from './stub-does-not-compile.ts';
import { typeShadowsSystem } from './type-shadows-system.ts';
import { unguardedWindowOur } from './unguarded-window-our.ts';
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
import { wsBetweenNodes } from './ws-between-nodes.ts';
import { wsHandlerUnsupported } from './ws-handler-unsupported.ts';

/** The catalogue, in the order of its codes. `unusedIgnore` (HW080) is asked last, by the check itself. */
export const rules: readonly Rule[] = [
  httpHandlerWithoutParameter,
  payloadObjectForTuple,
  payloadUnknownHandler,
  payloadWrongCount,
  payloadWrappedSingle,
  payloadForParameterless,
  payloadWrongType,
  ourJsMissing,
  processLibDependency,
  processLibMissing,
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
  requestWithoutTimeout,
  remoteUnknownMethod,
  remoteBodyShape,
  processIdMalformed,
  addressMalformed,
  wsHandlerUnsupported,
  capabilityMissing,
  networkingMissing,
  payloadHandlerNotHttp,
  payloadFieldNames,
  ourJsOrder,
  unguardedWindowOur,
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
  manifestInvalid,
  metadataInvalid,
  manifestWasmPath,
  witWorld,
  macroVersionMix,
  componentMetadata,
  saveOptionIneffective,
  sourceAfterAwait,
  queueInsideTask,
  wsAsyncNotRun,
  wsBetweenNodes,
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
  fetchCall,
  ourProcessUnset,
  generatedErrNotThrown,
  generatedFile,
  blockingSend,
  privateField,
  serdeRename,
  stateEncoding,
  stubCall,
  fieldLeadingUnderscore,
  typeShadowsSystem,
  nestedResult,
  addressErrorDisplay,
];
