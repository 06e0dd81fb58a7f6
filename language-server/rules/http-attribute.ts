import type { Handler, HttpArgument } from '../../hyperapp/model/app.ts';
import { nearest } from './nearest.ts';
import { always, type Finding, type Rule, type Severity } from './rule.ts';

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];

/** HW041: what the macro passes over silently in `#[http(..)]`, and kit stops at (hyperapp.md §4). */
export const httpAttribute: Rule = {
  code: 'HW041',
  name: 'http-attribute',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    for (const { generation, handlers, language } of app.processes) {
      if (language !== 'rust') continue;
      for (const handler of handlers) {
        if (handler.stale) continue;
        if (generation === 'v1') yield* ignored(handler);
        else for (const argument of handler.httpArguments ?? []) yield* findingsOf(argument, generation);
      }
    }
  },
};

function* ignored({ httpArguments: given, attributesAt, kinds }: Handler): Iterable<Finding> {
  const at = attributesAt?.[kinds.indexOf('http')];
  if (!given || given.length === 0 || !at) return;
  yield {
    at,
    generation: 'v1',
    message: 'This version ignores the arguments of #[http]: the handler answers every path and method. Remove them.',
    fixes: [{ title: 'Change to #[http]', edits: [{ at, newText: '#[http]' }] }],
  };
}

function* findingsOf(argument: HttpArgument, generation: Finding['generation']): Iterable<Finding> {
  const { key, value, at, valueAt, valueText, removal } = argument;
  const remove = { title: 'Remove it', edits: [{ at: removal, newText: '' }] };
  if (key !== 'method' && key !== 'path') {
    const message = `Unknown argument '${key || 'without a key'}' of #[http] is ignored. Use method and path.`;
    yield { at, generation, message, fixes: [remove] };
  } else if (value === undefined) {
    const bare = /^\w+$/.test(valueText) ? [{ title: 'Put it in quotes', edits: quoted(argument, valueText) }] : [];
    // Kit parses the attribute itself from 3.2 on; before that the macro alone reads it, and passes over it.
    const severity: Severity = generation === 'v3b' ? 'error' : 'warning';
    const message = `'${key}' of #[http] must be a string literal; kit stops at anything else.`;
    yield { at: valueAt ?? at, generation, severity, message, fixes: bare };
  } else if (key === 'method' && !methods.includes(value.toUpperCase())) {
    const near = nearest(value, methods, (name) => name);
    yield {
      at: valueAt ?? at,
      generation,
      message: `Unknown method "${value}" is ignored: the handler answers every method. Use GET, POST, PUT, DELETE, PATCH, HEAD or OPTIONS.`,
      fixes: near ? [{ title: `Change to "${near}"`, edits: quoted(argument, near) }] : [],
    };
  } else if (key === 'path' && !value.startsWith('/')) {
    yield {
      at: valueAt ?? at,
      generation,
      message: `Request paths start with '/', so "${value}" never matches. Use "/${value}".`,
      fixes: [{ title: `Change to "/${value}"`, edits: quoted(argument, `/${value}`) }],
    };
  }
}

function quoted({ valueAt }: HttpArgument, text: string) {
  return valueAt ? [{ at: valueAt, newText: `"${text}"` }] : [];
}
