/** The columns of the traces table. */
import { element } from '../shared/dom.ts';
import { nodeClass } from '../shared/node-colours.ts';
import type { Column } from '../shared/virtual-table.ts';
import { address, clock, duration, shortProcess, size } from '../shared/words.ts';
import { ageOf, waitingWords } from './age.ts';
import type { Span } from './span.ts';

export const columns: readonly Column<Span>[] = [
  { id: 'time', title: 'Time', width: '100px', hideBelow: 400, fill: (span, cell) => cell.append(clock(span.start)) },
  {
    id: 'node',
    title: 'Node',
    width: 'minmax(84px, 0.7fr)',
    hideBelow: 640,
    fill: (span, cell) => cell.append(nodeMark(span.node)),
  },
  {
    id: 'from',
    title: 'From',
    width: 'minmax(80px, 1fr)',
    hideBelow: 560,
    fill: (span, cell) => place(cell, span.from, span.node),
  },
  {
    id: 'to',
    title: 'To',
    width: 'minmax(80px, 1fr)',
    fill: (span, cell) => {
      // The end of a process went to nobody.
      if (span.request?.kind !== 'process') place(cell, span.to, span.node);
    },
  },
  { id: 'method', title: 'Method', width: 'minmax(110px, 1.5fr)', fill: (span, cell) => methodCell(span, cell) },
  {
    id: 'outcome',
    title: 'Outcome',
    width: 'minmax(84px, 110px)',
    fill: (span, cell) => cell.append(outcomeMark(span)),
  },
  {
    id: 'duration',
    title: 'Duration',
    width: '86px',
    align: 'end',
    hideBelow: 470,
    fill: (span, cell) => durationCell(span, cell, Date.now()),
  },
  {
    id: 'size',
    title: 'Size',
    width: '64px',
    align: 'end',
    hideBelow: 710,
    fill: (span, cell) => cell.append(size(span.size)),
  },
];

/** A node's name behind its colour. */
export const nodeMark = (node: string): HTMLElement =>
  element('span', { class: `node-mark ${nodeClass(node)}`, text: node });

/** A process, with its node when that is not the row's own. */
function place(cell: HTMLElement, where: string, home: string): void {
  const { node, process } = address(where);
  cell.title = where;
  if (!node || node === home) {
    cell.append(shortProcess(process));
    return;
  }
  // The colour comes first and the name last: where room is short, the process stays readable.
  cell.append(
    element('span', { class: `other-node ${nodeClass(node)}`, text: shortProcess(process) }),
    element('span', { class: 'other-node-name', text: node }),
  );
}

function methodCell(span: Span, cell: HTMLElement): void {
  const { name, inner } = span.method;
  cell.title = inner === undefined ? name : `${name} · ${inner}`;
  cell.append(element('span', { class: 'method', text: name }));
  if (inner !== undefined) cell.append(' ', element('span', { class: 'inner-method', text: inner }));
}

/** The duration; of a request that waits, its age with a line that grows to the end of its sender's wait. */
function durationCell(span: Span, cell: HTMLElement, now: number): void {
  const age = ageOf(span, now);
  cell.append(spanDuration(span, now));
  if (!age) return;
  cell.classList.add('age');
  cell.classList.toggle('overdue', age.overdue);
  cell.style.setProperty('--age', `${(age.share * 100).toFixed(1)}%`);
  cell.title = waitingWords(span, now);
}

const outcomeWords: Record<Span['status'], string> = {
  pending: 'waiting',
  ok: 'ok',
  sent: 'sent',
  timeout: 'timeout',
  offline: 'offline',
  dropped: 'dropped',
  exited: 'exited',
};

export function outcomeMark(span: Span): HTMLElement {
  const tone = span.failed ? 'bad' : span.status === 'pending' ? 'waiting' : span.status === 'ok' ? 'good' : 'plain';
  const cause = span.failures[0]?.cause;
  const mark = element('span', { class: `outcome ${tone}`, text: outcomeWords[span.status], title: cause });
  if (span.answer) mark.append(element('span', { class: 'answer', text: span.answer }));
  return mark;
}

/** Time from request to response; for one that waits, its age so far. */
export function spanDuration(span: Span, now: number): string {
  if (span.durationMs !== undefined) return duration(span.durationMs);
  return span.status === 'pending' ? `${duration(Math.max(0, now - span.start))} …` : '';
}
