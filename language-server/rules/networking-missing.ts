import type { App, Location } from '../../hyperapp/model/app.ts';
import { type JsonNode, propertyOf } from '../../hyperapp/model/document.ts';
import { generationOf } from './document.ts';
import { entriesFor } from './manifest.ts';
import { always, type Rule, type Severity } from './rule.ts';

/** HW031: messages between nodes need `request_networking` on both sides (packages.md §3). */
export const networkingMissing: Rule = {
  code: 'HW031',
  name: 'networking-missing',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    const folders = [...app.crates, ...app.processes.filter(({ language }) => language === 'typescript')];
    for (const { folder } of folders) {
      const need = needOf(folder, app);
      for (const { node } of need ? entriesFor(app, folder) : []) {
        const set = propertyOf(node, 'request_networking');
        if (!need || !set || (set.kind === 'boolean' && set.value)) continue;
        yield { ...findingOf(need, set), generation: generationOf(app) };
      }
    }
  },
};

interface Need {
  readonly message: string;
  readonly severity: Severity;
  readonly at: Location;
}

function needOf(folder: string, { processes, crates }: App): Need | undefined {
  const process = processes.find((candidate) => candidate.folder === folder);
  const handler = process?.handlers.find(({ kinds }) => kinds.includes('remote'));
  if (handler) {
    const mark = process?.language === 'rust' ? '#[remote]' : '@remote';
    const message = `Handlers marked ${mark} are never reached: set "request_networking": true (sender and receiver both need it).`;
    return { message, severity: 'warning', at: handler.at };
  }
  const targets = crates
    .find((crate) => crate.folder === folder)
    ?.traffic.requests.flatMap(({ target }) => target ?? []);
  const named = targets?.find(({ node }) => node.kind === 'literal');
  if (named) {
    const message =
      'Requests to another node are dropped: set "request_networking": true (sender and receiver both need it).';
    return { message, severity: 'warning', at: named.at };
  }
  const open = targets?.find(({ node }) => node.kind === 'unknown');
  if (!open) return undefined;
  const message =
    'A request may go to another node, which needs "request_networking": true (sender and receiver both).';
  return { message, severity: 'information', at: open.at };
}

function findingOf({ message, severity, at }: Need, set: JsonNode) {
  return {
    at: set.at,
    severity,
    message,
    fixes: [{ title: 'Change to true', edits: [{ at: set.at, newText: 'true' }] }],
    related: [{ at, message: 'It is needed here.' }],
  };
}
