import {
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  LSPErrorCodes,
  ResponseError,
  type ServerCapabilities,
} from 'vscode-languageserver';
import type { Position } from '../../hyperapp/model/position.ts';
import { pathOf } from '../workspace/file-uri.ts';
import { codeLenses, lensCommands } from './code-lens.ts';
import { completionAt, triggerCharacters } from './completion.ts';
import { definitionAt } from './definition.ts';
import { foldingRanges } from './folding.ts';
import { serveGeneration } from './generation.ts';
import { hoverAt } from './hover.ts';
import { inlayHints } from './inlay-hints.ts';
import { referencesAt } from './references.ts';
import { renameAt, renameRange } from './rename.ts';
import { signatureHelpAt } from './signature-help.ts';
import { type Place, placeAt, type Sources } from './sources.ts';
import { documentSymbols, workspaceSymbols } from './symbols.ts';
import { serveWit } from './wit-document.ts';

/** What the client can do, as far as features ask. */
export interface FeatureClient {
  readonly capabilities: ClientCapabilities;
  /** Commands that the client runs (`initializationOptions.commands`): code lenses are shown for these alone. */
  readonly commands: ReadonlySet<string>;
}

/** Everything offered besides diagnostics and their mends; code lenses only to clients that can run them. */
export function featureCapabilities({ commands }: FeatureClient): ServerCapabilities {
  const hasLenses = Object.values(lensCommands).some((command) => commands.has(command));
  return {
    hoverProvider: true,
    completionProvider: { triggerCharacters },
    signatureHelpProvider: { triggerCharacters: ['[', ','], retriggerCharacters: [']'] },
    definitionProvider: true,
    referencesProvider: true,
    renameProvider: { prepareProvider: true },
    ...(hasLenses && { codeLensProvider: {} }),
    inlayHintProvider: true,
    documentSymbolProvider: { label: 'Hyperware' },
    workspaceSymbolProvider: true,
    foldingRangeProvider: true,
  };
}

/** Answers every request of the features. `client` is asked when a request comes: it is known after `initialize`. */
export function serveFeatures(connection: Connection, sources: Sources, client: () => FeatureClient): void {
  /** The answer for a cursor, or the empty one in files of no app. */
  const at = <T, E>(
    { textDocument, position }: { textDocument: { uri: string }; position: Position },
    empty: E,
    answer: (place: Place) => T,
  ): T | E => {
    const file = pathOf(textDocument.uri);
    const place = file === undefined ? undefined : placeAt(sources, file, position);
    return place ? answer(place) : empty;
  };

  connection.onHover(async (asked, token) =>
    cancellable(token, await at(asked, undefined, (place) => hoverAt(place, sources, token))),
  );
  connection.onCompletion((asked) =>
    at(asked, [], (place) => {
      const snippets = client().capabilities.textDocument?.completion?.completionItem?.snippetSupport ?? false;
      return completionAt(place, sources, { snippets });
    }),
  );
  connection.onSignatureHelp((asked) => at(asked, null, signatureHelpAt));
  connection.onDefinition((asked) => at(asked, undefined, (place) => definitionAt(place, sources)));
  connection.onReferences(async (asked, token) =>
    cancellable(
      token,
      await at(asked, [], (place) => referencesAt(place, asked.context.includeDeclaration, sources, token)),
    ),
  );
  connection.onPrepareRename((asked) => at(asked, null, (place) => renameRange(place, sources) ?? null));
  connection.onRenameRequest(async (asked, token) => {
    const annotates = client().capabilities.workspace?.workspaceEdit?.changeAnnotationSupport !== undefined;
    const rename = (place: Place) => renameAt(place, asked.newName, sources, token, annotates);
    return cancellable(token, await at(asked, null, rename));
  });
  connection.onCodeLens(async ({ textDocument }, token) => {
    const file = pathOf(textDocument.uri);
    return file === undefined ? [] : cancellable(token, await codeLenses(file, sources, client().commands, token));
  });
  connection.languages.inlayHint.on(({ textDocument, range }) => {
    const file = pathOf(textDocument.uri);
    return file === undefined ? [] : inlayHints(file, range, sources);
  });
  connection.onDocumentSymbol(({ textDocument }) => {
    const file = pathOf(textDocument.uri);
    return file === undefined ? [] : documentSymbols(file, sources);
  });
  connection.onWorkspaceSymbol(async ({ query }, token) =>
    cancellable(token, await workspaceSymbols(query, sources, token)),
  );
  connection.onFoldingRanges(({ textDocument }) => {
    const file = pathOf(textDocument.uri);
    const text = file === undefined ? undefined : sources.files.read(file);
    return file === undefined || text === undefined ? null : foldingRanges(file, text);
  });
  serveGeneration(connection, sources);
  serveWit(connection, sources);
}

/** What was given up half-way is no answer. */
function cancellable<T>(token: CancellationToken, answer: T): T {
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled.');
  return answer;
}
