import * as path from 'node:path';
import type { App, AppProcess, FrontEnd, Generation, Ignore } from '../model/app.ts';
import type { Documents } from '../model/document.ts';
import type { AppCrate } from '../model/traffic.ts';
import { readCrate } from '../rust/cargo.ts';
import type { RustParser } from '../rust/parser.ts';
import { readRustProcess } from '../rust/process.ts';
import { joinTraffic } from '../rust/traffic/read.ts';
import { joinBrowserCode } from '../typescript/front-end/browser.ts';
import { linkFrontEnd } from '../typescript/front-end/link.ts';
import { readTypeScriptProcess } from '../typescript/process.ts';
import { documentReader } from './documents.ts';
import { type FactsReader, factsReader } from './facts.ts';
import { type Files, filesBelow } from './files.ts';
import { isBackendText, type Layout, layoutOf } from './layout.ts';
import { dependenciesOf, manifestEntries, packageIdOf } from './metadata.ts';
import { worldsOf } from './world.ts';

export interface AppReader {
  /** The app in a folder with metadata.json, as its files are now. Read again only where `changed` said so. */
  read(root: string): App;
  /** A file was edited, made or removed. */
  changed(file: string): void;
  /** Frees the syntax trees. */
  dispose(): void;
}

export interface AppReaderOptions {
  readonly files: Files;
  readonly parser: RustParser;
  /** The setting that overrides the generation found (hyperapp.md §1.1, step 4). */
  readonly generation?: (() => Generation | undefined) | undefined;
}

interface Cached {
  documents: Documents | undefined;
  layout: CachedLayout | undefined;
  app: App | undefined;
}

interface CachedLayout extends Layout {
  readonly sources: ReadonlyMap<string, readonly string[]>;
  readonly known: ReadonlySet<string>;
}

const isFrontEndSource = (name: string) =>
  /\.([cm]?[jt]sx?|vue|svelte|html)$/.test(name) && !/\.d\.[cm]?ts$/.test(name) && name !== 'caller-utils.ts';
const isSource = (name: string) => name.endsWith('.rs') || isFrontEndSource(name);

/** Reads apps and keeps what was read, a file at a time, so that one keystroke costs one file. */
export function createAppReader({ files, parser, generation }: AppReaderOptions): AppReader {
  const facts = factsReader(files, parser);
  const documents = documentReader(files);
  const cache = new Map<string, Cached>();
  return {
    read(root) {
      let cached = cache.get(root);
      if (!cached) {
        cached = { layout: undefined, documents: undefined, app: undefined };
        cache.set(root, cached);
      }
      cached.layout ??= readLayout(files, root);
      cached.documents ??= documents.read(root, cached.layout);
      cached.app ??= readApp({
        root,
        files,
        facts,
        documents: cached.documents,
        layout: cached.layout,
        override: generation?.(),
      });
      return cached.app;
    },
    changed(file) {
      const wasBackend = facts.textOf(file) !== undefined && isBackendText(facts.textOf(file) ?? '');
      facts.changed(file);
      for (const [root, cached] of cache) {
        if (!file.startsWith(root + path.sep)) continue;
        cached.app = undefined;
        const text = files.read(file);
        const isKnown = cached.layout?.known.has(file) ?? false;
        const isWanted = text !== undefined && isSource(path.basename(file));
        if (!isSource(path.basename(file)) || file.endsWith('.html')) cached.documents = undefined;
        const isOther = !isSource(path.basename(file)) && !isKnown;
        if (isOther || isKnown !== isWanted || (isWanted && isBackendText(text) !== wasBackend))
          cached.layout = undefined;
      }
    },
    dispose: () => facts.dispose(),
  };
}

function readLayout(files: Files, root: string): CachedLayout {
  const layout = layoutOf(files, root);
  const sources = new Map<string, readonly string[]>();
  for (const folder of layout.rust) {
    sources.set(
      folder,
      // A module may be called `build` or `target`: below src/ nothing is made by tools.
      filesBelow(files, path.join(folder, 'src'), (name) => name.endsWith('.rs'), new Set()),
    );
  }
  for (const backend of layout.typescript) sources.set(backend.folder, backend.files);
  for (const folder of layout.frontEnds) sources.set(folder, filesBelow(files, folder, isFrontEndSource));
  return { ...layout, sources, known: new Set([...sources.values()].flat()) };
}

interface Reading {
  readonly root: string;
  readonly files: Files;
  readonly facts: FactsReader;
  readonly documents: Documents;
  readonly layout: CachedLayout;
  readonly override: Generation | undefined;
}

function readApp(reading: Reading): App {
  const { root, files, layout } = reading;
  const processes: AppProcess[] = [];
  const unread: App['unread'][number][] = [];
  const plainProcesses: string[] = [];
  const ignores: Ignore[] = [];
  const crates: AppCrate[] = [];
  const witBindings: App['witBindings'][number][] = [];
  const nameOf = processNames(files, root);
  for (const folder of layout.rust) {
    const { process, isBroken, found, bindings, traffic } = rustProcess(folder, nameOf(folder), reading);
    ignores.push(...found);
    witBindings.push(...bindings);
    crates.push({ folder, name: nameOf(folder), isFramework: process !== undefined, traffic });
    if (process) processes.push(process);
    else if (isBroken)
      unread.push({ folder, reason: 'src/lib.rs does not parse, and it never did since it was opened.' });
    else plainProcesses.push(folder);
  }
  for (const { folder, files: sources } of layout.typescript) {
    const read = sources.map((file) => reading.facts.backend(file)).filter((file) => file !== undefined);
    ignores.push(...read.flatMap((file) => file.ignores));
    const process = readTypeScriptProcess({ name: nameOf(folder), folder, files: read });
    if (process) processes.push(process);
    else unread.push({ folder, reason: 'No class stands under @hyperapp.' });
  }
  const frontEnds = layout.frontEnds.map((folder): FrontEnd => {
    const sources = layout.sources.get(folder) ?? [];
    const read = sources.map((file) => reading.facts.frontEnd(file)).filter((file) => file !== undefined);
    ignores.push(...read.flatMap((file) => file.ignores));
    const code = joinBrowserCode(read.map(({ browser }) => browser));
    return { folder, processes: processesOf(folder, processes), ...linkFrontEnd(folder, read), ...code };
  });
  return {
    root,
    packageId: packageIdOf(files.read(path.join(root, 'metadata.json')) ?? '') ?? path.basename(root),
    processes,
    unread,
    plainProcesses,
    ui: layout.frontEnds[0],
    frontEnds,
    ignores,
    witWorlds: worldsOf(files, path.join(root, 'api')),
    witBindings,
    dependencies: dependenciesOf(files.read(path.join(root, 'metadata.json')) ?? ''),
    crates,
    documents: reading.documents,
    files: [...layout.known],
  };
}

function rustProcess(folder: string, name: string, { root, files, facts, layout, override }: Reading) {
  const read = (layout.sources.get(folder) ?? []).flatMap((file) => facts.rust(file) ?? []);
  const cargo = files.read(path.join(folder, 'Cargo.toml'));
  const workspace = files.read(path.join(root, 'Cargo.toml'));
  const crate = cargo === undefined ? undefined : readCrate(cargo, workspace);
  return {
    process: readRustProcess({ name, folder, crate, files: read, textOf: facts.textOf, override }),
    isBroken: read.some(({ broken }) => broken.length > 0),
    found: read.flatMap(({ ignores }) => ignores),
    bindings: read.flatMap(({ code }) => code.witBindings),
    traffic: joinTraffic(read.map((file) => file.traffic)),
  };
}

/** Names from pkg/manifest.json where its wasm is the folder's (kit names the file after the folder, with `-`). */
function processNames(files: Files, root: string): (folder: string) => string {
  const entries = manifestEntries(files.read(path.join(root, 'pkg/manifest.json')) ?? '');
  return (folder) => {
    const base = path.basename(folder);
    return entries.find(({ wasmName }) => wasmName === base.replaceAll('_', '-'))?.processName ?? base;
  };
}

/** A process that names a front end's folder as its `ui_path` is the one it talks to. */
function processesOf(folder: string, processes: readonly AppProcess[]): string[] {
  const text = `"${path.basename(folder)}"`;
  return processes
    .filter(({ block }) => block.arguments.some((argument) => argument.key === 'ui_path' && argument.text === text))
    .map(({ name }) => name);
}
