/** The page of the *Inject* panel. */
import * as v from 'valibot';
import { element } from '../shared/dom.ts';
import { emptyFrame, idleNetwork } from '../shared/empty-state.ts';
import { connectHost } from '../shared/host.ts';
import { firstMistake } from '../shared/json-text.ts';
import { type FromInject, type HistoryEntry, type NodeRow, toInject } from '../shared/messages.ts';
import { nodeClass } from '../shared/node-colours.ts';
import { button, checkbox, setDisabled, textField } from '../shared/toolkit.ts';
import { answerView, historyList } from './history-view.ts';
import { targetPicker } from './target-picker.ts';
import { firstTarget, processTarget, sameTarget, type Target } from './targets.ts';
import './inject.css';

/** Everything that a person typed; kept, so that a hidden tab comes back as it was. */
const form = v.object({
  target: v.optional(v.object({ node: v.string(), process: v.string() })),
  body: v.string(),
  blob: v.string(),
  mime: v.string(),
  expects: v.boolean(),
  timeout: v.string(),
  shown: v.optional(v.number()),
});
type Form = v.InferOutput<typeof form>;

let nodes: readonly NodeRow[] | undefined;
let history: readonly HistoryEntry[] = [];

const host = connectHost<v.InferOutput<typeof toInject>, FromInject, Form>(toInject, form, (message) => {
  if (message.type === 'network') {
    nodes = message.nodes;
    for (const node of nodes) nodeClass(node.name);
    // Nodes tell their processes one after another: the first app is only known when all have.
    const first =
      kept.target?.node === '' ? processTarget(nodes, kept.target.process) : chosen ? undefined : firstTarget(nodes);
    if (first) set({ target: { node: first.node, process: first.process } });
    draw();
  } else if (message.type === 'history') {
    // The newest request is the one that a person just sent: its answer is what they look for.
    const newest = message.entries[0]?.id;
    if (
      newest !== history[0]?.id &&
      newest !== undefined &&
      (history.length > 0 || kept.shown === undefined || awaiting)
    )
      set({ shown: newest });
    awaiting = false;
    history = message.entries;
    drawHistory();
  } else {
    fill({
      target: { node: message.node, process: message.process },
      ...(message.body === undefined ? {} : { body: message.body }),
    });
    bodyBox.focus();
  }
});
let kept: Form = host.kept ?? {
  target: undefined,
  body: '{"GetConversations": ""}',
  blob: '',
  mime: '',
  expects: true,
  timeout: '15',
  shown: undefined,
};
let awaiting = false;
/** Whether a person has chosen the target, or it is what we thought likely. */
let chosen = kept.target !== undefined;

function set(change: Partial<Form>): void {
  kept = { ...kept, ...change };
  host.keep(kept);
}

// --- the form ---
const picker = targetPicker((target: Target) => {
  chosen = true;
  set({ target: { node: target.node, process: target.process } });
  draw();
});
const targetLine = element('div', { class: 'target-line', attributes: { 'aria-live': 'polite' } });

const bodyState = element('div', { class: 'body-state', id: 'body-state', attributes: { 'aria-live': 'polite' } });
const bodyBox = element('textarea', {
  class: 'editor',
  id: 'body',
  attributes: {
    rows: 6,
    spellcheck: false,
    autocapitalize: 'off',
    autocomplete: 'off',
    'aria-describedby': 'body-state',
  },
});
bodyBox.value = kept.body;
bodyBox.addEventListener('input', () => {
  set({ body: bodyBox.value });
  drawBodyState();
});

const blobBox = element('textarea', {
  class: 'editor',
  attributes: { rows: 4, spellcheck: false, 'aria-label': 'Blob, as text' },
});
blobBox.value = kept.blob;
blobBox.addEventListener('input', () => set({ blob: blobBox.value }));
const mimeField = textField({
  label: 'Mime type of the blob',
  placeholder: 'Mime type, e.g. text/plain',
  value: kept.mime,
  changed: (mime) => set({ mime }),
});
const blobPart = element('details', { class: 'blob-part' }, [
  element('summary', { text: 'Blob (optional)' }),
  blobBox,
  mimeField,
]);
blobPart.open = kept.blob !== '';

const expectsBox = checkbox({
  text: 'Expects a response',
  checked: kept.expects,
  changed: (expects) => {
    set({ expects });
    draw();
  },
});
const timeoutField = textField({
  label: 'Timeout in seconds',
  value: kept.timeout,
  class: 'timeout',
  changed: (timeout) => {
    set({ timeout });
    draw();
  },
});
const sendButton = button({
  kind: 'primary',
  icon: 'send',
  text: 'Send',
  title: 'Send (Ctrl+Enter)',
  press: () => send(),
});
const hindrance = element('span', { class: 'hindrance', id: 'hindrance', role: 'status' });

const formPart = element('section', { class: 'form', attributes: { 'aria-label': 'Request' } }, [
  targetLine,
  element('label', { class: 'field-label', text: 'Body (JSON)', attributes: { for: 'body' } }),
  bodyBox,
  bodyState,
  blobPart,
  element('div', { class: 'options' }, [
    expectsBox,
    element('span', { class: 'timeout-part' }, ['within ', timeoutField, ' s']),
    element('span', { class: 'send-part' }, [
      hindrance,
      element('kbd', { class: 'keys', text: 'Ctrl+Enter' }),
      sendButton,
    ]),
  ]),
]);

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  send();
});

/** Why the request cannot be sent now, or undefined. */
function hindered(): string | undefined {
  const { target } = kept;
  const node = nodes?.find(({ name }) => name === target?.node);
  if (!target) return 'Choose a process.';
  if (node?.state !== 'running') return `${target.node} is not running.`;
  if (firstMistake(kept.body)) return 'The body is not JSON yet.';
  if (kept.expects && seconds() === undefined) return 'The timeout is a whole number of seconds, 1 to 86400.';
  return undefined;
}

function seconds(): number | undefined {
  const value = Number(kept.timeout);
  return /^\d+$/.test(kept.timeout.trim()) && value >= 1 && value <= 86400 ? value : undefined;
}

function send(): void {
  const hindering = hindered();
  const { target } = kept;
  draw();
  if (hindering !== undefined || !target) {
    const mistake = firstMistake(kept.body);
    if (mistake) goTo(mistake.offset);
    return;
  }
  awaiting = true;
  chosen = true;
  host.post({
    type: 'send',
    injection: {
      ...target,
      body: kept.body,
      blob: kept.blob || undefined,
      mime: kept.blob ? kept.mime || undefined : undefined,
      expectsResponse: kept.expects ? seconds() : undefined,
    },
  });
}

function goTo(offset: number): void {
  bodyBox.focus();
  bodyBox.setSelectionRange(offset, offset);
}

function drawBodyState(): void {
  const mistake = firstMistake(kept.body);
  bodyBox.setAttribute('aria-invalid', String(mistake !== undefined));
  if (!mistake) {
    bodyState.className = 'body-state';
    bodyState.textContent = 'Valid JSON';
  } else {
    const place = element('button', {
      class: 'place',
      text: `Line ${mistake.line}, column ${mistake.column}`,
      title: 'Go to the mistake',
      attributes: { type: 'button' },
    });
    place.addEventListener('click', () => goTo(mistake.offset));
    bodyState.className = 'body-state bad';
    bodyState.replaceChildren(place, `: ${mistake.text}`);
  }
  drawSend();
}

function drawSend(): void {
  const hindering = hindered();
  setDisabled(sendButton, hindering !== undefined);
  hindrance.textContent = hindering ?? '';
}

function draw(): void {
  picker.show(nodes ?? [], kept.target);
  const { target } = kept;
  targetLine.replaceChildren(
    ...(target
      ? [
          element('span', { class: 'dim', text: 'To' }),
          element('code', { text: target.process }),
          element('span', { class: 'dim', text: 'on' }),
          element('span', { class: `node-mark ${nodeClass(target.node)}`, text: target.node }),
          ...(missing(target) ? [element('span', { class: 'target-state', text: missing(target) ?? '' })] : []),
        ]
      : [element('span', { class: 'dim', text: 'Choose a process from the list.' })]),
  );
  setDisabled(timeoutField, !kept.expects);
  drawBodyState();
  frame.show(
    nodes?.length && history.length ? undefined : idleNetwork(nodes, () => host.post({ type: 'start-network' })),
  );
}

/** A process that is not (or no longer) there can still be sent to: to see what becomes of it. */
function missing(target: { node: string; process: string }): string | undefined {
  const node = nodes?.find(({ name }) => name === target.node);
  if (!node) return 'no such node';
  const process = node.processes.find(({ id }) => sameTarget({ node: node.name, process: id }, target));
  return node.state !== 'running'
    ? node.state
    : !process
      ? 'not running there'
      : process.state === 'ended'
        ? 'ended'
        : undefined;
}

function fill(change: Partial<Form>): void {
  if (change.target) chosen = true;
  set(change);
  bodyBox.value = kept.body;
  blobBox.value = kept.blob;
  mimeField.value = kept.mime;
  timeoutField.value = kept.timeout;
  expectsBox.checked = kept.expects;
  if (kept.blob) blobPart.open = true;
  draw();
}

// --- answer and history ---
const answerPart = element('section', {
  class: 'answer-part',
  attributes: { 'aria-label': 'Answer', 'aria-live': 'polite' },
});
const historyPart = element('section', { class: 'history', attributes: { 'aria-label': 'History of this session' } });

function drawHistory(): void {
  const shown = history.find(({ id }) => id === kept.shown) ?? history[0];
  answerPart.replaceChildren(
    ...(shown
      ? answerView(shown, {
          copy: (text) => host.post({ type: 'copy', text }),
          showSpan: (at) => host.post({ type: 'show-span', ...at }),
        })
      : [element('p', { class: 'dim', text: 'The answer appears here.' })]),
  );
  historyPart.replaceChildren(
    ...(history.length ? [element('h2', { text: 'History' })] : []),
    ...historyList(history, shown?.id, (entry) => {
      const { node, process, body, blob, mime, expectsResponse } = entry.injection;
      set({ shown: entry.id });
      fill({
        target: { node, process },
        ...{ body, blob: blob ?? '', mime: mime ?? '', expects: expectsResponse !== undefined },
        ...(expectsResponse === undefined ? {} : { timeout: String(expectsResponse) }),
      });
      drawHistory();
    }),
  );
  draw();
}

const frame = emptyFrame(
  element('div', { class: 'inject-content' }, [
    picker.element,
    element('div', { class: 'inject-main' }, [formPart, answerPart, historyPart]),
  ]),
);
document.body.append(element('main', { class: 'panel inject' }, [frame.element]));
drawHistory();
host.started();
