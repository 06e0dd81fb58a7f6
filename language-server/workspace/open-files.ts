import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { diskFiles, type Files } from '../../hyperapp/project/files.ts';
import { pathOf } from './file-uri.ts';

/** Open documents in front of the disk. */
export interface OpenFiles extends Files {
  open(uri: string, languageId: string, version: number, text: string): void;
  change(uri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): void;
  close(uri: string): void;
  document(file: string): TextDocument | undefined;
  /** Paths of all open documents. */
  paths(): readonly string[];
}

export function createOpenFiles(disk: Files = diskFiles): OpenFiles {
  const documents = new Map<string, TextDocument>();
  return {
    read: (file) => documents.get(file)?.getText() ?? disk.read(file),
    list: (folder) => disk.list(folder),
    saved: (file) => (documents.has(file) ? disk.read(file) : undefined),
    open(uri, languageId, version, text) {
      const file = pathOf(uri);
      if (file) documents.set(file, TextDocument.create(uri, languageId, version, text));
    },
    change(uri, version, changes) {
      const file = pathOf(uri);
      const document = file && documents.get(file);
      if (file && document) documents.set(file, TextDocument.update(document, [...changes], version));
    },
    close(uri) {
      const file = pathOf(uri);
      if (file) documents.delete(file);
    },
    document: (file) => documents.get(file),
    paths: () => [...documents.keys()],
  };
}
