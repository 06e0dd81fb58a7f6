/** The requests of this session: the one shown in full with its answer, the others as a list. */
import { element } from '../shared/dom.ts';
import type { HistoryEntry } from '../shared/messages.ts';
import { nodeClass } from '../shared/node-colours.ts';
import { payloadView } from '../shared/payload-view.ts';
import { button } from '../shared/toolkit.ts';
import { clock, duration, shortProcess } from '../shared/words.ts';

const words = {
  ok: 'ok',
  sent: 'sent',
  timeout: 'timeout',
  offline: 'offline',
  refused: 'refused',
} as const;

export function outcome({ answer }: HistoryEntry): HTMLElement {
  if (!answer) return element('span', { class: 'outcome waiting', text: 'waiting' });
  const tone = answer.outcome === 'ok' ? 'good' : answer.outcome === 'sent' ? 'plain' : 'bad';
  return element('span', { class: `outcome ${tone}`, text: words[answer.outcome] });
}

export interface AnswerActions {
  copy(text: string): void;
  showSpan(at: { trace: string; span: string }): void;
}

/** One request's answer with everything that came back. */
export function answerView(entry: HistoryEntry, actions: AnswerActions): HTMLElement[] {
  const { answer, injection } = entry;
  const { trace, span } = answer ?? {};
  const made: HTMLElement[] = [
    element('div', { class: 'answer-heading' }, [
      element('h2', { text: 'Answer' }),
      outcome(entry),
      answer && element('span', { class: 'dim', text: duration(answer.durationMs) }),
      element('span', {
        class: 'dim answer-of',
        text: `${shortProcess(injection.process)} on ${injection.node}, sent ${clock(entry.time)}`,
      }),
      trace !== undefined && span !== undefined
        ? button({
            text: 'Show in Message Traces',
            icon: 'trace',
            class: 'show-span',
            press: () => actions.showSpan({ trace, span }),
          })
        : undefined,
    ]),
  ];
  if (!answer) {
    const wait = injection.expectsResponse;
    made.push(
      element('p', {
        class: 'dim',
        text: wait === undefined ? 'On its way.' : `Waiting up to ${wait} s for the response.`,
      }),
    );
    return made;
  }
  if (answer.detail)
    made.push(element('div', { class: 'failure', role: 'note' }, [element('p', { text: answer.detail })]));
  if (answer.body)
    made.push(payloadView({ title: 'Response body', payload: answer.body, open: true, copy: actions.copy }));
  if (answer.blob)
    made.push(payloadView({ title: 'Response blob', payload: answer.blob, open: true, copy: actions.copy }));
  return made;
}

/** The list of earlier requests, newest first. */
export function historyList(
  entries: readonly HistoryEntry[],
  shownId: number | undefined,
  choose: (entry: HistoryEntry) => void,
): HTMLElement[] {
  return entries.map((entry) => {
    const { injection, answer } = entry;
    const made = element(
      'button',
      {
        class: `history-entry ${entry.id === shownId ? 'selected' : ''}`,
        title: 'Show its answer and fill the form with it',
        attributes: { type: 'button', 'aria-pressed': entry.id === shownId },
      },
      [
        element('span', { class: 'history-time', text: clock(entry.time) }),
        element('span', {
          class: `node-mark ${nodeClass(injection.node)}`,
          text: `${injection.node} ${shortProcess(injection.process)}`,
        }),
        element('code', { class: 'history-body', text: injection.body.replace(/\s+/g, ' ').slice(0, 200) }),
        outcome(entry),
        element('span', { class: 'dim history-duration', text: answer ? duration(answer.durationMs) : '' }),
      ],
    );
    made.addEventListener('click', () => choose(entry));
    return made;
  });
}
