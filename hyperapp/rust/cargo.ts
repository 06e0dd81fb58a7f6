import { parse } from 'smol-toml';
import type { Generation } from '../model/app.ts';
import type { Dependency } from '../model/crate.ts';

export type { Dependency } from '../model/crate.ts';

/** What a crate's Cargo.toml says of the framework. */
export interface Crate {
  readonly packageName: string | undefined;
  /** By name; a workspace's entry is merged in where the crate inherits it. */
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** `[package.metadata.component] package`. */
  readonly component: string | undefined;
}

/** Reads a Cargo.toml, with its workspace's for inherited dependencies. Text that is no TOML gives `undefined`. */
export function readCrate(text: string, workspaceText?: string): Crate | undefined {
  const crate = table(parseToml(text));
  if (!crate) return undefined;
  const shared = table(table(table(workspaceText && parseToml(workspaceText))?.['workspace'])?.['dependencies']);
  const dependencies = new Map<string, Dependency>();
  for (const [name, entry] of Object.entries(table(crate['dependencies']) ?? {})) {
    const own = table(entry);
    const inherited = own?.['workspace'] === true ? shared?.[name] : undefined;
    dependencies.set(name, dependencyOf(own && inherited !== undefined ? merge(inherited, own) : entry));
  }
  const packageTable = table(crate['package']);
  return {
    packageName: string(packageTable?.['name']),
    dependencies,
    component: string(table(table(packageTable?.['metadata'])?.['component'])?.['package']),
  };
}

function parseToml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // The person is typing; who asks gets "unknown" and decides by the sources (hyperapp.md §1.1, step 3).
    return undefined;
  }
}

type Table = Readonly<Record<string, unknown>>;

function table(value: unknown): Table | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : undefined;
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function features(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function merge(inherited: unknown, own: Table): Table {
  const base = table(inherited) ?? { version: inherited };
  return { ...base, ...own, features: [...features(base['features']), ...features(own['features'])] };
}

function dependencyOf(entry: unknown): Dependency {
  const own = table(entry) ?? { version: entry };
  return {
    version: string(own['version']),
    git: string(own['git']),
    rev: string(own['rev']),
    branch: string(own['branch']),
    features: features(own['features']),
  };
}

/** Revisions of `hyperprocess_macro`, hyperapp.md §1.1, step 2; all others are V1. */
const v2Revisions = ['9836e2a', '99b332f', 'b7e1034', 'a9117fb', 'af986b4', 'f1cd5bb', 'c0d0bb9'];
const v3aRevisions = ['c6f0d35', 'ed99c19', 'ac43744', '3f21349'];
const v2Branch = 'zhr/http-request-consolidation';

export interface FoundGeneration {
  readonly generation: Generation;
  readonly reason: string;
}

/** What the sources tell where Cargo.toml does not. */
export interface SourceSigns {
  readonly macro: 'hyperprocess' | 'hyperapp' | undefined;
  readonly hasLateAttribute: boolean;
}

/** The framework generation that a crate uses, and why, in the order of hyperapp.md §1.1. */
export function generationOf(crate: Crate | undefined, signs: SourceSigns): FoundGeneration {
  const macro = crate?.dependencies.get('hyperprocess_macro');
  if (crate?.dependencies.has('hyperapp_macro')) {
    return { generation: 'v3b', reason: 'Cargo.toml depends on hyperapp_macro.' };
  }
  if (macro) return fromMacro(crate as Crate, macro);
  if (signs.macro === 'hyperapp') {
    return { generation: 'v3b', reason: 'Cargo.toml names no macro; the attribute is called hyperapp.' };
  }
  if (signs.hasLateAttribute) {
    return { generation: 'v3a', reason: 'Cargo.toml names no macro; attributes of the third generation are used.' };
  }
  return { generation: 'v1', reason: 'Cargo.toml names no macro; the attribute is called hyperprocess.' };
}

function fromMacro(crate: Crate, macro: Dependency): FoundGeneration {
  if (crate.dependencies.get('hyperware_process_lib')?.features.includes('hyperapp')) {
    return {
      generation: 'v3a',
      reason: 'Cargo.toml has hyperprocess_macro and hyperware_process_lib with feature hyperapp.',
    };
  }
  if (!crate.dependencies.has('hyperware_app_common')) {
    return { generation: 'v1', reason: 'Cargo.toml has hyperprocess_macro alone.' };
  }
  const { rev } = macro;
  if (rev && v3aRevisions.some((known) => samePrefix(known, rev))) {
    return { generation: 'v3a', reason: `Cargo.toml pins hyperprocess_macro to ${rev}, of the third generation.` };
  }
  if ((rev && v2Revisions.some((known) => samePrefix(known, rev))) || macro.branch === v2Branch) {
    return {
      generation: 'v2',
      reason: `Cargo.toml pins hyperprocess_macro to ${rev ?? macro.branch}, of the second generation.`,
    };
  }
  const pin = rev ? ` at ${rev}` : '';
  return { generation: 'v1', reason: `Cargo.toml has hyperprocess_macro${pin} and hyperware_app_common.` };
}

/** Either may be the shorter. */
function samePrefix(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
