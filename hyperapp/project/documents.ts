import * as path from 'node:path';
import type { Documents } from '../model/document.ts';
import { readCargoDocument } from '../rust/cargo-document.ts';
import { type Files, passedOver } from './files.ts';
import { readGenerated } from './generated.ts';
import { readJsonDocument } from './json-document.ts';
import type { Layout } from './layout.ts';
import { readPage } from './page.ts';

/** Reads an app's documents; one whose text is as before is not read again. */
export interface DocumentReader {
  read(root: string, layout: Layout): Documents;
}

export function documentReader(files: Files): DocumentReader {
  const known = new Map<string, { readonly text: string; readonly document: unknown }>();
  const reading =
    <T>(read: (file: string, text: string) => T) =>
    (file: string): T | undefined => {
      const text = files.read(file);
      if (text === undefined) return undefined;
      const before = known.get(file);
      if (before?.text === text) return before.document as T;
      const document = read(file, text);
      known.set(file, { text, document });
      return document;
    };
  const json = reading(readJsonDocument);
  const cargo = reading(readCargoDocument);
  const page = reading(readPage);
  return {
    read(root, layout) {
      const crates = layout.rust.flatMap((folder) => {
        const document = cargo(path.join(folder, 'Cargo.toml'));
        return document ? [[folder, document] as const] : [];
      });
      const uiRoots = layout.frontEnds.length > 0 ? layout.frontEnds : [path.join(root, 'pkg/ui')];
      return {
        metadata: json(path.join(root, 'metadata.json')),
        manifest: json(path.join(root, 'pkg/manifest.json')),
        packaged: files
          .list(path.join(root, 'pkg'))
          .filter(({ isFolder }) => !isFolder)
          .map(({ name }) => name),
        pages: uiRoots.flatMap((folder) => page(path.join(folder, 'index.html')) ?? []),
        workspace: cargo(path.join(root, 'Cargo.toml')),
        crates: new Map(crates),
        buildFolders: buildFolders(files, root, layout),
        generated: readGenerated(files, root),
      };
    },
  };
}

/** A folder gives a wasm if it has `src/lib.rs`, `src/lib.py` or `src/lib.js` (packages.md §1), or is our own backend. */
function buildFolders(files: Files, root: string, layout: Layout): string[] {
  const own = new Set(layout.typescript.map(({ folder }) => path.basename(folder)));
  return files
    .list(root)
    .filter(({ name, isFolder }) => isFolder && !name.startsWith('.') && !passedOver.has(name))
    .map(({ name }) => name)
    .filter(
      (name) =>
        own.has(name) ||
        files
          .list(path.join(root, name, 'src'))
          .some((entry) => /^lib\.(rs|py|js|ts)$/.test(entry.name) && !entry.isFolder),
    );
}
