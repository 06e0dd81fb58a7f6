import type { AppProcess, Handler } from '../../hyperapp/model/app.ts';
import { type Payload, sameLetters } from '../../hyperapp/wire/payload.ts';
import { describedHandlers } from '../../hyperapp/wit/reach.ts';
import { nearest } from './nearest.ts';
import { always, type Finding, type Rule } from './rule.ts';

/** HW003: a key that no handler of the app answers to (hyperapp.md §5). */
export const payloadUnknownHandler: Rule = {
  code: 'HW003',
  name: 'payload-unknown-handler',
  severity: always('error'),
  isOverview: false,
  *check({ app, payloads }) {
    for (const payload of payloads) {
      const finding =
        payload.candidates.length > 0 ? missingValue(payload) : unknownKey(payload, app.plainProcesses.length > 0);
      if (finding) yield finding;
    }
  },
};

/** `undefined` leaves the key out when it is turned into JSON. */
function missingValue({ site, candidates }: Payload): Finding | undefined {
  const [candidate] = candidates;
  if (site.value.kind !== 'undefined' || site.flow === 'declared' || !candidate) return undefined;
  return {
    at: site.value.at,
    generation: candidate.process.generation,
    message: `JSON leaves a key with undefined out: an empty object is sent, which no handler answers to. Send null or a value for '${candidate.handler.wireName}'.`,
  };
}

function unknownKey({ site, target, processes }: Payload, hasPlainProcesses: boolean): Finding | undefined {
  const [process] = processes;
  if (!process || site.flow === 'declared') return undefined;
  const known = processes.flatMap((candidate) => handlersOf(candidate));
  if (known.length === 0) return undefined;
  const respelled = known.find(({ wireName, name }) => sameLetters(wireName, site.key) || sameLetters(name, site.key));
  if (!respelled) {
    // A name that nothing resembles may be meant for somebody else, unless the URL says that it is for this app.
    if (!/^[A-Z][A-Za-z0-9]*$/.test(site.key) || target.kind === 'unknown' || hasPlainProcesses) return undefined;
  }
  const near = respelled ?? nearest(site.key, known, ({ wireName }) => wireName);
  const advice = near ? `; did you mean '${near.wireName}' (${near.name})?` : '.';
  return {
    at: site.keyAt,
    generation: process.generation,
    message: `No handler is called '${site.key}'. Handlers are named in CamelCase after the ${process.language === 'rust' ? 'Rust ' : ''}method${advice}`,
    fixes: near
      ? [
          {
            title: `Change to '${near.wireName}'`,
            edits: [{ at: site.keyAt, newText: site.quote + near.wireName + site.quote }],
          },
        ]
      : [],
  };
}

function handlersOf(process: AppProcess): Handler[] {
  return [...describedHandlers(process), ...process.handlers.filter(({ stale }) => stale)];
}
