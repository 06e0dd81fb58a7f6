import type { AppProcess, Handler } from '../../hyperapp/model/app.ts';
import type { StubCall } from '../../hyperapp/model/traffic.ts';
import { generationOf } from './document.ts';
import { addAttribute } from './remote-unknown-method.ts';
import { always, type Finding, type Rule } from './rule.ts';
import { parametersText } from './words.ts';

/** HW075: a generated stub exists for the kinds that a handler has, and takes its parameters (wit-generation.md §8.1). */
export const stubCall: Rule = {
  code: 'HW075',
  name: 'stub-call',
  severity: always('error'),
  isOverview: false,
  *check({ app, neighbours }) {
    const processes = [app, ...neighbours].flatMap((other) => other.processes);
    if (!processes.every(({ complete }) => complete)) return;
    for (const call of app.crates.flatMap(({ traffic }) => traffic.stubCalls)) {
      const owners = processes.flatMap((process) => {
        if (call.process !== undefined && process.name.replaceAll('-', '_') !== call.process) return [];
        const handler = process.handlers.find(({ name }) => name === call.handler);
        return handler ? [{ process, handler }] : [];
      });
      const problems = owners.map(({ process, handler }) => problemOf(call, process, handler));
      const [first] = problems;
      // Of several handlers of that name, any one that fits is the one that is meant.
      if (first && problems.every((problem) => problem !== undefined))
        yield { ...first, generation: generationOf(app) };
    }
  },
};

type Problem = Omit<Finding, 'generation'>;

function problemOf(call: StubCall, process: AppProcess, handler: Handler): Problem | undefined {
  const stub = `${call.handler}_${call.kind}_rpc`;
  if (!handler.kinds.includes(call.kind)) {
    return {
      at: call.at,
      message: `'${handler.name}' has no #[${call.kind}]; the stub ${stub} does not exist.`,
      fixes: [addAttribute(process, handler, call.kind)],
      related: [{ at: handler.at, message: `The handler '${handler.name}'.` }],
    };
  }
  const wanted = handler.parameters.length + 1;
  if (call.argumentCount === wanted) return undefined;
  return {
    at: call.at,
    message: `${stub} takes the target and ${parametersText(handler)}: ${wanted} arguments, not ${call.argumentCount}.`,
    related: [{ at: handler.at, message: `The handler '${handler.name}'.` }],
  };
}
