import * as path from 'node:path';
import type { FrontEnd } from '../../model/app.ts';
import type { PayloadSite } from '../../model/payload.ts';
import { type FrontEndFile, type OutsideCall, ownFile } from './file.ts';
import type { Sender } from './sender.ts';
import type { Url } from './url.ts';

const endings = [
  '',
  '.ts',
  '.tsx',
  '.mts',
  '.js',
  '.jsx',
  '.mjs',
  '.vue',
  '.svelte',
  '/index.ts',
  '/index.tsx',
  '/index.js',
];

type LinkedSites = Pick<FrontEnd, 'sites' | 'drafts'>;

/**
 * Every payload site of a front end: those that each file finds by itself, and those that go through a function of
 * another file, at most two calls away (diagnostics.md §0.3, flow 2).
 */
export function linkFrontEnd(folder: string, files: readonly FrontEndFile[]): LinkedSites {
  const byPath = new Map(files.map((file) => [file.file, file]));
  const resolved = new Map<string, FrontEndFile | undefined>();
  const resolve = (from: string, module: string): FrontEndFile | undefined => {
    const key = `${path.dirname(from)}\n${module}`;
    if (!resolved.has(key)) resolved.set(key, resolveModule(folder, from, module, byPath));
    return resolved.get(key);
  };
  const senders = new Map(files.map((file) => [file.file, new Map(file.senders)]));

  const sendersOf = (file: FrontEndFile, name: string, member: string | undefined, hops: number): readonly Sender[] => {
    const own = senders.get(file.file)?.get(member === undefined || name === '*' ? (member ?? name) : `.${member}`);
    if (own || hops === 0) return own ?? [];
    for (const reexport of file.reexports) {
      if (reexport.name !== name && reexport.name !== '*') continue;
      const target = resolve(file.file, reexport.imported.module);
      const found =
        target && sendersOf(target, reexport.name === '*' ? name : reexport.imported.name, member, hops - 1);
      if (found && found.length > 0) return found;
    }
    return [];
  };
  const called = (file: FrontEndFile, call: OutsideCall): readonly Sender[] => {
    const { module } = call.imported;
    const target = module === ownFile ? file : resolve(file.file, module);
    return target ? sendersOf(target, call.imported.name, call.member, 3) : [];
  };

  for (const file of files) {
    for (const call of file.outsideCalls) {
      for (const sender of called(file, call))
        handOn(call, sender, senders.get(file.file) as Map<string, readonly Sender[]>);
    }
  }
  const sites = new Map<string, PayloadSite>();
  const add = (site: PayloadSite) => {
    const { start } = site.at.range;
    const key = `${site.at.file}:${start.line}:${start.character}`;
    if (sites.get(key)?.flow !== 'request') sites.set(key, site);
  };
  for (const file of files) {
    for (const site of file.sites) add(site);
    for (const call of file.outsideCalls) {
      for (const sender of called(file, call)) {
        const url = textOf(urlOf(call, sender));
        for (const site of call.arguments[sender.argument]?.sites[sender.use] ?? []) add({ ...site, url });
      }
    }
  }
  const all = [...sites.values()];
  return { sites: all.filter(({ isDraft }) => !isDraft), drafts: all.filter(({ isDraft }) => isDraft) };
}

/** A function that gives its parameter to a sender of another file is a sender too. */
function handOn(call: OutsideCall, sender: Sender, own: Map<string, readonly Sender[]>): void {
  const argument = call.arguments[sender.argument];
  for (const { through, names, parameter, use } of argument?.handedOn ?? []) {
    if (through !== sender.use) continue;
    for (const name of names)
      own.set(name, [...(own.get(name) ?? []), { argument: parameter, use, url: urlOf(call, sender) }]);
  }
}

function urlOf(call: OutsideCall, { url }: Sender): Url {
  return url && 'parameter' in url ? call.arguments[url.parameter]?.url : url;
}

function textOf(url: Url): string | undefined {
  return url && 'text' in url ? url.text : undefined;
}

function resolveModule(
  folder: string,
  from: string,
  module: string,
  files: ReadonlyMap<string, FrontEndFile>,
): FrontEndFile | undefined {
  const bases = module.startsWith('.')
    ? [path.resolve(path.dirname(from), module)]
    : // An alias of the bundler (`@/api`, `~/api`, `#api`, `src/api`): in all but name the sources.
      [path.join(folder, 'src', module.replace(/^[@~#]?\/?/, '')), path.join(folder, module.replace(/^[@~#]?\/?/, ''))];
  for (const base of bases) {
    for (const candidate of [base, base.replace(/\.[cm]?jsx?$/, '')]) {
      for (const ending of endings) {
        const found = files.get(candidate + ending);
        if (found) return found;
      }
    }
  }
  return undefined;
}
