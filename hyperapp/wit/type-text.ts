import type { Type } from '../model/app.ts';
import type { Findings } from './findings.ts';
import type { WitSetting } from './form.ts';
import { kebabCase, nameFault } from './name.ts';

/** What a text needs to be legal: types by their kebab names, each with the first place that names it. */
export type UsedTypes = Map<string, Type>;

export interface TypeWriting extends WitSetting {
  readonly findings: Findings;
  readonly used: UsedTypes;
}

/** Generic types that kit takes by name, and what it says if their arguments are not there. */
const containers: Readonly<Record<string, string>> = {
  Vec: '`Vec<T>` needs one type argument',
  Option: '`Option<T>` needs one type argument',
  Result: '`Result<T, E>` needs exactly two type arguments',
  HashMap: 'a map needs its key and its value: `HashMap<K, V>`',
  BTreeMap: 'a map needs its key and its value: `BTreeMap<K, V>`',
  HashSet: 'a set needs one type argument: `HashSet<T>`',
  BTreeSet: 'a set needs one type argument: `BTreeSet<T>`',
};
const containersBeforeK4 = new Set(['Vec', 'Option', 'Result']);

/**
 * A type as kit writes it into WIT (wit-generation.md §5), whether or not the result is legal: what kit refuses goes to
 * the findings, types of the app and unknown ones to `used`. After an error the text is of no use.
 */
export function typeText(type: Type, writing: TypeWriting): string {
  const isK4 = writing.dialect === 'k4';
  const inner = (part: Type) => typeText(part, writing);
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'address':
      return usedName('Address', type, writing);
    case 'unit':
      return '_';
    case 'list':
      return `list<${inner(type.element)}>`;
    case 'option':
      return `option<${inner(type.element)}>`;
    case 'tuple':
      return `tuple<${type.elements.map(inner).join(', ')}>`;
    case 'reference':
      return inner(type.element);
    case 'result':
      return resultText(inner(type.ok), inner(type.err));
    case 'json':
      return usedName('Value', type, writing);
    case 'array':
      return refused(type, writing);
    case 'integer':
      if (writing.language === 'typescript') return refused(type, writing);
      return isK4 ? ({ usize: 'u64', isize: 's64' }[type.name] ?? 'string') : usedName(type.name, type, writing);
    case 'map':
      if (writing.language === 'typescript') return refused(type, writing);
      if (!isK4) return usedName(type.name, type, writing);
      if (type.key && type.value) return `list<tuple<${inner(type.key)}, ${inner(type.value)}>>`;
      return usedName(type.name, type, writing);
    case 'set':
      if (writing.language === 'typescript') return refused(type, writing);
      return isK4 && type.element ? `list<${inner(type.element)}>` : usedName(type.name, type, writing);
    case 'named':
    case 'generic':
    case 'foreign':
      return isName(type.name) ? usedName(type.name, type, writing) : refused(type, writing);
  }
}

function resultText(ok: string, err: string): string {
  if (err !== '_') return `result<${ok}, ${err}>`;
  return ok === '_' ? 'result' : `result<${ok}>`;
}

/** A plain identifier; readers name forms that have none, such as `fn()`, by their text. */
function isName(name: string): boolean {
  return /^(r#)?[\p{L}_][\p{L}\p{N}_]*$/u.test(name);
}

function usedName(name: string, type: Type, { dialect, language, findings, used }: TypeWriting): string {
  const isContainer = language === 'rust' && (dialect === 'k4' || containersBeforeK4.has(name));
  const lacking = isContainer ? containers[name] : undefined;
  if (lacking) {
    findings.errors.push({ text: `\`${type.text}\` has no WIT form: ${lacking}.`, at: type.at });
    return '?';
  }
  const fault = nameFault('Type', name);
  if (fault) findings.errors.push({ text: fault, at: type.at });
  const kebab = kebabCase(name, dialect);
  if (!used.has(kebab)) used.set(kebab, type);
  return kebab;
}

function refused(type: Type, { language, findings }: TypeWriting): string {
  const text = `\`${type.text}\` has no WIT form. ${language === 'rust' ? rustMend(type) : typeScriptMend(type)}`;
  findings.errors.push({ text, at: type.at });
  return '?';
}

function rustMend(type: Type): string {
  if (type.kind === 'array') return 'Use `Vec<T>`.';
  if (type.kind === 'foreign' && type.text.startsWith('(')) return 'Take the parentheses away.';
  return 'Use a struct or enum of the app, or a plain type.';
}

function typeScriptMend(type: Type): string {
  switch (type.kind) {
    case 'map':
      return 'Use an array of pairs: `[K, V][]`.';
    case 'set':
      return 'Use an array.';
    case 'integer':
      return 'Use `u64` or `s64` of the SDK.';
    default:
      return 'Use an interface, a union or a plain type.';
  }
}
