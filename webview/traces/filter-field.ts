/** The filter's field: its text, what may be written next, and below it what is wrong with it. */
import { element } from '../shared/dom.ts';
import { textField } from '../shared/toolkit.ts';
import type { Completion } from './filter-completion.ts';
import type { FilterError } from './filter-language.ts';

export interface FilterFieldOptions {
  readonly value: string;
  /** Each change of the text, by hand, by a proposal or by `set`. */
  changed(text: string): void;
  completions(text: string, caret: number): readonly Completion[];
}

export interface FilterField {
  readonly element: HTMLElement;
  readonly value: string;
  set(text: string): void;
  showErrors(errors: readonly FilterError[]): void;
}

/** A combobox: the arrow keys walk through the proposals, Enter and Tab take one, Escape puts them away. */
export function filterField({ value, changed, completions }: FilterFieldOptions): FilterField {
  const input = textField({
    label: 'Filter messages',
    placeholder: 'Filter: from:, to:, node:, method:, status:, slower:, words …',
    value,
    changed: () => edited(),
  });
  const list = element('div', { class: 'completions', id: 'filter-completions', role: 'listbox' });
  list.setAttribute('aria-label', 'Proposals for the filter');
  const wrong = element('div', { class: 'filter-errors', id: 'filter-errors', role: 'status' });
  for (const [name, text] of [
    ['role', 'combobox'],
    ['aria-autocomplete', 'list'],
    ['aria-expanded', 'false'],
    ['aria-controls', list.id],
    ['aria-describedby', wrong.id],
  ] as const)
    input.setAttribute(name, text);
  list.hidden = true;
  wrong.hidden = true;
  let offered: readonly Completion[] = [];
  let active = -1;

  const caret = () => input.selectionEnd ?? input.value.length;
  const offer = () => show(completions(input.value, caret()));
  const close = () => show([]);
  const show = (next: readonly Completion[]) => {
    offered = next;
    list.hidden = next.length === 0;
    input.setAttribute('aria-expanded', String(next.length > 0));
    list.replaceChildren(
      ...next.map(({ label, hint }, index) =>
        element('div', { class: 'completion', id: `completion-${index}`, role: 'option' }, [
          element('span', { class: 'completion-label', text: label }),
          hint === undefined ? undefined : element('span', { class: 'completion-hint', text: hint }),
        ]),
      ),
    );
    mark(-1);
  };
  const mark = (index: number) => {
    active = index;
    [...list.children].forEach((row, place) => {
      row.classList.toggle('active', place === index);
      row.setAttribute('aria-selected', String(place === index));
    });
    const row = list.children[index];
    if (!row) return input.removeAttribute('aria-activedescendant');
    input.setAttribute('aria-activedescendant', row.id);
    row.scrollIntoView({ block: 'nearest' });
  };
  const edited = () => {
    changed(input.value);
    if (input.value.trim() === '') close();
    else offer();
  };
  const take = (index: number) => {
    const chosen = offered[index];
    if (!chosen) return;
    // A blank that is there already is not written twice.
    const rest = input.value.slice(chosen.to);
    const insert = chosen.insert.endsWith(' ') && rest.startsWith(' ') ? chosen.insert.trimEnd() : chosen.insert;
    input.value = input.value.slice(0, chosen.from) + insert + rest;
    const place = chosen.from + insert.length;
    input.setSelectionRange(place, place);
    changed(input.value);
    // After a field its values; after a value the person goes on by themselves.
    if (insert.endsWith(':')) offer();
    else close();
  };

  input.addEventListener('keydown', (event) => {
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      if (list.hidden) offer();
      const step = key === 'ArrowDown' ? 1 : -1;
      // One place more than there are proposals: the text itself.
      if (offered.length) mark(((active + 1 + step + offered.length + 1) % (offered.length + 1)) - 1);
    } else if (key === ' ' && event.ctrlKey) offer();
    else if ((key === 'Enter' || key === 'Tab') && active >= 0) take(active);
    else if (key === 'Enter') close();
    else if (key === 'Escape' && !list.hidden) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener('click', () => {
    if (input.value === '') offer();
  });
  input.addEventListener('blur', close);
  list.addEventListener('mousedown', (event) => {
    // The focus stays in the field.
    event.preventDefault();
    const row = event.target instanceof Element ? event.target.closest('.completion') : null;
    if (row) take([...list.children].indexOf(row));
  });

  return {
    element: element('div', { class: 'filter' }, [input, list, wrong]),
    get value() {
      return input.value;
    },
    set(text) {
      input.value = text;
      close();
      changed(text);
    },
    showErrors(errors) {
      wrong.hidden = errors.length === 0;
      wrong.replaceChildren(...errors.map(({ text }) => element('p', { text })));
      input.setAttribute('aria-invalid', String(errors.length > 0));
    },
  };
}
