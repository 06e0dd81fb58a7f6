/** The two processes that read the chain's names for apps, on a node without a chain (other-modules.md §8). */
import * as v from 'valibot';
import type { Module } from '../kernel/module.ts';
import type { KnownNode, NetworkView } from '../kernel/module-set.ts';
import { type Action, jsonBody, parseBody, readAction } from './body.ts';
import { indexerId } from './capabilities.ts';

/** Undefined: no request of that process, so no answer. */
function answering(id: string, answer: (action: Action) => unknown): Module {
  return {
    id,
    public: false,
    handle(message, context) {
      const request = message.message;
      if (request.kind !== 'request') return;
      const action = readAction(parseBody(request.body));
      const body = action && answer(action);
      if (body === undefined) return;
      if (message.rsvp || request.expectsResponse !== undefined) context.respond(message, { body: jsonBody(body) });
    },
  };
}

const nodeInfoRequest = v.object({ name: v.string() });

function nodeInfo({ name, key, addresses }: KnownNode) {
  const [, ip, port] = /^\/ip[46]\/([^/]+)\/tcp\/(\d+)/.exec(addresses[0] ?? '') ?? [];
  return {
    name,
    public_key: `0x${Buffer.from(key).toString('hex')}`,
    ips: ip ? [ip] : [],
    ports: ip ? [['tcp', Number(port)]] : [],
    routers: [],
  };
}

/** `hns-indexer:hns-indexer:sys`: knows the nodes that this one has met, but no namehashes. */
export function createNameIndexer(network: NetworkView): Module {
  return answering(indexerId, ({ name, payload }) => {
    if (name === 'NamehashToName') return { Name: null };
    const parsed = v.safeParse(nodeInfoRequest, payload);
    if (name !== 'NodeInfo' || !parsed.success) return undefined;
    const known = network.nodes().find((node) => node.name === parsed.output.name);
    return { NodeInfo: known ? nodeInfo(known) : null };
  });
}

/** `hypermap-cacher:hypermap-cacher:sys`. */
export function createCacher(): Module {
  const answers: Readonly<Record<string, unknown>> = { GetLogsByRange: { GetLogsByRange: { Ok: { Latest: 0 } } } };
  return answering('hypermap-cacher:hypermap-cacher:sys', ({ name }) =>
    Object.hasOwn(answers, name) ? answers[name] : undefined,
  );
}
