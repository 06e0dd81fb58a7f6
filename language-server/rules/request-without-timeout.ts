import { ahead } from './document.ts';
import { always, type Rule } from './rule.ts';

/** Modules that answer nothing, or that never fail to. */
const withoutAnswer = new Set(['homepage:homepage:sys', 'timer:distro:sys']);

/** HW024: without a timeout a lost message is lost in silence (the platform overview; hyperapp.md §13). */
export const requestWithoutTimeout: Rule = {
  code: 'HW024',
  name: 'request-without-timeout',
  severity: always('warning'),
  isOverview: true,
  *check({ app }) {
    for (const process of app.processes) {
      const crate = app.crates.find(({ folder }) => folder === process.folder);
      for (const { sent, hasTimeout, inherits, target } of crate?.traffic.requests ?? []) {
        if (sent?.name !== 'send' || hasTimeout || inherits) continue;
        if (target?.process && withoutAnswer.has(target.process)) continue;
        yield {
          at: sent.at,
          generation: process.generation,
          message:
            'Without .expects_response(30) a dropped or undeliverable message is lost without an error. Add it before .send().',
          fixes: [
            { title: 'Add .expects_response(30)', edits: [{ at: ahead(sent.at), newText: '.expects_response(30)' }] },
          ],
        };
      }
    }
  },
};
