import type { Tree } from 'web-tree-sitter';
import * as rust from '../rust/file.ts';
import type { RustParser } from '../rust/parser.ts';
import * as backend from '../typescript/backend-file.ts';
import { type FrontEndFile, readFrontEndFile } from '../typescript/front-end/file.ts';
import { parseSource, type Source } from '../typescript/source.ts';
import type { Files } from './files.ts';

/** The facts of single files, kept until the file changes. Files that are gone give undefined. */
export interface FactsReader {
  rust(file: string): rust.RustFile | undefined;
  backend(file: string): backend.BackendFile | undefined;
  frontEnd(file: string): FrontEndFile | undefined;
  /** The text as it was last read. */
  textOf(file: string): string | undefined;
  changed(file: string): void;
  dispose(): void;
}

interface Entry {
  text: string;
  isFresh: boolean;
  /** Syntax trees are kept for files that were edited, so that the next edit costs little; the others need none. */
  isEdited: boolean;
  rustTree?: Tree | undefined;
  source?: Source | undefined;
  rust?: rust.RustFile | undefined;
  lastGoodRust?: rust.RustFile | undefined;
  backend?: backend.BackendFile | undefined;
  lastGoodBackend?: backend.BackendFile | undefined;
  frontEnd?: FrontEndFile | undefined;
}

export function factsReader(files: Files, parser: RustParser): FactsReader {
  const entries = new Map<string, Entry>();

  /** The entry with the file's text as it is now, or undefined if the file is gone. */
  const entryOf = (file: string): { entry: Entry; before: string | undefined } | undefined => {
    const known = entries.get(file);
    if (known?.isFresh) return { entry: known, before: undefined };
    const text = files.read(file);
    if (text === undefined) {
      known?.rustTree?.delete();
      entries.delete(file);
      return undefined;
    }
    if (!known) {
      const entry: Entry = { text, isFresh: true, isEdited: false };
      entries.set(file, entry);
      return { entry, before: undefined };
    }
    const before = known.text;
    known.isFresh = true;
    if (before === text) return { entry: known, before: undefined };
    Object.assign(known, { text, rust: undefined, backend: undefined, frontEnd: undefined });
    return { entry: known, before };
  };

  const sourceOf = (file: string, entry: Entry): Source => {
    const source = parseSource(file, entry.text, entry.source);
    entry.source = entry.isEdited ? source : undefined;
    return source;
  };

  return {
    rust(file) {
      const found = entryOf(file);
      if (!found) return undefined;
      const { entry, before } = found;
      if (entry.rust) return entry.rust;
      const earlier = entry.rustTree && before !== undefined ? { text: before, tree: entry.rustTree } : undefined;
      const tree = parser.parse(entry.text, earlier);
      entry.rustTree?.delete();
      const fresh = rust.readRustFile(file, entry.text, tree);
      entry.rustTree = entry.isEdited ? tree : undefined;
      if (!entry.isEdited) tree.delete();
      entry.rust = rust.withLastGood(fresh, entry.lastGoodRust);
      if (rust.isWhole(fresh)) entry.lastGoodRust = fresh;
      return entry.rust;
    },
    backend(file) {
      const entry = entryOf(file)?.entry;
      if (!entry || entry.backend) return entry?.backend;
      const fresh = backend.readBackendFile(sourceOf(file, entry));
      entry.backend = backend.withLastGood(fresh, entry.lastGoodBackend);
      if (!fresh.isBroken) entry.lastGoodBackend = fresh;
      return entry.backend;
    },
    frontEnd(file) {
      const entry = entryOf(file)?.entry;
      if (!entry || entry.frontEnd) return entry?.frontEnd;
      entry.frontEnd = readFrontEndFile(sourceOf(file, entry));
      return entry.frontEnd;
    },
    textOf: (file) => entries.get(file)?.text,
    changed(file) {
      const entry = entries.get(file);
      if (!entry) return;
      entry.isFresh = false;
      entry.isEdited = true;
    },
    dispose() {
      for (const { rustTree } of entries.values()) rustTree?.delete();
      entries.clear();
    },
  };
}
