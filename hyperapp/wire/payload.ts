import type { App, AppProcess, FrontEnd, Handler } from '../model/app.ts';
import type { PayloadSite } from '../model/payload.ts';
import { processesAt, type UrlTarget, urlTarget } from './url.ts';

/** A payload site and the handlers it can mean. */
export interface Payload {
  readonly site: PayloadSite;
  readonly target: UrlTarget;
  /** Processes it may go to, by `ui_path`, by the URL, else all of the app (diagnostics.md §0.2). */
  readonly processes: readonly AppProcess[];
  /** Handlers of that very name among them; several only if several processes have one. */
  readonly candidates: readonly Candidate[];
}

export interface Candidate {
  readonly process: AppProcess;
  readonly handler: Handler;
}

const answering = new Set(['http', 'local', 'remote']);

/** Everything that an app's front ends send to its handlers; what surely goes elsewhere is left out. */
export function payloadsOf(app: App): readonly Payload[] {
  const known = payloads.get(app) ?? payloadsIn(app, ({ sites }) => sites);
  payloads.set(app, known);
  return known;
}

/** An app is one reading of it, so what follows from it is worked out once. */
const payloads = new WeakMap<App, readonly Payload[]>();

/** The same for what is being typed (see `PayloadSite.isDraft`). */
export function draftsOf(app: App): Payload[] {
  return payloadsIn(app, ({ drafts }) => drafts.filter(({ flow }) => flow === 'request'));
}

function payloadsIn(app: App, sitesOf: (frontEnd: FrontEnd) => readonly PayloadSite[]): Payload[] {
  return app.frontEnds.flatMap((frontEnd) => {
    const { processes: named } = frontEnd;
    const sites = sitesOf(frontEnd);
    const own = app.processes.filter(({ name }) => named.length === 0 || named.includes(name));
    return sites.flatMap((site): Payload[] => {
      const target = urlTarget(site.url, app);
      if (target.kind === 'elsewhere') return [];
      const processes = processesAt(target, target.kind === 'process' ? app.processes : own);
      return [{ site, target, processes, candidates: candidatesOf(site, processes) }];
    });
  });
}

function candidatesOf(site: PayloadSite, processes: readonly AppProcess[]): Candidate[] {
  return processes.flatMap((process) => {
    const handler = process.handlers.find(
      ({ wireName, kinds }) => wireName === site.key && kinds.some((kind) => answering.has(kind)),
    );
    return handler ? [{ process, handler }] : [];
  });
}

/** The same name but for case and underscores: `getRooms`, `get_rooms`, `GetRooms`. */
export function sameLetters(a: string, b: string): boolean {
  return letters(a) === letters(b);
}

function letters(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
