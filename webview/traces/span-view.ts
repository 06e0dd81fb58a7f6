/** One span in full: who asked whom, what was said, and why it failed. */
import { element } from '../shared/dom.ts';
import { below, openMenu } from '../shared/menu.ts';
import type { Payload, TraceEvent } from '../shared/messages.ts';
import { payloadView } from '../shared/payload-view.ts';
import { button } from '../shared/toolkit.ts';
import { address, clock } from '../shared/words.ts';
import { ageOf, waitingWords } from './age.ts';
import { outcomeMark, spanDuration } from './columns.ts';
import { copyForms } from './copy-as.ts';
import { mendsOf } from './mend.ts';
import { nameIn } from './method.ts';
import type { Span } from './span.ts';

export interface SpanActions {
  copy(text: string): void;
  openInject(target: { node: string; process: string; body: string }): void;
  /** Address of a node's HTTP server, while it runs. */
  http(node: string): string | undefined;
  /** Opens the page that explains the causes. */
  explainCauses(): void;
}

export function spanView(span: Span, actions: SpanActions): HTMLElement[] {
  const { name, inner } = span.method;
  const parts: (HTMLElement | undefined)[] = [
    element('div', { class: 'span-heading' }, [
      element('h2', { text: inner ? `${name} · ${inner}` : name }),
      outcomeMark(span),
      element('span', { class: 'dim span-time', text: spanDuration(span, Date.now()) }),
      element('span', { class: 'span-actions' }, [
        copyButton(span, actions),
        injectable(span) &&
          button({
            kind: 'secondary',
            icon: 'send',
            text: 'Open in Inject',
            title: 'Fill the inject form with this request',
            press: () => actions.openInject(injectable(span)!),
          }),
      ]),
    ]),
    element('p', { class: 'route' }, [
      element('code', { text: span.from }),
      ' → ',
      element('code', { text: span.to }),
      element('span', { class: 'dim', text: ` at ${clock(span.start)}` }),
    ]),
    ...different(span.failures).map((failure, index) => failureBox(failure, index === 0, actions)),
    ...bytes('Request', span.request, fromHttpServer(span), actions),
    ...bytes('Response', span.response, fromHttpServer(span), actions),
    noResponse(span),
    identity(span),
  ];
  return parts.filter((part) => part !== undefined);
}

function copyButton(span: Span, actions: SpanActions): HTMLElement {
  const made = button({
    kind: 'secondary',
    icon: 'copy',
    text: 'Copy as …',
    title: 'Copy this message as a command or as JSON',
    attributes: { 'aria-haspopup': 'menu' },
    press: () => {
      const forms = copyForms(span, actions.http(address(span.to).node));
      openMenu(
        'Copy as',
        below(made),
        forms.map(({ name, text }) => ({ text: name, press: () => actions.copy(text) })),
      );
    },
  });
  return made;
}

const fromHttpServer = (span: Span): boolean => address(span.from).process === 'http-server:distro:sys';

/** A refusal and the error that it becomes for the sender often say the same. */
const different = (failures: Span['failures']): Span['failures'] =>
  failures.filter(
    ({ cause, detail, node }, index) =>
      index === failures.findIndex((one) => one.cause === cause && one.detail === detail && one.node === node),
  );

/** Why it failed: the cause, the node's sentence, and what to write where. The first one links to the page of causes. */
function failureBox(failure: Span['failures'][number], first: boolean, actions: SpanActions): HTMLElement {
  const { cause, detail, node } = failure;
  const link = element('a', { text: 'All causes', attributes: { href: '#' }, title: 'Why a message did not arrive' });
  link.addEventListener('click', (event) => {
    event.preventDefault();
    actions.explainCauses();
  });
  const mends = mendsOf(failure);
  return element('div', { class: 'failure', role: 'note', attributes: { 'aria-label': 'Why it failed' } }, [
    element('div', { class: 'failure-head' }, [
      element('span', {}, [
        element('span', { text: 'Why it failed: ' }),
        element('code', { class: 'cause', text: cause ?? 'failed' }),
        element('span', { class: 'dim', text: ` on ${node}` }),
      ]),
      first ? link : undefined,
    ]),
    element('p', { text: detail ?? 'The node gave no reason.' }),
    ...mends.flatMap(({ where, entry }, index) => [
      element('p', { class: 'mend-where', text: `${index ? 'Or add' : 'Add'} to ${where}:` }),
      element('div', { class: 'mend' }, [
        element('code', { text: entry }),
        button({ kind: 'icon', icon: 'copy', title: `Copy ${entry}`, press: () => actions.copy(entry) }),
      ]),
    ]),
  ]);
}

/** Body and blob. Between http-server and an app the blob is what a person looks for; the body is but the envelope. */
function bytes(title: string, event: TraceEvent | undefined, http: boolean, { copy }: SpanActions): HTMLElement[] {
  if (!event || event.kind === 'process') return [];
  const show = (what: string, payload: Payload, open: boolean) =>
    payloadView({ title: `${title} ${what}`, payload, open, copy });
  if (!http) return [show('body', event.body, true), ...(event.blob ? [show('blob', event.blob, true)] : [])];
  const named = event.body.text && nameIn(event.body.text);
  const envelope = named === 'Http' || title === 'Response' ? 'HTTP head' : 'envelope';
  const content = named?.startsWith('WebSocket') ? 'frame' : 'HTTP body';
  return [...(event.blob ? [show(content, event.blob, true)] : []), show(envelope, event.body, !event.blob?.bytes)];
}

function noResponse(span: Span): HTMLElement | undefined {
  if (span.status === 'pending') {
    const now = Date.now();
    const overdue = ageOf(span, now)?.overdue ? ' overdue' : '';
    return element('p', { class: `waiting-words${overdue}`, text: waitingWords(span, now) });
  }
  return span.status === 'sent' ? element('p', { class: 'dim', text: 'The sender expects no response.' }) : undefined;
}

/** Lets what `spanView` made grow older, without touching what a person has unfolded or marked in it. */
export function growOlder(view: HTMLElement, span: Span): void {
  const now = Date.now();
  const age = ageOf(span, now);
  const words = view.querySelector('.waiting-words');
  if (!age || !words) return;
  words.textContent = waitingWords(span, now);
  words.classList.toggle('overdue', age.overdue);
  const time = view.querySelector('.span-time');
  if (time) time.textContent = spanDuration(span, now);
}

function identity(span: Span): HTMLElement {
  const facts: [string, string | undefined][] = [
    ['message id', span.events[0]?.id],
    ['trace', span.trace],
    ['span', span.id],
    ['caused by span', span.parent],
    ['expects response', span.request?.expectsResponse === undefined ? undefined : `${span.request.expectsResponse} s`],
    ['seen by', [...new Set(span.events.map((event) => event.node))].join(', ')],
  ];
  return element('details', { class: 'payload' }, [
    element('summary', {}, [element('span', { class: 'payload-title', text: 'Identity' })]),
    element(
      'dl',
      { class: 'facts' },
      facts.flatMap(([name, value]) =>
        value ? [element('dt', { text: name }), element('dd', {}, [element('code', { text: value })])] : [],
      ),
    ),
  ]);
}

/** A request to an app's process can be sent again by hand, if its body is text. */
function injectable(span: Span): { node: string; process: string; body: string } | undefined {
  const body = span.request?.kind === 'request' && !fromHttpServer(span) ? span.request.body.text : undefined;
  const { node, process } = address(span.to);
  return body === undefined || !node ? undefined : { node, process, body };
}
