import * as path from 'node:path';
import type { App, AppProcess, Location } from '../model/app.ts';
import { type Dialect, dialectOf } from './dialect.ts';
import { inDirectoryOrder, type ListFolder, sorted } from './directory-order.ts';
import { createFindings, type Findings, type WitFinding } from './findings.ts';
import { type Interface, writeInterface } from './interface.ts';
import { interfaceName } from './name.ts';
import { type ApiFile, writeWorlds } from './world.ts';

export interface WitFile {
  /** Relative to the app, with `/`: `api/samchat.wit`. */
  readonly path: string;
  readonly text: string;
  /** Folder of the process whose interface it is, absolute; worlds have none. */
  readonly process?: string | undefined;
}

export interface Wit {
  /** What kit would write into `api/`; without the interfaces of processes that have errors. */
  readonly files: readonly WitFile[];
  /** What kit would stop at, or what nothing can be written for. */
  readonly errors: readonly WitFinding[];
  /** What kit passes over in silence, or writes although it is not legal. */
  readonly warnings: readonly WitFinding[];
}

export interface GenerateOptions {
  /** `api/` as it is, in the directory's order: worlds are merged into it. */
  readonly api?: readonly ApiFile[];
  /** The order in which kit would meet the names in a folder; sorted where nothing is said. */
  readonly list?: ListFolder;
}

/**
 * The WIT of an app, byte for byte what the kit of its generation writes into `api/` (wit-generation.md §1 to §6, §9).
 * TypeScript backends are written as kit's newest dialect would write the same handlers in Rust.
 */
export function generateWit(app: App, { api = [], list = sorted }: GenerateOptions = {}): Wit {
  const findings = createFindings();
  const interfaces: (Interface & { readonly process: string })[] = [];
  const processes = new Map(app.processes.map((process) => [process.folder, process]));
  for (const folder of inDirectoryOrder(app.root, [...processes.keys()], list)) {
    const process = processes.get(folder) as AppProcess;
    const dialect = dialectFor(process, api);
    const world = worldOf(app, process);
    const reason = reasonToPassOver(process, dialect);
    if (reason) findings.warnings.push({ text: reason, at: process.block.attribute });
    else if (world === undefined) findings.errors.push(noWorld(process));
    else {
      const { findings: found, ...written } = writeInterface(process, world, dialect, list);
      if (!process.complete) found.errors.push(doesNotParse(process.file));
      findings.errors.push(...found.errors);
      findings.warnings.push(...found.warnings);
      if (found.errors.length === 0) interfaces.push({ ...written, process: folder });
    }
  }
  for (const { folder, reason } of app.unread) findings.errors.push({ text: reason, at: startOf(folder) });
  const files = new Map<string, WitFile>();
  for (const { name, text, process } of interfaces) {
    if (text !== undefined) files.set(`${name}.wit`, { path: `api/${name}.wit`, text, process });
  }
  // kit writes no world if one process fails.
  if (findings.errors.length === 0) addWorlds(files, interfaces, api, findings);
  return {
    files: [...files.values()],
    errors: once(findings.errors),
    warnings: once(findings.warnings),
  };
}

function addWorlds(
  files: Map<string, WitFile>,
  interfaces: readonly Interface[],
  api: readonly ApiFile[],
  { errors, warnings }: Findings,
): void {
  const imported = interfaces.filter(({ name, text }) => name !== '' && text !== undefined);
  const wanted = {
    worlds: [...new Set(interfaces.map(({ world }) => world))],
    interfaces: [...new Set(imported.map(({ identifier }) => identifier))],
  };
  // Interfaces are written first, over what was there.
  const existing = api.filter(({ name }) => !files.has(name));
  const { files: worlds, errors: refused } = writeWorlds(wanted, existing);
  errors.push(...refused);
  const interfaceFiles = new Set(files.keys());
  for (const { name, text } of worlds) {
    if (interfaceFiles.has(name)) {
      const clash = `The world and the interface \`${name.replace(/\.wit$/, '')}\` have one name, and kit writes one over the other. Give the world another name.`;
      warnings.push({ text: clash });
    }
    files.set(name, { path: `api/${name}`, text });
  }
}

/** Rust says it in the attribute. A TypeScript backend may leave it to the custom (wit-generation.md §2). */
function worldOf(app: App, process: AppProcess): string | undefined {
  if (process.language === 'rust') return process.block.worldLiteral;
  const [name = '', publisher = ''] = app.packageId.split(':');
  return process.witWorld ?? `${name}-${publisher.replaceAll('.', '-dot-')}-v0`;
}

/** kit says nothing of folders that it does not take; a person wants to know. */
function reasonToPassOver(process: AppProcess, dialect: Dialect): string | undefined {
  if (process.language === 'typescript') return undefined;
  const folder = path.basename(process.folder);
  const { block } = process;
  if (process.component !== 'hyperware:process') {
    return `kit passes over ${folder}/: its Cargo.toml has no \`[package.metadata.component]\` with \`package = "hyperware:process"\`. Add it.`;
  }
  if (process.file !== path.join(process.folder, 'src', 'lib.rs')) {
    return `kit passes over ${folder}/: the macro stands in ${path.relative(process.folder, process.file)}, and kit reads src/lib.rs only. Move the block there.`;
  }
  if (block.carrier !== 'impl') {
    return `kit passes over ${folder}/: the macro stands on a type. Put it on the \`impl\` block with the handlers.`;
  }
  const macros = dialect === 'k4' ? ['hyperapp', 'hyperapp_macro::hyperapp'] : ['hyperprocess'];
  if (macros.includes(block.macroPath)) return undefined;
  return `kit passes over ${folder}/: it looks for \`#[${macros[0]}]\`, not for \`#[${block.macroPath}]\`. Write it so.`;
}

/**
 * The dialect that goes with the generation; where `api/` holds the interface as the kit of the first two generations
 * wrote it, that tells them apart (wit-generation.md §9, last paragraph).
 */
function dialectFor(process: AppProcess, api: readonly ApiFile[]): Dialect {
  const dialect = process.language === 'typescript' ? 'k4' : dialectOf(process.generation);
  if (dialect !== 'k1') return dialect;
  const name = `${interfaceName(process.block.stateName, dialect)}.wit`;
  return api.some((file) => file.name === name && file.text.includes('// HTTP: ')) ? 'k2' : dialect;
}

function noWorld({ block }: AppProcess): WitFinding {
  return {
    text: `The attribute names no \`wit_world\`. Add one, such as \`wit_world = "my-app-my-name-dot-os-v0"\`.`,
    at: block.attribute,
  };
}

function doesNotParse(file: string): WitFinding {
  const text = 'The sources do not parse, so what they say is known in part only. Mend the syntax first.';
  return { text, at: startOf(file) };
}

function startOf(file: string): Location {
  const start = { line: 0, character: 0 };
  return { file, range: { start, end: start } };
}

/** A handler of two kinds, or a type that two handlers reach, says the same twice. */
function once(findings: readonly WitFinding[]): WitFinding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
