import type { AppProcess, Handler } from '../../hyperapp/model/app.ts';
import { describedHandlers } from '../../hyperapp/wit/reach.ts';
import type { Edit, Finding, Fix, Rule, RuleContext } from './rule.ts';

/** HW001: an HTTP handler that takes nothing has nothing to decode a body into (diagnostics.md §1). */
export const httpHandlerWithoutParameter: Rule = {
  code: 'HW001',
  name: 'http-handler-without-parameter',
  severity: { v1: 'error', v2: 'off', v3a: 'off', v3b: 'off' },
  isOverview: true,
  *check(context) {
    for (const process of context.app.processes) {
      for (const handler of describedHandlers(process)) {
        if (!handler.kinds.includes('http') || handler.parameters.length > 0) continue;
        if (process.generation !== 'v1' && handler.kinds.length > 1) continue;
        yield findingOf(process, handler, context);
      }
    }
  },
};

function findingOf(process: AppProcess, handler: Handler, context: RuleContext): Finding {
  const parameter = process.language === 'rust' ? '_request_body: String' : '_requestBody: string';
  return {
    at: { file: handler.at.file, range: handler.parametersRange },
    generation: process.generation,
    message: `HTTP handler '${handler.name}' takes no parameter, so a request body cannot be decoded into it. Add '${parameter}' and send {"${handler.wireName}": ""}.`,
    fixes: fixesOf(handler, parameter, context),
  };
}

function fixesOf(handler: Handler, parameter: string, context: RuleContext): Fix[] {
  const insert = insertion(handler, parameter);
  if (!insert) return [];
  const callers = callerEdits(handler, context);
  const add: Fix = { title: `Add '${parameter}'`, edits: [insert] };
  if (callers.length === 0) return [add];
  return [add, { title: `Add '${parameter}' and update callers`, edits: [insert, ...callers] }];
}

function insertion({ at, parametersRange, receiverRange }: Handler, parameter: string): Edit | undefined {
  if (receiverRange) {
    const { end } = receiverRange;
    return { at: { file: at.file, range: { start: end, end } }, newText: `, ${parameter}` };
  }
  const { start } = parametersRange;
  const inside = { line: start.line, character: start.character + 1 };
  return { at: { file: at.file, range: { start: inside, end: inside } }, newText: parameter };
}

function callerEdits(handler: Handler, { payloads }: RuleContext): Edit[] {
  return payloads.flatMap(({ site, candidates }) => {
    const calls = candidates.some((candidate) => candidate.handler === handler);
    const { value } = site;
    const isNothing =
      value.kind === 'null' || (value.kind === 'object' && value.properties.length === 0 && !value.hasSpread);
    return calls && isNothing ? [{ at: value.at, newText: '""' }] : [];
  });
}
