/** The page of the *Message Traces* panel. */
import * as v from 'valibot';
import { element } from '../shared/dom.ts';
import { emptyFrame, idleNetwork } from '../shared/empty-state.ts';
import { connectHost } from '../shared/host.ts';
import { openMenu } from '../shared/menu.ts';
import { type FromTraces, type NodeRow, toTraces } from '../shared/messages.ts';
import { nodeClass } from '../shared/node-colours.ts';
import { split } from '../shared/splitter.ts';
import { button, setOn } from '../shared/toolkit.ts';
import { virtualTable } from '../shared/virtual-table.ts';
import { many } from '../shared/words.ts';
import { chainView } from './chain-view.ts';
import { columns } from './columns.ts';
import { facetsOf } from './facets.ts';
import { type SpanFilter, spanFilter } from './filter.ts';
import { completionsAt } from './filter-completion.ts';
import { filterField } from './filter-field.ts';
import { type FilterTerm, parseFilter, withTerm, writeTerm } from './filter-language.ts';
import type { Span } from './span.ts';
import { createSpanStore } from './span-store.ts';
import { growOlder, spanView } from './span-view.ts';
import './traces.css';

const keptState = v.object({ filter: v.string(), share: v.number(), selected: v.optional(v.string()) });

const store = createSpanStore();
let nodes: readonly NodeRow[] | undefined;
let rows: readonly Span[] = [];
let filter: SpanFilter | undefined;
/** Spans do not change, they are replaced: what the filter says of one holds as long as the filter does (see `visible`). */
let passes = new WeakMap<Span, boolean>();
let paused = false;
let arrivedWhilePaused = 0;
let toReveal: string | undefined;
let detailOf: Span | undefined;
let drawing = false;

const host = connectHost<v.InferOutput<typeof toTraces>, FromTraces, v.InferOutput<typeof keptState>>(
  toTraces,
  keptState,
  (message) => {
    if (message.type === 'network') {
      nodes = message.nodes;
      for (const node of nodes) nodeClass(node.name);
      update();
    } else if (message.type === 'events') {
      if (store.add(message.events)) {
        if (paused) arrivedWhilePaused += message.events.length;
        update();
      }
    } else if (message.type === 'cleared') {
      store.clear();
      setPaused(false);
      update();
    } else {
      toReveal = `${message.trace}/${message.span}`;
      update();
    }
  },
);
const kept = host.kept ?? { filter: '', share: 52, selected: undefined };
let keeping = { ...kept };
const keep = (change: Partial<typeof keeping>) => {
  keeping = { ...keeping, ...change };
  host.keep(keeping);
};
toReveal = kept.selected;

// --- the table ---
const table = virtualTable<Span>({
  label: 'Message traces',
  columns,
  rowHeight: 24,
  key: (span) => span.key,
  rowClass: (span) =>
    `${nodeClass(span.node)} ${span.failed ? 'failed' : ''} ${span.status === 'pending' ? 'waiting' : ''}`,
  selected: (span) => {
    keep({ selected: span?.key });
    showDetail(span);
  },
  activated: () => chain.element.querySelector<HTMLElement>('[role=tree]')?.focus(),
  keyPressed: (event) => {
    if (event.key === 'Escape') table.select(undefined);
  },
  altClicked: (event, span, column) => {
    const facet = facetsOf(span).find((each) => each.column === column);
    if (facet) addTerm({ ...facet, negated: event.shiftKey });
  },
  menuWanted: (span, at, column) => {
    const all = facetsOf(span);
    const here = all.filter((each) => each.column === column);
    const items = (negated: boolean) =>
      (here.length ? here : all).map((facet) => ({
        text: `${negated ? 'Without' : 'Only'} ${writeTerm(facet)}`,
        hint: here.length ? (negated ? 'Shift+Alt+Click' : 'Alt+Click') : undefined,
        press: () => addTerm({ ...facet, negated }),
      }));
    openMenu('Filter by this message', at, [...items(false), ...items(true)]);
  },
  followChanged: (on) => setFollow(on),
});

// --- the detail ---
const chain = chainView((span) => showSpan(span));
const spanBox = element('section', { class: 'span-box', attributes: { 'aria-label': 'Message', 'aria-live': 'off' } });
const closeDetail = button({
  kind: 'icon',
  icon: 'close',
  title: 'Close details',
  class: 'close-detail',
  press: () => table.select(undefined),
});
const detail = element('aside', { class: 'detail', attributes: { 'aria-label': 'Details' } }, [
  closeDetail,
  chain.element,
  spanBox,
]);
const panes = split(element('div', { class: 'list' }, [table.element]), detail, kept.share, (share) => keep({ share }));
panes.setOpen(false);

function showDetail(span: Span | undefined): void {
  panes.setOpen(span !== undefined);
  if (!span) {
    detailOf = undefined;
    return;
  }
  chain.show(store.ofTrace(span.trace), span.key);
  showSpan(span);
}

function showSpan(span: Span): void {
  if (detailOf === span) return;
  const sameSpan = detailOf?.key === span.key;
  detailOf = span;
  const { scrollTop } = detail;
  spanBox.replaceChildren(
    ...spanView(span, {
      copy: (text) => host.post({ type: 'copy', text }),
      openInject: (target) => host.post({ type: 'open-inject', ...target }),
      http: (node) => nodes?.find(({ name }) => name === node)?.http,
      explainCauses: () => host.post({ type: 'open-page', page: 'message-failures' }),
    }),
  );
  if (sameSpan) detail.scrollTop = scrollTop;
}

/** Keeps the open chain true while its messages go on. */
function refreshDetail(): void {
  if (!detailOf) return;
  const now = store.get(detailOf.key);
  if (!now) return;
  const spans = store.ofTrace(now.trace);
  const selected = now.key;
  if (now !== detailOf) showSpan(now);
  chain.show(spans, selected);
}

// --- the toolbar ---
const pauseButton = button({ kind: 'icon', icon: 'pause', title: 'Pause', press: () => setPaused(!paused) });
const followButton = button({
  kind: 'icon',
  icon: 'follow',
  title: 'Follow the newest message',
  press: () => setFollow(!following()),
});
const clearButton = button({
  kind: 'icon',
  icon: 'clear',
  title: 'Clear the traces of all nodes',
  press: () => host.post({ type: 'clear' }),
});
const field = filterField({
  value: kept.filter,
  changed: (text) => setFilter(text),
  completions: (text, caret) => completionsAt(text, caret, store.spans),
});
const count = element('span', { class: 'count', role: 'status' });
const toolbar = element('div', { class: 'toolbar', role: 'toolbar', attributes: { 'aria-label': 'Message traces' } }, [
  pauseButton,
  followButton,
  clearButton,
  field.element,
  count,
]);

const following = (): boolean => followButton.hasAttribute('data-on');

function setFollow(on: boolean): void {
  setOn(followButton, on, on ? 'Stop following the newest message' : 'Follow the newest message');
  table.setFollow(on);
}

function setPaused(on: boolean): void {
  paused = on;
  arrivedWhilePaused = 0;
  setOn(pauseButton, on, on ? 'Go on' : 'Pause');
  update();
}

function setFilter(text: string): void {
  const { terms, errors } = parseFilter(text);
  filter = spanFilter(terms);
  field.showErrors(errors);
  passes = new WeakMap();
  keep({ filter: text });
  refilter = true;
  update();
}

function addTerm(term: FilterTerm): void {
  field.set(withTerm(field.value, term));
}

// --- keeping it true ---
let refilter = true;
const frameOf = emptyFrame(panes.element);

function update(): void {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(draw);
}

function draw(): void {
  drawing = false;
  if (toReveal && store.get(toReveal)) {
    if (paused) setPaused(false);
    const span = store.get(toReveal)!;
    if (filter && !filter.passes(span, Date.now())) field.set('');
  }
  if (!paused || refilter) {
    const before = rows;
    rows = visible();
    table.setRows(rows, shiftOf(before, rows));
    refilter = false;
  }
  if (toReveal && store.get(toReveal)) {
    const key = toReveal;
    toReveal = undefined;
    table.select(key);
  }
  refreshDetail();
  drawCount();
  frameOf.show(emptiness());
}

function visible(): readonly Span[] {
  const wanted = filter;
  if (!wanted) return store.spans;
  const now = Date.now();
  return store.spans.filter((span) => {
    const known = passes.get(span);
    if (known !== undefined) return known;
    const pass = wanted.passes(span, now);
    // Of a request that waits, what holds now may not hold in a second.
    if (!wanted.timed || span.status !== 'pending') passes.set(span, pass);
    return pass;
  });
}

/** How many of the rows that were there have gone from the front, because the store is full. */
function shiftOf(before: readonly Span[], after: readonly Span[]): number {
  const first = after[0];
  if (!first || before[0] === undefined || before[0].key === first.key || store.get(before[0].key)) return 0;
  return Math.max(
    0,
    before.findIndex((span) => span.key === first.key),
  );
}

function drawCount(): void {
  const failed = rows.reduce((sum, span) => sum + (span.failed ? 1 : 0), 0);
  const words = filter
    ? [`${rows.length.toLocaleString('en')} of ${many(store.spans.length, 'message')}`]
    : [many(rows.length, 'message')];
  if (failed) words.push(`${failed.toLocaleString('en')} failed`);
  if (store.droppedSpans) words.push(`${store.droppedSpans.toLocaleString('en')} older ones let go`);
  if (paused) words.unshift(arrivedWhilePaused ? `Paused, ${many(arrivedWhilePaused, 'new event')}` : 'Paused');
  count.textContent = words.join(' · ');
}

function emptiness() {
  if (rows.length > 0) return undefined;
  if (store.spans.length > 0)
    return {
      title: 'Nothing matches the filter',
      text: `${many(store.spans.length, 'message')} hidden.`,
      action: {
        text: 'Clear filter',
        press: () => field.set(''),
      },
    };
  const idle = idleNetwork(nodes, () => host.post({ type: 'start-network' }));
  return (
    idle ?? {
      title: 'No message yet',
      text: 'Use the app, or send a message from the Inject panel: each message appears here as it passes.',
    }
  );
}

document.body.append(element('main', { class: 'panel traces' }, [toolbar, frameOf.element]));
setFilter(kept.filter);
setFollow(true);
draw();
// Requests that wait show their age, and come through a filter for slow ones when they are old enough.
setInterval(() => {
  if (filter?.timed && !paused && store.spans.some((span) => span.status === 'pending')) update();
  if (rows.some((span) => span.status === 'pending')) table.redraw();
  if (detailOf) growOlder(spanBox, detailOf);
}, 1000);
host.started();
