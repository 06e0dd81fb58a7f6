/** A small menu at a place of the page. One is open at a time; it closes by itself when the person turns elsewhere. */
import { element } from './dom.ts';

export interface MenuItem {
  readonly text: string;
  /** Shown dimmed behind the text. */
  readonly hint?: string | undefined;
  readonly press: () => void;
}

let closeOpen: (() => void) | undefined;

/**
 * Opens a menu with its corner at `at` (pixels of the window), within the window. Arrow keys, Home, End, the first letter,
 * Enter and Escape; when it closes, the focus goes back to where it was.
 */
export function openMenu(
  label: string,
  at: { readonly x: number; readonly y: number },
  items: readonly MenuItem[],
): void {
  closeOpen?.();
  if (items.length === 0) return;
  const before = document.activeElement;
  const rows = items.map(({ text, hint }, index) =>
    element('div', { class: 'menu-item', role: 'menuitem', attributes: { tabindex: -1, 'data-index': index } }, [
      element('span', { text }),
      hint === undefined ? undefined : element('span', { class: 'menu-hint', text: hint }),
    ]),
  );
  const menu = element('div', { class: 'menu', role: 'menu', attributes: { 'aria-label': label } }, rows);
  const focus = (index: number) => rows[(index + rows.length) % rows.length]?.focus();
  const elsewhere = (event: Event) => {
    if (!(event.target instanceof Node && menu.contains(event.target))) close(false);
  };
  const left = () => close(false);
  const close = (refocus: boolean) => {
    if (closeOpen === left) closeOpen = undefined;
    window.removeEventListener('mousedown', elsewhere, true);
    window.removeEventListener('wheel', elsewhere, true);
    window.removeEventListener('blur', left);
    menu.remove();
    if (refocus && before instanceof HTMLElement) before.focus();
  };
  const press = (target: EventTarget | null) => {
    const row = target instanceof Element ? target.closest<HTMLElement>('.menu-item') : null;
    if (!row) return;
    close(true);
    items[Number(row.dataset['index'])]?.press();
  };
  menu.addEventListener('click', (event) => press(event.target));
  menu.addEventListener('mousemove', ({ target }) => {
    if (target instanceof Element) target.closest<HTMLElement>('.menu-item')?.focus();
  });
  menu.addEventListener('contextmenu', (event) => event.preventDefault());
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (menu.isConnected && relatedTarget instanceof Node && !menu.contains(relatedTarget)) close(false);
  });
  menu.addEventListener('keydown', (event) => {
    const index = rows.indexOf(document.activeElement as HTMLDivElement);
    const places: Record<string, number> = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 };
    const place = places[event.key];
    if (place !== undefined) focus(place);
    else if (event.key === 'Enter' || event.key === ' ') press(event.target);
    else if (event.key === 'Escape' || event.key === 'Tab') close(true);
    else {
      const letter = event.key.toLowerCase();
      const next = [...items, ...items].findIndex(
        ({ text }, at) => at > index && text.toLowerCase().startsWith(letter),
      );
      if (letter.length === 1 && next >= 0) focus(next);
    }
    event.preventDefault();
    event.stopPropagation();
  });
  document.body.append(menu);
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(0, Math.min(at.x, window.innerWidth - width - 4))}px`;
  menu.style.top = `${Math.max(0, Math.min(at.y, window.innerHeight - height - 4))}px`;
  window.addEventListener('mousedown', elsewhere, true);
  window.addEventListener('wheel', elsewhere, true);
  window.addEventListener('blur', left);
  closeOpen = left;
  focus(0);
}

/** Just below an element: where a button's menu opens. */
export function below(control: HTMLElement): { x: number; y: number } {
  const { left, bottom } = control.getBoundingClientRect();
  return { x: left, y: bottom + 2 };
}
