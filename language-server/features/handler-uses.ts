import * as path from 'node:path';
import type { App, AppProcess, Handler } from '../../hyperapp/model/app.ts';
import type { Mention } from '../../hyperapp/model/mention.ts';
import type { Location } from '../../hyperapp/model/position.ts';
import { payloadsOf } from '../../hyperapp/wire/payload.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { kebabCase } from '../../hyperapp/wit/name.ts';
import type { Sources } from './sources.ts';

/**
 * A place that names a handler. `payload`: the key of a front end's body; `record`: a signature record of generated WIT;
 * the others as for mentions.
 */
export interface HandlerUse {
  readonly kind: 'payload' | 'record' | Mention['kind'];
  /** The name alone, without quotes. */
  readonly at: Location;
  /** The key is a shorthand property (`{ GetUser }`): name and value in one. */
  readonly isShorthand?: boolean;
}

export interface OwnedHandler {
  readonly app: App;
  readonly process: AppProcess;
  readonly handler: Handler;
}

const answering = new Set(['http', 'local', 'remote']);

/** Kinds of use that send the handler something. */
export const sending: ReadonlySet<HandlerUse['kind']> = new Set(['payload', 'key', 'stub']);

/** Everything in one app that names a handler, apart from the handler itself. */
export function usesIn(app: App, owned: OwnedHandler, sources: Sources): HandlerUse[] {
  const uses: HandlerUse[] = [];
  if (app.root === owned.app.root) {
    uses.push(...payloadUses(owned));
    for (const [file, text] of witFiles(app, sources)) uses.push(...recordUses(owned, file, text));
  }
  const { name, wireName } = owned.handler;
  for (const file of app.files)
    for (const mention of sources.mentionsIn(app, file)) {
      if (mention.name !== name && mention.name !== wireName) continue;
      if (meant(app, mention, sources).some(({ handler }) => handler === owned.handler)) uses.push(mention);
    }
  return uses;
}

function payloadUses({ app, handler }: OwnedHandler): HandlerUse[] {
  return payloadsOf(app).flatMap(({ site, candidates }): HandlerUse[] => {
    if (!candidates.some((candidate) => candidate.handler === handler)) return [];
    const { start, end } = site.keyAt.range;
    const step = site.quote === '' ? 0 : 1;
    const range = {
      start: { ...start, character: start.character + step },
      end: { ...end, character: end.character - step },
    };
    const isShorthand =
      site.value.at.range.start.line === start.line && site.value.at.range.start.character === start.character;
    return [{ kind: 'payload', at: { file: site.keyAt.file, range }, isShorthand }];
  });
}

/**
 * The handlers that a mention speaks of. Keys and stubs mean a handler of the same app if it has one of that name, else
 * one of another app of the workspace: which process a message goes to is often known only when it runs.
 */
export function meant(app: App, mention: Mention, sources: Sources): OwnedHandler[] {
  const { kind, name, at } = mention;
  const named = (candidate: App, fits: (process: AppProcess, handler: Handler) => boolean): OwnedHandler[] =>
    candidate.processes.flatMap((process) =>
      process.handlers
        .filter((handler) => fits(process, handler))
        .map((handler) => ({ app: candidate, process, handler })),
    );
  if (kind === 'method')
    return named(app, (process, handler) => handler.name === name && process.files.includes(at.file));
  const answers = (handler: Handler) => handler.kinds.some((candidate) => answering.has(candidate));
  const fits = (_process: AppProcess, handler: Handler) =>
    answers(handler) && (kind === 'stub' ? handler.name === name : handler.wireName === name);
  const own = named(app, fits);
  if (own.length > 0 || kind === 'type') return own;
  return sources.apps().flatMap((other) => (other.root === app.root ? [] : named(other, fits)));
}

/** Generated interfaces beside the app: `api/*.wit`. */
export function witFiles(app: App, { files }: Sources): [file: string, text: string][] {
  const folder = path.join(app.root, 'api');
  return files.list(folder).flatMap(({ name, isFolder }): [string, string][] => {
    if (isFolder || !name.endsWith('.wit')) return [];
    const file = path.join(folder, name);
    return [[file, files.read(file) ?? '']];
  });
}

function recordUses({ process, handler }: OwnedHandler, file: string, text: string): HandlerUse[] {
  const name = kebabCase(handler.name, dialectOf(process.generation));
  const uses: HandlerUse[] = [];
  for (const [number, line] of text.split('\n').entries()) {
    const found = /^(\s*record\s+)([a-z0-9-]+)-signature-(?:http|local|remote)\b/.exec(line);
    if (found?.[2] !== name) continue;
    const character = (found[1] as string).length;
    const range = { start: { line: number, character }, end: { line: number, character: character + name.length } };
    uses.push({ kind: 'record', at: { file, range } });
  }
  return uses;
}
