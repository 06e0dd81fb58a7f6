/** What a panel shows when it has nothing to show: why, and the one thing to do about it. */
import { element, icon } from './dom.ts';
import type { NodeRow } from './messages.ts';
import { button } from './toolkit.ts';

export interface EmptyState {
  readonly title: string;
  readonly text: string;
  readonly action?: { readonly text: string; readonly press: () => void };
}

export function emptyState({ title, text, action }: EmptyState): HTMLElement {
  const drawn = icon('network', 40);
  return element('div', { class: 'empty' }, [
    drawn,
    element('h2', { text: title }),
    element('p', { text }),
    action && button({ kind: 'primary', text: action.text, press: action.press }),
  ]);
}

/** The state of a network without a running node, or undefined if one runs. */
export function idleNetwork(nodes: readonly NodeRow[] | undefined, start: () => void): EmptyState | undefined {
  if (nodes === undefined) return { title: 'Looking for nodes …', text: 'The panel fills in a moment.' };
  if (nodes.some((node) => node.state === 'running')) return undefined;
  if (nodes.some((node) => node.state === 'starting'))
    return {
      title: 'The network is starting',
      text: 'Its messages and processes appear here as soon as a node answers.',
    };
  const crashed = nodes.find((node) => node.state === 'crashed');
  return {
    title: 'No node is running',
    text:
      crashed?.problem ?? 'Start two local nodes with your app on each; they talk over a real peer-to-peer network.',
    action: { text: 'Start network', press: start },
  };
}

/** Swaps between the content and an empty state in its place. */
export function emptyFrame(content: HTMLElement): {
  readonly element: HTMLElement;
  show(state: EmptyState | undefined): void;
} {
  const frame = element('div', { class: 'frame' }, [content]);
  let shown = '';
  return {
    element: frame,
    show(state) {
      const now = state ? `${state.title}\n${state.text}` : '';
      if (now === shown) return;
      shown = now;
      frame.replaceChildren(state ? emptyState(state) : content);
    },
  };
}
