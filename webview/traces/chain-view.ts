/** The chain of a message as a tree, with a bar for when each part of it ran. */
import { element } from '../shared/dom.ts';
import { rowAfterKey } from '../shared/virtual-window.ts';
import { address, duration, many, shortProcess } from '../shared/words.ts';
import { buildChain, type ChainLine, chainLimit } from './chain.ts';
import { nodeMark, outcomeMark, spanDuration } from './columns.ts';
import type { Span } from './span.ts';

export interface ChainView {
  readonly element: HTMLElement;
  /** Shows the chain of these spans with one of them selected. */
  show(spans: readonly Span[], selectedKey: string): void;
}

/** `chosen` is called when a person picks another span of the chain. */
export function chainView(chosen: (span: Span) => void): ChainView {
  const heading = element('h2', { class: 'chain-heading', id: 'chain-heading' });
  const tree = element('div', {
    class: 'chain',
    role: 'tree',
    attributes: { tabindex: 0, 'aria-label': 'Chain of causes and effects' },
  });
  let lines: readonly ChainLine[] = [];
  let selected = -1;

  const choose = (index: number) => {
    const line = lines[index];
    if (!line) return;
    mark(index);
    chosen(line.span);
  };
  const mark = (index: number) => {
    selected = index;
    [...tree.children].forEach((child, place) => {
      child.classList.toggle('selected', place === index);
      child.setAttribute('aria-selected', String(place === index));
    });
    const active = tree.children[index];
    if (!active) return tree.removeAttribute('aria-activedescendant');
    tree.setAttribute('aria-activedescendant', active.id);
    active.scrollIntoView({ block: 'nearest' });
  };
  tree.addEventListener('click', (event) => {
    const line = event.target instanceof Element ? event.target.closest('.chain-line') : null;
    if (line) choose([...tree.children].indexOf(line));
  });
  tree.addEventListener('keydown', (event) => {
    const next = rowAfterKey(event.key, selected, lines.length, 10);
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    choose(next);
  });

  return {
    element: element('section', { class: 'chain-box', attributes: { 'aria-labelledby': heading.id } }, [heading, tree]),
    show(spans, selectedKey) {
      const kept = lines[selected];
      lines = buildChain(spans);
      const begin = Math.min(...lines.map((line) => line.span.start));
      const end = Math.max(...lines.map((line) => endTime(line)), begin + 0.001);
      const nodes = new Set(spans.flatMap((span) => span.events.map((event) => event.node)));
      heading.textContent = `Chain · ${many(spans.length, 'message')} on ${many(nodes.size, 'node')} · ${duration(end - begin)}`;
      const drawn = lines.map((line, index) => drawLine(line, index, begin, end));
      if (lines.length >= chainLimit)
        drawn.push(
          element('div', { class: 'dim', role: 'none', text: `Only the first ${chainLimit} lines are shown.` }),
        );
      tree.replaceChildren(...drawn);
      const same = lines.findIndex(
        (line) => line.span.key === selectedKey && line.part === kept?.part && kept.span.key === selectedKey,
      );
      mark(same >= 0 ? same : lines.findIndex((line) => line.span.key === selectedKey));
    },
  };
}

const endTime = ({ span, time }: ChainLine): number => Math.max(time, span.start + (span.durationMs ?? 0));

function drawLine(line: ChainLine, index: number, begin: number, end: number): HTMLElement {
  const { span, part, depth } = line;
  const made = element('div', {
    class: `chain-line part-${part}`,
    role: 'treeitem',
    id: `chain-${index}`,
    attributes: { 'aria-level': depth + 1, 'aria-selected': false },
  });
  made.style.setProperty('--depth', String(Math.min(depth, 24)));
  const what = element('span', { class: 'chain-what' }, contents(line));
  const bar = element('span', { class: 'chain-bar', attributes: { 'aria-hidden': true } });
  if (part === 'request') {
    const whole = end - begin;
    const fill = element('span', { class: `chain-fill ${span.failed ? 'bad' : ''}` });
    fill.style.left = `${(((span.start - begin) / whole) * 100).toFixed(2)}%`;
    fill.style.width = `${(((span.durationMs ?? 0) / whole) * 100).toFixed(2)}%`;
    bar.append(fill);
  }
  const time = part === 'request' ? spanDuration(span, Date.now()) : `+${duration(Math.max(0, line.time - begin))}`;
  made.append(what, bar, element('span', { class: 'chain-time', text: time }));
  return made;
}

/** What happened, on which node, and between whom; the last part is cut first when room is short. */
function contents({ span, part }: ChainLine): (HTMLElement | string | undefined)[] {
  const from = address(span.from);
  const to = address(span.to);
  const arrow = (text: string) => element('span', { class: 'arrow', text });
  const route = (text: string, title?: string) => element('span', { class: 'chain-route', text, title });
  const home = from.node || span.node;
  if (part === 'request') {
    const { name, inner } = span.method;
    return [
      arrow('→'),
      element('span', { class: 'method', text: name }),
      inner === undefined ? undefined : element('span', { class: 'inner-method', text: inner }),
      nodeMark(to.node || home),
      span.status === 'pending' || span.status === 'sent' ? outcomeMark(span) : undefined,
      route(`${shortProcess(from.process)} → ${shortProcess(to.process)}`, `${span.from} → ${span.to}`),
    ];
  }
  if (part === 'response')
    return [
      arrow('←'),
      element('span', { class: 'chain-answer', text: 'response' }),
      outcomeMark(span),
      nodeMark(home),
      route(`${shortProcess(to.process)} → ${shortProcess(from.process)}`, `${span.to} → ${span.from}`),
    ];
  if (part === 'failure') {
    const failure = span.failures[0];
    return [
      arrow('✕'),
      outcomeMark(span),
      failure?.cause && failure.cause !== span.status
        ? element('code', { class: 'cause', text: failure.cause })
        : undefined,
      nodeMark(failure?.node ?? home),
      failure?.detail === undefined ? undefined : route(failure.detail, failure.detail),
    ];
  }
  const detail = span.events[0]?.detail;
  return [arrow('●'), outcomeMark(span), nodeMark(span.node), route(detail ?? shortProcess(to.process), detail)];
}
