/** One span in full: who asked whom, what was said, and why it failed. */
import { element } from '../shared/dom.ts';
import type { Payload, TraceEvent } from '../shared/messages.ts';
import { payloadView } from '../shared/payload-view.ts';
import { button } from '../shared/toolkit.ts';
import { address, clock } from '../shared/words.ts';
import { outcomeMark, spanDuration } from './columns.ts';
import { nameIn } from './method.ts';
import type { Span } from './span.ts';

export interface SpanActions {
  copy(text: string): void;
  openInject(target: { node: string; process: string; body: string }): void;
}

export function spanView(span: Span, actions: SpanActions): HTMLElement[] {
  const { name, inner } = span.method;
  const parts: (HTMLElement | undefined)[] = [
    element('div', { class: 'span-heading' }, [
      element('h2', { text: inner ? `${name} · ${inner}` : name }),
      outcomeMark(span),
      element('span', { class: 'dim', text: spanDuration(span, Date.now()) }),
      injectable(span) &&
        button({
          kind: 'secondary',
          icon: 'send',
          text: 'Open in Inject',
          title: 'Fill the inject form with this request',
          press: () => actions.openInject(injectable(span)!),
        }),
    ]),
    element('p', { class: 'route' }, [
      element('code', { text: span.from }),
      ' → ',
      element('code', { text: span.to }),
      element('span', { class: 'dim', text: ` at ${clock(span.start)}` }),
    ]),
    ...span.failures.map((failure) => failureBox(failure)),
    ...bytes('Request', span.request, fromHttpServer(span), actions),
    ...bytes('Response', span.response, fromHttpServer(span), actions),
    noResponse(span),
    identity(span),
  ];
  return parts.filter((part) => part !== undefined);
}

const fromHttpServer = (span: Span): boolean => address(span.from).process === 'http-server:distro:sys';

function failureBox({ cause, detail, node }: Span['failures'][number]): HTMLElement {
  return element('div', { class: 'failure', role: 'note' }, [
    element('div', {}, [
      element('code', { class: 'cause', text: cause ?? 'failed' }),
      element('span', { class: 'dim', text: ` on ${node}` }),
    ]),
    element('p', { text: detail ?? 'The node gave no reason.' }),
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
  if (span.status === 'pending')
    return element('p', {
      class: 'dim',
      text: `No response yet; the sender waits up to ${span.request?.expectsResponse ?? '?'} s.`,
    });
  return span.status === 'sent' ? element('p', { class: 'dim', text: 'The sender expects no response.' }) : undefined;
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
