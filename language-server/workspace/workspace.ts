import * as path from 'node:path';
import type { App } from '../../hyperapp/model/app.ts';
import type { Files } from '../../hyperapp/project/files.ts';
import { findApps } from '../../hyperapp/project/find.ts';
import { type AppReader, createAppReader } from '../../hyperapp/project/reader.ts';
import type { RustParser } from '../../hyperapp/rust/parser.ts';
import { checkApp, type Report } from '../rules/check.ts';
import { readSettings, type Settings } from './settings.ts';

/** The apps of the open folders, as they are now; checked again only where something changed. */
export interface Workspace {
  setFolders(folders: readonly string[]): void;
  setSettings(settings: Settings): void;
  /** A document was edited, or a file on disk was made, changed or removed. */
  changed(file: string): void;
  /** A document of a folder that is not open belongs to an app too. */
  opened(file: string): void;
  apps(): readonly App[];
  appOf(file: string): App | undefined;
  /** Every report by file; files that were read and have none are there with an empty list. */
  reports(): ReadonlyMap<string, readonly Report[]>;
  reportsOf(file: string): readonly Report[];
  dispose(): void;
}

interface Checked {
  readonly app: App;
  /** Those that were asked about its requests, as they were. */
  readonly neighbours: readonly App[];
  readonly reports: readonly Report[];
}

export function createWorkspace(files: Files, parser: RustParser): Workspace {
  let folders: readonly string[] = [];
  let settings = readSettings(undefined);
  let roots: Set<string> | undefined;
  const outside = new Set<string>();
  let reader: AppReader = newReader();
  const checked = new Map<string, Checked>();

  function newReader(): AppReader {
    return createAppReader({ files, parser, generation: () => settings.generation });
  }

  function knownRoots(): ReadonlySet<string> {
    roots ??= new Set([...folders.flatMap((folder) => findApps(files, folder)), ...outside]);
    return roots;
  }

  function check(root: string): Checked {
    const known = checked.get(root);
    if (known && (known.neighbours.length === 0 || sameApps(known.neighbours, otherApps(root)))) return known;
    const app = reader.read(root);
    const neighbours = asksOthers(app) ? otherApps(root) : [];
    const fresh = { app, neighbours, reports: checkApp(app, settings.rules, neighbours) };
    checked.set(root, fresh);
    return fresh;
  }

  function otherApps(root: string): App[] {
    return [...knownRoots()].filter((other) => other !== root).map((other) => reader.read(other));
  }

  /** The innermost app that a file lies in. */
  function rootOf(file: string): string | undefined {
    let best: string | undefined;
    for (const root of knownRoots()) {
      if (file.startsWith(root + path.sep) && root.length > (best?.length ?? 0)) best = root;
    }
    return best;
  }

  return {
    setFolders(given) {
      folders = given;
      roots = undefined;
      checked.clear();
    },
    setSettings(given) {
      const isOther = given.generation !== settings.generation;
      settings = given;
      checked.clear();
      if (!isOther) return;
      // What was read depends on it, through and through.
      reader.dispose();
      reader = newReader();
    },
    changed(file) {
      if (path.basename(file) === 'metadata.json') roots = undefined;
      reader.changed(file);
      for (const root of checked.keys()) if (file.startsWith(root + path.sep)) checked.delete(root);
    },
    opened(file) {
      if (rootOf(file) !== undefined) return;
      const root = enclosingApp(files, file);
      if (!root) return;
      outside.add(root);
      roots = undefined;
    },
    apps: () => [...knownRoots()].map((root) => check(root).app),
    appOf(file) {
      const root = rootOf(file);
      return root === undefined ? undefined : check(root).app;
    },
    reports() {
      const all = new Map<string, Report[]>();
      for (const root of knownRoots()) {
        const { app, reports } = check(root);
        for (const file of app.files) if (!all.has(file)) all.set(file, []);
        for (const report of reports) all.set(report.at.file, [...(all.get(report.at.file) ?? []), report]);
      }
      return all;
    },
    reportsOf(file) {
      const root = rootOf(file);
      return root === undefined ? [] : check(root).reports.filter(({ at }) => at.file === file);
    },
    dispose: () => reader.dispose(),
  };
}

/** The nearest folder above a file that is an app's. */
function enclosingApp(files: Files, file: string): string | undefined {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const hasMetadata = files.list(folder).some(({ name, isFolder }) => !isFolder && name === 'metadata.json');
    if (hasMetadata && findApps(files, folder).includes(folder)) return folder;
    if (path.dirname(folder) === folder) return undefined;
  }
}

/** Only an app that sends to others, or calls their stubs, is checked again when they change. */
function asksOthers({ crates, packageId }: App): boolean {
  return crates.some(
    ({ traffic }) =>
      traffic.stubCalls.length > 0 ||
      traffic.requests.some(({ target }) => target?.process && !target.process.endsWith(`:${packageId}`)),
  );
}

function sameApps(a: readonly App[], b: readonly App[]): boolean {
  return a.length === b.length && a.every((app, index) => app === b[index]);
}
