/** `chain:app-store:sys`: a dev node knows no chain, so nothing is listed (packages.md §7.7). */
import type { Module } from '../../kernel/module.ts';
import { jsonBody } from '../body.ts';
import { chainId } from '../capabilities.ts';
import { parseChainRequest } from './requests.ts';

const answers = {
  GetApp: { GetApp: null },
  GetApps: { GetApps: [] },
  GetOurApps: { GetOurApps: [] },
  StartAutoUpdate: { Err: 'NoPackage' },
  StopAutoUpdate: { Err: 'NoPackage' },
  Reset: 'ResetOk',
} as const;

export function createChain(): Module {
  return {
    id: chainId,
    public: false,
    handle(message, context) {
      const request = message.message;
      const parsed = parseChainRequest(request.body);
      if (!parsed || request.kind !== 'request') return;
      // Answers that nobody waits for, which the real process sends all the same, only clutter the trace.
      if (request.expectsResponse === undefined && !message.rsvp) return;
      context.respond(message, { body: jsonBody(answers[parsed.name]) });
    },
  };
}
