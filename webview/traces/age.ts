/** How long a request has waited for its response, beside how long its sender waits. Pure. */
import { duration } from '../shared/words.ts';
import type { Span } from './span.ts';

export interface Age {
  /** Milliseconds since it was sent. */
  readonly ms: number;
  /** Part of the sender's wait that is over, from 0 to 1. */
  readonly share: number;
  /** The sender has long stopped waiting, and no event says so: its node was stopped, or its traces were cleared. */
  readonly overdue: boolean;
}

/** A timeout is recorded on time, but its event reaches the panel a little later. */
const graceMs = 2000;

/** Undefined for a span that does not wait. `now`: milliseconds since 1970. */
export function ageOf(span: Span, now: number): Age | undefined {
  if (span.status !== 'pending') return undefined;
  const ms = Math.max(0, now - span.start);
  const wait = (span.request?.expectsResponse ?? 0) * 1000;
  if (wait === 0) return { ms, share: 0, overdue: false };
  return { ms, share: Math.min(1, ms / wait), overdue: ms > wait + graceMs };
}

/** One sentence for the details. */
export function waitingWords(span: Span, now: number): string {
  const age = ageOf(span, now);
  const wait = span.request?.expectsResponse;
  if (!age || wait === undefined) return 'No response yet.';
  if (!age.overdue) return `No response yet: it has waited ${duration(age.ms)} of at most ${wait} s.`;
  return `No response, and no end either: its sender waited at most ${wait} s, which passed ${duration(age.ms - wait * 1000)} ago. The node that sent it was stopped before, or its traces do not reach this panel.`;
}
