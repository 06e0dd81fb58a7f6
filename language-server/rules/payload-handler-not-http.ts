import { checkPayloads } from './payload.ts';
import { addAttribute } from './remote-unknown-method.ts';
import { always, type Rule } from './rule.ts';

/** HW032: a page reaches handlers by HTTP only (hyperapp.md §8.5). */
export const payloadHandlerNotHttp: Rule = {
  code: 'HW032',
  name: 'payload-handler-not-http',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    yield* checkPayloads(context, ({ site }, { process, handler }) => {
      if (handler.kinds.includes('http') || site.flow !== 'request') return undefined;
      const isRust = process.language === 'rust';
      const mark = (kind: string) => (isRust ? `#[${kind}]` : `@${kind}`);
      const crash =
        process.generation === 'v3b' ? '' : ' (in versions before October 2025 it even crashes the process)';
      return {
        at: site.keyAt,
        generation: process.generation,
        message: `'${handler.wireName}' is ${handler.kinds.map(mark).join(' and ')} only. From a page it cannot be called${crash}. Add ${mark('http')} to ${handler.name}.`,
        fixes: [addAttribute(process, handler, 'http')],
        related: [{ at: handler.at, message: `The handler '${handler.name}'.` }],
      };
    });
  },
};
