import type { App, AppProcess, Type, TypeDefinition } from '../../hyperapp/model/app.ts';
import { comparePositions, contains, type Location, type Range } from '../../hyperapp/model/position.ts';
import { draftsOf, payloadsOf } from '../../hyperapp/wire/payload.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { declaredName, kebabCase } from '../../hyperapp/wit/name.ts';
import { typesWithin } from '../../hyperapp/wit/reach.ts';
import { meant, type OwnedHandler } from './handler-uses.ts';
import type { Place, Sources } from './sources.ts';

/** What the word at a cursor names. `isWire`: it is written as on the wire (`GetUser`), not as the method. */
export type Named =
  | (OwnedHandler & { readonly kind: 'handler'; readonly range: Range; readonly isWire: boolean })
  | {
      readonly kind: 'type';
      readonly app: App;
      readonly process: AppProcess;
      readonly definition: TypeDefinition;
      readonly range: Range;
    };

/** The handler or type that the word at a place names: in Rust, TypeScript, a front end, or generated WIT. */
export function namedAt(place: Place, sources: Sources): Named | undefined {
  if (place.file.endsWith('.wit')) return namedInWit(place);
  return handlerAt(place, sources) ?? typeAt(place);
}

function isAt({ file, position }: Place, at: Location): boolean {
  return at.file === file && contains(at.range, { start: position, end: position });
}

function handlerAt(place: Place, sources: Sources): Named | undefined {
  const { app, file } = place;
  for (const process of app.processes) {
    for (const handler of process.handlers) {
      if (handler.stale || !isAt(place, handler.at)) continue;
      return { kind: 'handler', app, process, handler, range: handler.at.range, isWire: false };
    }
  }
  for (const { site, candidates } of [...payloadsOf(app), ...draftsOf(app)]) {
    const [candidate] = candidates;
    if (candidate && isAt(place, site.keyAt))
      return { kind: 'handler', app, ...candidate, range: site.keyAt.range, isWire: true };
  }
  const mention = sources.mentionsIn(app, file).find(({ at }) => isAt(place, at));
  const [owned] = mention ? meant(app, mention, sources) : [];
  if (!mention || !owned) return undefined;
  const isWire = mention.kind === 'key' || mention.kind === 'type';
  return { kind: 'handler', ...owned, range: mention.at.range, isWire };
}

function typeAt(place: Place): Named | undefined {
  const { app } = place;
  for (const process of app.processes) {
    if (!process.files.includes(place.file)) continue;
    for (const definition of process.definitions) {
      if (!definition.stale && isAt(place, definition.at))
        return { kind: 'type', app, process, definition, range: definition.at.range };
    }
    const use = typeUses(process).find(({ at }) => isAt(place, at));
    const definition = use && process.types.get(use.name);
    if (use && definition) return { kind: 'type', app, process, definition, range: use.at.range };
  }
  return undefined;
}

export interface TypeUse {
  readonly name: string;
  readonly at: Location;
}

/** Every place in signatures and definitions where a type of the app is named, as they are written now. */
export function typeUses(process: AppProcess): TypeUse[] {
  const uses: TypeUse[] = [];
  const visit = (type: Type): void => {
    if (type.kind === 'named' || type.kind === 'generic') uses.push({ name: type.name, at: type.at });
    for (const part of partsOf(type)) visit(part);
  };
  for (const handler of process.handlers) {
    if (handler.stale) continue;
    for (const { type } of handler.parameters) visit(type);
    if (handler.result) visit(handler.result);
  }
  for (const definition of process.definitions)
    if (!definition.stale) for (const type of typesWithin(definition)) visit(type);
  return uses.sort((a, b) =>
    a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : comparePositions(a.at.range.start, b.at.range.start),
  );
}

function partsOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case 'list':
    case 'option':
    case 'array':
    case 'reference':
      return [type.element];
    case 'tuple':
      return type.elements;
    case 'result':
      return [type.ok, type.err];
    case 'map':
      return [type.key, type.value].filter((part) => part !== undefined);
    case 'set':
    case 'foreign':
      return type.element ? [type.element] : [];
    default:
      return [];
  }
}

/** `get-user-signature-http` stands for the handler, `note-draft` for the type that kit wrote it from. */
function namedInWit({ app, text, lines, offset }: Place): Named | undefined {
  const start = /[%a-z0-9-]*$/i.exec(text.slice(0, offset))?.index ?? offset;
  const word = /^%?([a-z][a-z0-9-]*)/i.exec(text.slice(start))?.[0];
  if (!word) return undefined;
  const range = lines.rangeOf(start, start + word.length);
  const signature = /^(.+)-signature-(?:http|local|remote)$/.exec(word)?.[1];
  for (const process of app.processes) {
    const dialect = dialectOf(process.generation);
    const handler = process.handlers.find(({ name }) => kebabCase(name, dialect) === (signature ?? word));
    if (handler && signature) return { kind: 'handler', app, process, handler, range, isWire: false };
    const definition = process.definitions.find(({ name }) => declaredName(name, dialect) === word);
    if (definition) return { kind: 'type', app, process, definition, range };
    if (handler) return { kind: 'handler', app, process, handler, range, isWire: false };
  }
  return undefined;
}
