/** The chain of a message: every cause up to the first and every effect below, across nodes, as one tree. */
import type { Span } from './span.ts';

export interface ChainLine {
  /** A request, or how it ended: its response, or why there is none. */
  readonly part: 'request' | 'response' | 'failure' | 'process';
  readonly span: Span;
  readonly depth: number;
  /** Milliseconds since 1970 at which this happened. */
  readonly time: number;
}

/** Lines that are shown of one chain; a looping app makes endless ones. */
export const chainLimit = 500;

/** The tree of a trace in reading order: a request, what it caused, its end. `spans` are all spans of one trace. */
export function buildChain(spans: readonly Span[]): ChainLine[] {
  const byId = new Map<string, Span>();
  for (const span of spans) if (!isProcess(span)) byId.set(span.id, span);
  const children = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    // A process's event belongs to the message that was being handled; a message to the one that caused it.
    const cause = isProcess(span) && byId.has(span.id) ? span.id : span.parent;
    if (cause !== undefined && byId.has(cause) && cause !== (isProcess(span) ? undefined : span.id)) {
      const list = children.get(cause) ?? [];
      list.push(span);
      children.set(cause, list);
    } else roots.push(span);
  }
  const lines: ChainLine[] = [];
  const seen = new Set<Span>();
  type Step = { readonly span: Span; readonly depth: number; readonly end: boolean };
  const walk = (root: Span) => {
    const steps: Step[] = [{ span: root, depth: 0, end: false }];
    for (let step = steps.pop(); step && lines.length < chainLimit; step = steps.pop()) {
      const { span, depth, end } = step;
      if (end) {
        const ending = endOf(span, depth + 1);
        if (ending) lines.push(ending);
        continue;
      }
      if (seen.has(span)) continue;
      seen.add(span);
      lines.push({ part: isProcess(span) ? 'process' : 'request', span, depth, time: span.start });
      steps.push({ span, depth, end: true });
      const below = isProcess(span) ? [] : (children.get(span.id) ?? []);
      for (const child of [...below].reverse()) steps.push({ span: child, depth: depth + 1, end: false });
    }
  };
  for (const root of roots) walk(root);
  // Spans that name each other as cause have no root: they are shown all the same.
  for (const span of spans) if (!seen.has(span)) walk(span);
  return lines;
}

const isProcess = (span: Span): boolean => span.events[0]?.kind === 'process';

function endOf(span: Span, depth: number): ChainLine | undefined {
  if (isProcess(span)) return undefined;
  if (span.status === 'timeout' || span.status === 'offline' || span.status === 'dropped') {
    const end = span.events.findLast((event) => event.kind === 'error' || event.kind === 'dropped');
    return { part: 'failure', span, depth, time: end?.time ?? span.start };
  }
  return span.response && { part: 'response', span, depth, time: span.response.time };
}
