import type { Call, FunctionCode, RustCrate } from '../../hyperapp/model/crate.ts';
import { contains } from '../../hyperapp/model/position.ts';
import { describedHandlers } from '../../hyperapp/wit/reach.ts';
import { insertAt } from './edits.ts';
import { asyncCodeOf, isFrameworkCall } from './handler-code.ts';
import { always, type Fix, type Rule } from './rule.ts';

/** HW053: after an await `source()` is the sender of whatever came last (hyperapp.md §10). */
export const sourceAfterAwait: Rule = {
  code: 'HW053',
  name: 'source-after-await',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      const { crate, generation } = process;
      if (!crate) continue;
      for (const code of asyncCodeOf(process, describedHandlers(process))) {
        for (const call of code.calls) {
          if (call.name !== 'source' || !call.followsAwait || call.argumentsText.trim() !== '') continue;
          // The first generation's macro writes the function into the app's own module.
          if (!isFrameworkCall(call, process, generation === 'v1')) continue;
          yield {
            at: call.at,
            generation,
            message:
              'After .await, source() is the sender of the latest message, not of this request. Read it first: let caller = source();',
            fixes: hoisted(call, code, crate),
          };
        }
      }
    }
  },
};

function hoisted(call: Call, { body, indent }: FunctionCode, crate: RustCrate): Fix[] {
  const { start, end } = body.range;
  if (start.line === end.line) return [];
  const isTaken = crate.occurrences('caller').some(({ at }) => at.file === body.file && contains(body.range, at.range));
  const name = isTaken ? 'request_source' : 'caller';
  const inside = { line: start.line, character: start.character + 1 };
  return [
    {
      title: 'Read it before the first await',
      isAlone: true,
      edits: [
        insertAt(body.file, inside, `\n${indent}    let ${name} = ${call.path}();`),
        { at: call.whole, newText: `${name}.clone()` },
      ],
    },
  ];
}
