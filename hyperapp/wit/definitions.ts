import type { AppProcess, Type, TypeDefinition } from '../model/app.ts';
import { type DefinitionText, definitionText } from './definition-text.ts';
import { inDirectoryOrder, type ListFolder } from './directory-order.ts';
import type { Findings } from './findings.ts';
import type { WitSetting } from './form.ts';
import { isKeyword, kebabCase } from './name.ts';
import type { UsedTypes } from './type-text.ts';

/** The definitions of an interface by kebab name; each has a text. */
export type Definitions = ReadonlyMap<string, DefinitionText>;

export interface Collecting {
  readonly process: AppProcess;
  readonly setting: WitSetting;
  /** Types that signatures name. */
  readonly direct: UsedTypes;
  readonly findings: Findings;
  readonly list: ListFolder;
}

const builtIn = new Set('s8 u8 s16 u16 s32 u32 s64 u64 f32 f64 bool char string address'.split(' '));

/**
 * The definitions that an interface needs, as the dialect finds them (wit-generation.md §5 "Found", §9). Types that are
 * not found, and faults in those that are, go to the findings.
 */
export function collectDefinitions(collecting: Collecting): Definitions {
  const { dialect } = collecting.setting;
  if (dialect === 'k3') return wholeCrate(collecting);
  return followed(collecting, dialect === 'k4' ? everyName : dialect === 'k2' ? namesOneLevelDown : namesOutside);
}

/** How a dialect finds further types in a definition. */
type NextNames = (definition: DefinitionText) => Iterable<string>;

const everyName: NextNames = ({ used }) => used.keys();

/** K1 sees a type that is a field's whole type. */
const namesOutside: NextNames = ({ parts }) => parts.filter((part) => !part.includes('<'));

/** K2 also sees what stands right within one container; it cuts the text at commas, so deeper ones stay hidden. */
const namesOneLevelDown: NextNames = ({ parts }) =>
  parts.flatMap((part) => {
    const inner = /<(.*)>/s.exec(part)?.[1];
    if (inner === undefined) return [part];
    return inner
      .split(',')
      .map((piece) => piece.trim())
      .filter((piece) => !/[<>]/.test(piece));
  });

/** K1, K2 and K4 look for each type that they have met; one that is used and not found stops them. */
function followed({ process, setting, direct, findings, list }: Collecting, next: NextNames): Definitions {
  const collected = new Map<string, DefinitionText>();
  const used: UsedTypes = new Map(direct);
  const candidates = definitionsByName(process, setting, list);
  const queue = [...direct.keys()].sort();
  const seen = new Set<string>();
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (builtIn.has(name) || name === '_' || seen.has(name)) continue;
    seen.add(name);
    const definition = candidates.get(name);
    if (!definition) continue;
    const found = definitionText(definition, setting);
    add(findings, found.findings);
    for (const [kebab, type] of found.used) if (!used.has(kebab)) used.set(kebab, type);
    // What is wrong with a faulty one was said where it stands.
    collected.set(name, found);
    queue.push(...[...next(found)].sort());
  }
  for (const [name, type] of used) {
    if (builtIn.has(name) || collected.has(name)) continue;
    if (setting.dialect === 'k4' && name === 'value') continue;
    findings.errors.push(unknownType(type, candidates.has(name), setting));
  }
  warnKeywords(used, findings);
  warnCircles(collected, findings);
  return collected;
}

/** K3 reads every type of the crate; what a text mentions comes along, and only signatures are checked. */
function wholeCrate({ process, setting, direct, findings, list }: Collecting): Definitions {
  const all = new Map<string, DefinitionText>();
  // The last of two with one name stays.
  for (const definition of definitionsOf(process, list)) {
    const written = definitionText(definition, setting);
    if (written.text !== undefined || !all.has(written.kebab)) all.set(written.kebab, written);
  }
  const collected = new Map<string, DefinitionText>();
  const queue = [...direct.keys()].filter((name) => !builtIn.has(name));
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const written = all.get(name);
    if (collected.has(name) || written?.text === undefined) continue;
    collected.set(name, written);
    findings.warnings.push(...written.findings.warnings);
    for (const other of all.keys()) if (other !== name && written.text.includes(other)) queue.push(other);
    for (const [kebab, type] of written.used) {
      if (builtIn.has(kebab) || all.get(kebab)?.text !== undefined) continue;
      const { text, at } = unknownType(type, false, setting);
      findings.warnings.push({ text: `${text} kit writes the WIT all the same; it is not legal.`, at });
    }
  }
  for (const [name, type] of direct) {
    if (builtIn.has(name) || collected.has(name)) continue;
    const { errors } = all.get(name)?.findings ?? { errors: [] };
    findings.errors.push(...(errors.length > 0 ? errors : [unknownType(type, all.has(name), setting)]));
  }
  warnKeywords(direct, findings);
  warnCircles(collected, findings);
  return collected;
}

/** Definitions in the order in which kit meets them; names with `__` it never finds. */
function definitionsOf(process: AppProcess, list: ListFolder): TypeDefinition[] {
  const wanted = process.definitions.filter(({ name }) => !name.includes('__'));
  if (process.language === 'typescript') return wanted;
  const files = inDirectoryOrder(process.folder, [...new Set(wanted.map(({ at }) => at.file))], list);
  return files.flatMap((file) => wanted.filter(({ at }) => at.file === file));
}

function definitionsByName(process: AppProcess, { dialect }: WitSetting, list: ListFolder) {
  const byName = new Map<string, TypeDefinition>();
  for (const definition of definitionsOf(process, list)) {
    if (dialect !== 'k4' && definition.kind === 'alias') continue;
    const kebab = kebabCase(definition.name, dialect);
    if (!byName.has(kebab)) byName.set(kebab, definition);
  }
  return byName;
}

function unknownType(type: Type, isDefined: boolean, { dialect, language }: WitSetting) {
  const name = `\`${type.text}\``;
  if (isDefined) {
    // Only K1 and K2 overlook a type that is there.
    const text = `${name} stands inside another type, where kit of this generation does not look for it. Name it in the signature of some handler too.`;
    return { text, at: type.at };
  }
  if (type.kind === 'reference' || (type.kind === 'foreign' && type.name === 'str')) {
    return { text: `${name} has no WIT form. Use \`String\`.`, at: type.at };
  }
  if (type.kind === 'foreign' && type.element) {
    const text = `${name} has no WIT form: kit does not look into it. Use \`${type.element.text}\` itself.`;
    return { text, at: type.at };
  }
  if (type.kind === 'map') {
    const text = `${name} has no WIT form. Use \`Vec<(K, V)>\`, or a \`String\` that holds JSON.`;
    return { text, at: type.at };
  }
  if (type.kind === 'set') return { text: `${name} has no WIT form. Use \`Vec<T>\`.`, at: type.at };
  if (type.kind === 'json') return { text: `${name} has no WIT form. Use a \`String\` that holds JSON.`, at: type.at };
  if (type.kind === 'integer') return { text: `${name} has no WIT form. Use \`u64\` or \`i64\`.`, at: type.at };
  if (language === 'typescript') {
    const text = `${name} is no type that the backend's files define. Define it there, or use one of the SDK's.`;
    return { text, at: type.at };
  }
  const what = dialect === 'k4' ? 'a struct, an enum or a type alias' : 'a struct or an enum';
  const text = `${name} is not known to kit: it finds ${what} at the top level of the app's own files below src/. Define it there.`;
  return { text, at: type.at };
}

function warnKeywords(used: UsedTypes, findings: Findings): void {
  for (const [kebab, type] of used) {
    if (!isKeyword(kebab) || builtIn.has(kebab)) continue;
    const text = `\`${type.text}\` becomes \`${kebab}\`, a keyword of WIT that kit does not escape where a type is used: the WIT is not legal. Rename the type.`;
    findings.warnings.push({ text, at: type.at });
  }
}

/** WIT has no recursion: a type that comes back to itself is written, and refused when the WIT is read. */
function warnCircles(definitions: Definitions, findings: Findings): void {
  for (const [name, { definition }] of definitions) {
    const reached = new Set<string>();
    const queue = [name];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      for (const kebab of definitions.get(next)?.used.keys() ?? []) {
        if (reached.has(kebab)) continue;
        reached.add(kebab);
        queue.push(kebab);
      }
    }
    if (!reached.has(name)) continue;
    const text = `\`${definition.name}\` contains itself, which WIT does not allow. Refer to its parts by an id, or keep it as a \`String\` of JSON.`;
    findings.warnings.push({ text, at: definition.at });
  }
}

function add(findings: Findings, more: Findings): void {
  findings.errors.push(...more.errors);
  findings.warnings.push(...more.warnings);
}
