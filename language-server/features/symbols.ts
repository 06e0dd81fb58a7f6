import { type CancellationToken, type DocumentSymbol, SymbolKind, type WorkspaceSymbol } from 'vscode-languageserver';
import type { App, TypeDefinition } from '../../hyperapp/model/app.ts';
import { comparePositions, contains, type Location } from '../../hyperapp/model/position.ts';
import { isCancelled, type Sources } from './sources.ts';

const typeKinds = { struct: SymbolKind.Struct, enum: SymbolKind.Enum, alias: SymbolKind.TypeParameter } as const;

/** The process with its handlers, and the types of a file. */
export function documentSymbols(file: string, sources: Sources): DocumentSymbol[] {
  const app = sources.appOf(file);
  if (!app) return [];
  const symbols: DocumentSymbol[] = [];
  for (const process of app.processes) {
    const handlers = process.handlers
      .filter(({ at, stale }) => at.file === file && !stale)
      .map(
        ({ name, kinds, wireName, at, whole }): DocumentSymbol => ({
          name,
          detail: `${kinds.join(', ')} · ${wireName}`,
          kind: SymbolKind.Method,
          range: whole.range,
          selectionRange: at.range,
        }),
      );
    const isHere = process.block.file === file;
    // An impl that does not hold its handlers (the attribute is on the struct) cannot be their parent.
    const within = isHere ? handlers.filter(({ range }) => contains(process.block.range, range)) : [];
    if (isHere) {
      symbols.push({
        name: process.name,
        detail: `process of ${app.packageId}`,
        kind: SymbolKind.Module,
        range: process.block.range,
        selectionRange: { start: process.block.range.start, end: process.block.range.start },
        children: within,
      });
    }
    symbols.push(...handlers.filter((handler) => !within.includes(handler)));
    for (const definition of process.definitions) {
      if (definition.at.file !== file || definition.stale || !contains(definition.whole.range, definition.at.range))
        continue;
      symbols.push(typeSymbol(definition));
    }
  }
  return symbols.sort((a, b) => comparePositions(a.range.start, b.range.start));
}

function typeSymbol(definition: TypeDefinition): DocumentSymbol {
  return {
    name: definition.name,
    detail: definition.kind,
    kind: typeKinds[definition.kind],
    range: definition.whole.range,
    selectionRange: definition.at.range,
  };
}

/** Handlers and types of every app whose name holds the letters of the query in their order; null if given up. */
export async function workspaceSymbols(
  query: string,
  sources: Sources,
  token: CancellationToken,
): Promise<WorkspaceSymbol[] | null> {
  const found: WorkspaceSymbol[] = [];
  for (const app of sources.apps()) {
    if (await isCancelled(token)) return null;
    found.push(...symbolsOf(app, query, sources));
  }
  return found;
}

function symbolsOf(app: App, query: string, sources: Sources): WorkspaceSymbol[] {
  const symbol = (name: string, kind: SymbolKind, at: Location, containerName: string): WorkspaceSymbol => ({
    name,
    kind,
    location: { uri: sources.uriFor(at.file), range: at.range },
    containerName,
  });
  return app.processes.flatMap((process) => {
    const container = `${process.name}:${app.packageId}`;
    const handlers = process.handlers
      .filter(({ name, wireName, stale }) => !stale && (holds(name, query) || holds(wireName, query)))
      .map(({ name, wireName, at }) =>
        symbol(wireName === name ? name : `${name} (${wireName})`, SymbolKind.Method, at, container),
      );
    const types = process.definitions
      .filter(({ name, stale }) => !stale && holds(name, query))
      .map(({ name, kind, at }) => symbol(name, typeKinds[kind], at, container));
    return [...handlers, ...types];
  });
}

function holds(name: string, query: string): boolean {
  const letters = name.toLowerCase();
  let from = 0;
  for (const letter of query.toLowerCase()) {
    from = letters.indexOf(letter, from) + 1;
    if (from === 0) return false;
  }
  return true;
}
