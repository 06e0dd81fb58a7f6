import type { AppProcess, Handler } from '../../hyperapp/model/app.ts';
import type { Value } from '../../hyperapp/model/payload.ts';
import { certainType, inDeclaredOrder } from './payload.ts';
import { wrapping } from './payload-wrapped-single.ts';
import { resolvedRequests } from './request.ts';
import { always, type Finding, type Fix, type Rule } from './rule.ts';
import { parametersText } from './words.ts';

/** HW026: what is sent to another process has the shape of the handler's parameters (hyperapp.md §6, §13). */
export const remoteBodyShape: Rule = {
  code: 'HW026',
  name: 'remote-body-shape',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    for (const { body, handler, process } of resolvedRequests(context)) {
      if (!handler) continue;
      const problem = problemOf(body.value, handler, process);
      if (problem) yield { ...problem, generation: process.generation };
    }
  },
};

type Problem = Omit<Finding, 'generation'>;

function problemOf(value: Value, handler: Handler, process: AppProcess): Problem | undefined {
  const names = handler.parameters.map(({ name }) => name.replace(/^mut /, ''));
  const takes = `'${handler.name}' takes ${parametersText(handler)}`;
  const report = (body: string, fixes: readonly Fix[] = []): Problem => ({
    at: value.at,
    message: `${takes}: write json!({"${handler.wireName}": ${body}}).`,
    fixes,
  });
  const replace = (title: string, newText: string): Fix[] => [{ title, edits: [{ at: value.at, newText }] }];
  if (names.length > 1) {
    const type = certainType(value);
    const list = `(${names.join(', ')})`;
    if (value.kind === 'array') {
      return value.hasSpread || value.elements.length === names.length ? undefined : report(list);
    }
    if (type === undefined) return undefined;
    const ordered = inDeclaredOrder(value, handler);
    return report(list, ordered ? replace('Send a tuple in declared order', `(${ordered.join(', ')})`) : []);
  }
  if (names.length === 1) {
    const wrapped = wrapping(value, handler, process);
    return wrapped && report(names[0]?.startsWith('_') ? '""' : (names[0] ?? ''), wrapped.fix ? [wrapped.fix] : []);
  }
  const empty = process.generation === 'v1' ? '{}' : 'null';
  const isEmpty =
    process.generation === 'v1'
      ? (value.kind === 'object' && value.properties.length === 0) ||
        (value.kind === 'array' && value.elements.length === 0)
      : value.kind === 'null';
  return isEmpty || certainType(value) === undefined ? undefined : report(empty, replace(`Send ${empty}`, empty));
}
