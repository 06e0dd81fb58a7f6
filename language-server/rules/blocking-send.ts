import type { AppProcess } from '../../hyperapp/model/app.ts';
import type { Call } from '../../hyperapp/model/crate.ts';
import { describedHandlers } from '../../hyperapp/wit/reach.ts';
import { codeOf } from './handler-code.ts';
import { always, type Fix, type Rule } from './rule.ts';

/** HW071: waiting for an answer with the whole process stopped (hyperapp.md §10). */
export const blockingSend: Rule = {
  code: 'HW071',
  name: 'blocking-send',
  severity: always('hint'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      for (const handler of describedHandlers(process)) {
        const code = handler.isAsync ? codeOf(process, handler) : undefined;
        for (const call of code?.calls ?? []) {
          if (!call.isMethod || call.name !== 'send_and_await_response') continue;
          yield {
            at: call.at,
            generation: process.generation,
            message: 'This blocks every handler until the answer comes. hyperapp::send(request).await does not.',
            fixes: fixesOf(call, process),
          };
        }
      }
    }
  },
};

/** The answer comes decoded from `send`: its type, and what reads it, are for the person to write. */
function fixesOf({ whole, receiver, argumentsText }: Call, { generation }: AppProcess): Fix[] {
  if (!receiver || (generation !== 'v3a' && generation !== 'v3b')) return [];
  const request = `${receiver}.expects_response(${argumentsText.trim()})`;
  const newText = `hyperware_process_lib::hyperapp::send::<serde_json::Value>(${request}).await`;
  return [{ title: 'Await the answer', isAlone: true, edits: [{ at: whole, newText }] }];
}
