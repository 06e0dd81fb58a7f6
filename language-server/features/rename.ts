import {
  type CancellationToken,
  LSPErrorCodes,
  type Range,
  ResponseError,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { AppProcess } from '../../hyperapp/model/app.ts';
import { camelCase, snakeCase, wireNameOf } from '../../hyperapp/wire/name.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { kebabCase } from '../../hyperapp/wit/name.ts';
import { type HandlerUse, usesIn } from './handler-uses.ts';
import { type Named, namedAt } from './named.ts';
import { isCancelled, type Place, type Sources } from './sources.ts';

/**
 * What a rename at this place would change: handlers, by their method or by their name on the wire. Types are left to the
 * language's own server, which sees function bodies too.
 */
export function renameRange(place: Place, sources: Sources): { range: Range; placeholder: string } | undefined {
  const named = namedAt(place, sources);
  if (named?.kind !== 'handler' || place.file.endsWith('.wit')) return undefined;
  const placeholder = named.isWire ? named.handler.wireName : named.handler.name;
  const text = place.text.slice(place.lines.offsetAt(named.range.start), place.lines.offsetAt(named.range.end));
  const lead = text.indexOf(placeholder);
  if (lead < 0) return undefined;
  const { line, character } = named.range.start;
  const start = { line, character: character + lead };
  return { range: { start, end: { line, character: start.character + placeholder.length } }, placeholder };
}

const labels = {
  handler: { label: 'The handler, and calls of its method' },
  messages: { label: 'Messages that name it', description: 'Keys of request bodies, and their types' },
  generated: { label: 'Generated code', description: 'The next build writes it anew' },
} as const;

const annotationOf: Readonly<Record<HandlerUse['kind'], keyof typeof labels>> = {
  payload: 'messages',
  key: 'messages',
  type: 'messages',
  method: 'handler',
  stub: 'generated',
  record: 'generated',
};

/**
 * Renames a handler wherever it is named: the method, its calls, the key of every message for it, generated WIT. Written
 * as a wire name (`MoveNote`) or as a method, the other is made from it. Throws a `ResponseError` with what to do if the
 * name is taken or is no name.
 */
export async function renameAt(
  place: Place,
  newName: string,
  sources: Sources,
  token: CancellationToken,
  annotates: boolean,
): Promise<WorkspaceEdit | null> {
  const named = namedAt(place, sources);
  if (named?.kind !== 'handler') throw refusal('Only handlers are renamed here; put the cursor on the name of one.');
  const names = newNames(named, newName);
  const edits = new Map<string, (TextEdit & { annotationId?: string })[]>();
  const add = (file: string, range: Range, newText: string, annotationId: keyof typeof labels) => {
    const list = edits.get(file) ?? [];
    edits.set(file, list);
    list.push({ range, newText, ...(annotates && { annotationId }) });
  };
  add(named.handler.at.file, named.handler.at.range, names.method, 'handler');
  for (const app of sources.apps()) {
    if (await isCancelled(token)) return null;
    for (const use of usesIn(app, named, sources))
      add(use.at.file, use.at.range, textFor(use, names, named.handler.wireName), annotationOf[use.kind]);
  }
  return {
    documentChanges: [...edits].map(([file, list]) => ({
      textDocument: { uri: sources.uriFor(file), version: sources.versionOf(file) },
      edits: list,
    })),
    ...(annotates && { changeAnnotations: labels }),
  };
}

interface Names {
  readonly method: string;
  readonly wire: string;
  readonly kebab: string;
}

function newNames({ process, handler, isWire }: Named & { kind: 'handler' }, newName: string): Names {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(newName))
    throw refusal(`'${newName}' is no name for a method. Use letters, digits and _, a letter first.`);
  const method = isWire || /^[A-Z]/.test(newName) ? methodOf(process, newName) : newName;
  const wire = wireNameOf(method);
  const taken = process.handlers.find((other) => other !== handler && other.wireName === wire);
  if (taken) throw refusal(`'${taken.name}' is called '${wire}' on the wire already. Choose another name.`);
  return { method, wire, kebab: kebabCase(method, dialectOf(process.generation)) };
}

function methodOf({ language }: AppProcess, wireName: string): string {
  return language === 'rust' ? snakeCase(wireName) : camelCase(wireName);
}

function textFor({ kind, isShorthand }: HandlerUse, { method, wire, kebab }: Names, before: string): string {
  if (kind === 'method' || kind === 'stub') return method;
  if (kind === 'record') return kebab;
  return isShorthand ? `${wire}: ${before}` : wire;
}

function refusal(message: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
