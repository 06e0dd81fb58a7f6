/** A bar between two panes that moves by mouse and by arrow keys. Side by side when wide, one above the other when narrow. */
import { element } from './dom.ts';

export interface Split {
  readonly element: HTMLElement;
  /** Shows or hides the second pane with its bar. */
  setOpen(open: boolean): void;
}

export function split(first: HTMLElement, second: HTMLElement, share: number, moved: (share: number) => void): Split {
  const bar = element('div', {
    class: 'splitter',
    role: 'separator',
    attributes: { tabindex: 0, 'aria-label': 'Size of the details', 'aria-valuemin': 15, 'aria-valuemax': 85 },
  });
  const frame = element('div', { class: 'split' }, [first, bar, second]);
  const narrow = window.matchMedia('(max-width: 1080px)');
  const set = (next: number) => {
    share = Math.min(85, Math.max(15, next));
    frame.style.setProperty('--share', `${share}%`);
    bar.setAttribute('aria-valuenow', String(Math.round(share)));
    moved(share);
  };
  const orient = () => bar.setAttribute('aria-orientation', narrow.matches ? 'horizontal' : 'vertical');
  narrow.addEventListener('change', orient);
  orient();
  bar.addEventListener('pointerdown', (event) => {
    bar.setPointerCapture(event.pointerId);
    event.preventDefault();
    bar.focus();
  });
  bar.addEventListener('pointermove', (event) => {
    if (!bar.hasPointerCapture(event.pointerId)) return;
    const box = frame.getBoundingClientRect();
    set(
      narrow.matches ? ((event.clientY - box.top) / box.height) * 100 : ((event.clientX - box.left) / box.width) * 100,
    );
  });
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -2, ArrowUp: -2, ArrowRight: 2, ArrowDown: 2 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(share + step);
  });
  set(share);
  return {
    element: frame,
    setOpen(open) {
      frame.classList.toggle('closed', !open);
    },
  };
}
