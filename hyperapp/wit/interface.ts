import type { AppProcess, Handler, HandlerKind } from '../model/app.ts';
import { collectDefinitions } from './definitions.ts';
import type { Dialect } from './dialect.ts';
import type { ListFolder } from './directory-order.ts';
import { createFindings, type Findings } from './findings.ts';
import { interfaceName, isLegalName, nameFault, witIdentifier } from './name.ts';
import { orderDefinitions } from './order.ts';
import { type RecordKind, signatureText } from './signature.ts';
import type { TypeWriting } from './type-text.ts';

/** A process's interface file (wit-generation.md §4). */
export interface Interface {
  /** Kebab name, as in the file's name. */
  readonly name: string;
  /** The name as an `import` has it: a keyword is escaped. */
  readonly identifier: string;
  readonly world: string;
  /** The file; undefined if no handler has a record: kit then writes the world without it. */
  readonly text: string | undefined;
}

const recordKinds: readonly RecordKind[] = ['remote', 'local', 'http'];
/** The other kinds that a dialect knows; a handler with one of these has no record, whatever else it is. */
const silentKinds: Readonly<Record<Dialect, readonly HandlerKind[]>> = {
  k1: ['init'],
  k2: ['init', 'ws'],
  k3: ['init', 'ws', 'ws_client', 'eth'],
  k4: ['init', 'ws', 'ws_client', 'eth'],
};

const jsonAlias =
  '// Arbitrary JSON value; encoded as string for WIT 1.0 (TS: unknown, Rust: serde_json::Value)\ntype value = string;';

/** The interface of a process in a dialect; after errors it is not to be used. */
export function writeInterface(
  process: AppProcess,
  world: string,
  dialect: Dialect,
  list: ListFolder,
): Interface & { readonly findings: Findings } {
  const findings = createFindings();
  const setting = { dialect, language: process.language };
  const writing: TypeWriting = { ...setting, findings, used: new Map() };
  const name = interfaceName(process.block.stateName, dialect);
  checkNames(process, name, world, writing);
  const records = process.handlers
    .flatMap((handler) => recordsOf(handler, writing))
    .map(indented)
    .sort();
  const definitions = collectDefinitions({ process, setting, direct: writing.used, findings, list });
  const parts = orderDefinitions(definitions, dialect).map(indented);
  const used = new Set([...writing.used.keys(), ...[...definitions.values()].flatMap((one) => [...one.used.keys()])]);
  if (dialect === 'k4' && used.has('value') && !definitions.has('value')) parts.unshift(indented(jsonAlias));
  const sections = [parts, records].map((section) => section.join('\n\n')).filter((section) => section !== '');
  const isEmpty = records.length === 0 && definitions.size === 0;
  // With no definitions kit still leaves their line, and so one empty line, before the records.
  const identifier = witIdentifier(name, dialect);
  const text = `interface ${identifier} {\nuse standard.{address};\n\n${sections.join('\n\n')}\n}\n`;
  return { name, identifier, world, text: isEmpty ? undefined : text, findings };
}

function recordsOf(handler: Handler, writing: TypeWriting): string[] {
  const fault = nameFault('Function', handler.name);
  if (fault) writing.findings.errors.push({ text: fault, at: handler.at });
  const silent = silentKinds[writing.dialect];
  if (handler.kinds.some((kind) => silent.includes(kind))) return [];
  return recordKinds
    .filter((kind) => handler.kinds.includes(kind))
    .map((kind) => signatureText(handler, kind, writing));
}

function checkNames({ block, handlers }: AppProcess, name: string, world: string, writing: TypeWriting): void {
  const { errors, warnings } = writing.findings;
  const fault = nameFault('Interface', block.stateName);
  if (fault) errors.push({ text: fault, at: block.attribute });
  if (!isLegalName(name)) {
    const text = `\`${block.stateName}\` gives the interface the name \`${name}\`, which WIT does not allow. Rename the state.`;
    warnings.push({ text, at: block.attribute });
  }
  if (!isLegalName(world)) {
    const text = `\`${world}\` is no legal name of a WIT world: words of small letters and digits that begin with a letter, joined by \`-\`.`;
    warnings.push({ text, at: block.attribute });
  }
  for (const { name: method, at } of block.plainMethods) {
    const text = `\`${method}\` has no handler attribute, and kit stops at such a method in the macro's block. Move it to an \`impl\` of its own.`;
    errors.push({ text, at });
  }
  const known: readonly HandlerKind[] = [...recordKinds, ...silentKinds[writing.dialect]];
  for (const { name: method, kinds, at } of handlers) {
    if (known.some((kind) => kinds.includes(kind))) continue;
    const text = `\`${method}\` is a \`#[${kinds[0]}]\` handler, which kit of this generation does not know. Build with a newer kit, or leave it out.`;
    errors.push({ text, at });
  }
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}
