import type { AppProcess, Type } from '../../hyperapp/model/app.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { checkReachedTypes, type TypeProblem } from './reached-types.ts';
import { always, type Rule } from './rule.ts';
import { hiddenTypeOf } from './wit-nested-undiscovered.ts';
import { typeText } from './words.ts';

const pointers = new Set(['Box', 'Arc', 'Rc', 'RefCell', 'Cell', 'Mutex', 'RwLock']);
const asText = new Set([
  'PathBuf',
  'Path',
  'Uuid',
  'DateTime',
  'NaiveDate',
  'NaiveDateTime',
  'ProcessId',
  'PackageId',
  'NodeId',
  'Cow',
  'OsString',
  'Url',
]);
const asNumber = new Set(['Duration', 'SystemTime', 'Instant']);

/** HW017: types that the crate does not define, and that kit cannot describe (wit-generation.md §5). */
export const witUnknownType: Rule = {
  code: 'HW017',
  name: 'wit-unknown-type',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    yield* checkReachedTypes(context, ({ type }, process) => {
      if (!process.complete) return undefined;
      return process.language === 'rust' ? rustProblem(type, process) : typescriptProblem(type);
    });
  },
};

function rustProblem(type: Type, process: AppProcess): TypeProblem | undefined {
  if (type.kind === 'json' && dialectOf(process.generation) !== 'k4') {
    return {
      message: "kit cannot describe 'Value': this version knows no JSON type. Send it as a String.",
      replacement: 'String',
    };
  }
  if (type.kind !== 'foreign' || type.name === 'Result' || type.name === 'str') return undefined;
  // HW018: it is defined, but where kit does not look.
  if (hiddenTypeOf(process, type)) return undefined;
  const written = typeText(type);
  const inner = type.element && typeText(type.element);
  if (pointers.has(type.name) && inner)
    return { message: `kit cannot describe '${written}'. Use the inner type.`, replacement: inner };
  if (asText.has(type.name)) {
    const how = type.name === 'DateTime' ? 'a String (RFC 3339) or u64' : 'a String';
    return {
      message: `kit cannot describe '${written}': it is not defined in this crate. Send it as ${how}.`,
      replacement: 'String',
    };
  }
  if (asNumber.has(type.name)) {
    return {
      message: `kit cannot describe '${written}': it is not defined in this crate. Send it as u64.`,
      replacement: 'u64',
    };
  }
  if (!/^\w+$/.test(type.name)) {
    return {
      message: `kit cannot read the type '${written}' in a handler. Write a struct, an enum or a Vec.`,
      replacement: type.text.startsWith('(') ? inner : undefined,
    };
  }
  return {
    message: `kit cannot describe '${written}': it is not defined in this crate. Define a struct for what travels, or send it as a String.`,
    severity: process.mayDefineMore ? 'hint' : undefined,
  };
}

function typescriptProblem(type: Type): TypeProblem | undefined {
  if (type.kind !== 'foreign') return undefined;
  const written = typeText(type);
  if (type.name === 'Date') {
    return {
      message: 'Date has no WIT form, and arrives as a string. Declare string (ISO 8601), or a number of milliseconds.',
      replacement: 'string',
    };
  }
  if (type.name === 'any' && type.text !== 'any') {
    return { message: `'${written}' has no written type, so callers cannot be told what to send. Write it.` };
  }
  if (type.name === 'any' || type.name === 'unknown' || type.name === 'object') {
    return {
      message: `'${written}' has no WIT form: callers cannot be told what to send. Write an interface, or Json of 'hyperapp' for any JSON.`,
    };
  }
  if (type.name === 'function' || written.includes('=>')) {
    return { message: `'${written}' has no WIT form: functions do not travel in JSON. Leave it out of handler types.` };
  }
  return {
    message: `'${written}' has no WIT form: it is no interface, type literal, union of literals or SDK type of this app. Define an interface for what travels.`,
  };
}
