import type { AppProcess, Handler, HandlerKind } from '../../hyperapp/model/app.ts';
import { sameLetters } from '../../hyperapp/wire/payload.ts';
import { describedHandlers } from '../../hyperapp/wit/reach.ts';
import { ahead } from './document.ts';
import { nearest } from './nearest.ts';
import { type ResolvedRequest, resolvedRequests } from './request.ts';
import { always, type Finding, type Fix, type Rule } from './rule.ts';

/** HW025: a request names a handler that the process does not have, or not for that sender (hyperapp.md §13). */
export const remoteUnknownMethod: Rule = {
  code: 'HW025',
  name: 'remote-unknown-method',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    for (const resolved of resolvedRequests(context)) {
      const finding = resolved.handler ? wrongKind(resolved, resolved.handler) : unknownName(resolved);
      if (finding) yield finding;
    }
  },
};

/** Kinds that answer such a sender, the one to add first. */
function answering({ request: { target } }: ResolvedRequest): readonly HandlerKind[] {
  const kind = target?.node.kind;
  return kind === 'literal' ? ['remote'] : ['remote', 'local'];
}

function unknownName(resolved: ResolvedRequest): Finding | undefined {
  const { body, process, processId } = resolved;
  if (!/^[A-Z][A-Za-z0-9]*$/.test(body.key)) return undefined;
  const kinds = answering(resolved);
  const known = describedHandlers(process).filter((handler) => handler.kinds.some((kind) => kinds.includes(kind)));
  if (known.length === 0) return undefined;
  const near =
    known.find(({ wireName }) => sameLetters(wireName, body.key)) ?? nearest(body.key, known, (h) => h.wireName);
  const kind = kinds.length === 1 ? 'remote handler' : 'remote or local handler';
  return {
    at: body.keyAt,
    generation: process.generation,
    message: `'${processId}' has no ${kind} '${body.key}'${near ? `; did you mean '${near.wireName}'?` : '.'}`,
    fixes: near && body.quote ? [replaceKey(resolved, near)] : [],
  };
}

function replaceKey({ body }: ResolvedRequest, near: Handler): Fix {
  const newText = body.quote + near.wireName + body.quote;
  return { title: `Change to '${near.wireName}'`, edits: [{ at: body.keyAt, newText }] };
}

function wrongKind(resolved: ResolvedRequest, handler: Handler): Finding | undefined {
  const kinds = answering(resolved);
  if (handler.kinds.some((kind) => kinds.includes(kind))) return undefined;
  const has = handler.kinds.map((kind) => `#[${kind}]`).join(' and ');
  const [wanted] = kinds;
  const from = kinds.length === 1 ? 'from another node' : 'from another process';
  return {
    at: resolved.body.keyAt,
    generation: resolved.process.generation,
    message: `'${handler.name}' is ${has} only: add #[${wanted}] to call it ${from}.`,
    fixes: wanted ? [addAttribute(resolved.process, handler, wanted)] : [],
    related: [{ at: handler.at, message: `The handler '${handler.name}'.` }],
  };
}

/** Writes one more attribute above a handler's first, or `@kind` in TypeScript. */
export function addAttribute(process: AppProcess, handler: Handler, kind: HandlerKind): Fix {
  const at = ahead(handler.attributesAt?.[0] ?? handler.whole);
  const indent = ' '.repeat(at.range.start.character);
  const attribute = process.language === 'rust' ? `#[${kind}]` : `@${kind}`;
  return { title: `Add ${attribute} to ${handler.name}`, edits: [{ at, newText: `${attribute}\n${indent}` }] };
}
