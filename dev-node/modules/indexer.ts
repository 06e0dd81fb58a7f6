/** The two processes that read the chain's names for apps, on a node without a chain: nothing is known (other-modules.md §8). */
import type { Module } from '../kernel/module.ts';
import { jsonBody, parseBody, readAction } from './body.ts';

function answering(id: string, answers: Readonly<Record<string, unknown>>): Module {
  return {
    id,
    public: false,
    handle(message, context) {
      const name = readAction(parseBody(message.message.body))?.name;
      if (message.message.kind !== 'request' || name === undefined || !Object.hasOwn(answers, name)) return;
      if (message.rsvp || message.message.expectsResponse !== undefined)
        context.respond(message, { body: jsonBody(answers[name]) });
    },
  };
}

/** `hns-indexer:hns-indexer:sys`. */
export function createNameIndexer(): Module {
  return answering('hns-indexer:hns-indexer:sys', { NamehashToName: { Name: null }, NodeInfo: { NodeInfo: null } });
}

/** `hypermap-cacher:hypermap-cacher:sys`. */
export function createCacher(): Module {
  return answering('hypermap-cacher:hypermap-cacher:sys', {
    GetLogsByRange: { GetLogsByRange: { Ok: { Latest: 0 } } },
  });
}
