/** The searchable list of processes: a list box that is always open, grouped by node. */
import { element } from '../shared/dom.ts';
import type { NodeRow } from '../shared/messages.ts';
import { nodeClass } from '../shared/node-colours.ts';
import { textField } from '../shared/toolkit.ts';
import { rowAfterKey } from '../shared/virtual-window.ts';
import { sameTarget, type Target, targetGroups } from './targets.ts';

export interface TargetPicker {
  readonly element: HTMLElement;
  show(nodes: readonly NodeRow[], chosen: Pick<Target, 'node' | 'process'> | undefined): void;
}

export function targetPicker(choose: (target: Target) => void): TargetPicker {
  let nodes: readonly NodeRow[] = [];
  let chosen: Pick<Target, 'node' | 'process'> | undefined;
  let shown: readonly Target[] = [];
  let searched = '';
  let drawn = '';
  const list = element('div', {
    class: 'targets',
    role: 'listbox',
    attributes: { tabindex: 0, 'aria-label': 'Process to send to' },
  });
  const search = textField({
    label: 'Search processes',
    placeholder: 'Search processes',
    class: 'target-search',
    changed: (text) => {
      searched = text;
      draw();
    },
  });

  const move = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = shown.findIndex((target) => chosen && sameTarget(target, chosen));
    const next = rowAfterKey(event.key, index, shown.length, 8);
    const target = next === undefined ? undefined : shown[next];
    if (!target) return;
    event.preventDefault();
    choose(target);
  };
  list.addEventListener('keydown', move);
  // From the search field one goes down into the list without leaving the keyboard.
  search.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(event);
    if (event.key === 'Enter' && shown[0] && !shown.some((target) => chosen && sameTarget(target, chosen)))
      choose(shown[0]);
  });
  list.addEventListener('click', (event) => {
    const option = event.target instanceof Element ? event.target.closest('[role=option]') : null;
    const target = option && shown[Number(option.id.slice('target-'.length))];
    if (target) choose(target);
  });

  const draw = () => {
    const groups = targetGroups(nodes, searched);
    const now = JSON.stringify([groups, chosen]);
    if (now === drawn) return;
    drawn = now;
    shown = groups.flatMap((group) => group.targets);
    let index = 0;
    list.replaceChildren(
      ...groups.map((group) =>
        element(
          'div',
          { role: 'group', attributes: { 'aria-label': group.modules ? `Modules of ${group.node}` : group.node } },
          [
            element('div', {
              class: `target-node ${group.modules ? 'modules' : ''} node-mark ${nodeClass(group.node)}`,
              text: group.modules ? `${group.node} · modules` : group.node,
              attributes: { 'aria-hidden': true },
            }),
            ...group.targets.map((target) => option(target, index++)),
          ],
        ),
      ),
    );
    if (shown.length === 0) list.append(element('p', { class: 'dim no-target', text: 'No process matches.' }));
    const active = list.querySelector('[aria-selected=true]');
    if (active) list.setAttribute('aria-activedescendant', active.id);
    else list.removeAttribute('aria-activedescendant');
    active?.scrollIntoView({ block: 'nearest' });
  };

  const option = (target: Target, index: number) => {
    const selected = chosen !== undefined && sameTarget(target, chosen);
    const [name, ...rest] = target.process.split(':');
    const ended = target.state === 'ended';
    return element(
      'div',
      {
        class: `target ${target.kind} ${selected ? 'selected' : ''}`,
        role: 'option',
        id: `target-${index}`,
        title: `${target.node}@${target.process}`,
        attributes: {
          'aria-selected': selected,
          'aria-label': `${target.process}${ended ? ' ended' : ''} on ${target.node}`,
        },
      },
      [
        element('span', { class: 'target-name', text: name }),
        element('span', { class: 'dim', text: `:${rest.join(':')}` }),
        ...(ended ? [' ', element('span', { class: 'target-state', text: 'ended' })] : []),
      ],
    );
  };

  return {
    element: element('section', { class: 'picker', attributes: { 'aria-label': 'Target' } }, [search, list]),
    show(nextNodes, nextChosen) {
      nodes = nextNodes;
      chosen = nextChosen;
      draw();
    },
  };
}
