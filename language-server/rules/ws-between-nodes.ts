import type { App } from '../../hyperapp/model/app.ts';
import { generationOf } from './document.ts';
import { always, type Rule } from './rule.ts';

/** HW056: WebSockets reach from a page to its own node, never from node to node (the platform overview, Limitations 2). */
export const wsBetweenNodes: Rule = {
  code: 'HW056',
  name: 'ws-between-nodes',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    for (const { at, url } of [...app.frontEnds.flatMap(({ sockets }) => sockets), ...rustSockets(app)]) {
      if (!goesToAnotherNode(url)) continue;
      yield {
        at,
        generation: generationOf(app),
        message:
          'Nodes do not talk to each other over WebSockets. Send a Request to node@process:package:publisher instead.',
      };
    }
  },
};

function rustSockets({ crates }: App) {
  return crates.flatMap(({ traffic }) => traffic.sockets);
}

const ownHost = /location|BASE_URL|import\.meta|process\.env|localhost|127\.0\.0\.1|\bour\b/i;
const nodeName = /\$\{[^}]*(node|peer|friend)[^}]*\}/i;

/** A host made of a node's name, or a process's path below a host that is neither this page's nor this machine. */
function goesToAnotherNode(url: string): boolean {
  const found = /^\w*(?:\$\{[^}]*\})?:?\/\/([^/]*)(\/.*)?$/.exec(url);
  if (!found) return false;
  const [, host = '', path = ''] = found;
  if (ownHost.test(host)) return false;
  const hasProcess = /\/[a-z0-9-]+:[a-z0-9-]+:[a-z0-9.-]+/.test(path);
  return hasProcess || nodeName.test(host) || /\.os(:\d+)?$/.test(host);
}
