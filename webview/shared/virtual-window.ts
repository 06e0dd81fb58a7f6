/** Which rows of a long table exist as elements: those in view and a few around them. */

export interface Viewport {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly rowCount: number;
  /** Rows kept on each side, so that a quick scroll shows no gap. */
  readonly overscan: number;
}

/** Rows `first` to `end` (not included) are to exist. */
export function visibleRows(view: Viewport): { readonly first: number; readonly end: number } {
  const { scrollTop, height, rowHeight, rowCount, overscan } = view;
  const top = Math.min(Math.max(0, scrollTop), Math.max(0, rowCount * rowHeight - height));
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
  return { first, end: Math.min(rowCount, Math.ceil((top + Math.max(0, height)) / rowHeight) + overscan) };
}

/** The scroll position nearest to the present one in which row `index` is wholly in view. */
export function scrollToShow(index: number, view: Viewport): number {
  const { scrollTop, height, rowHeight } = view;
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + height) return Math.max(0, top + rowHeight - height);
  return scrollTop;
}

/** Whether the last row is in view, give or take a pixel of rounding. */
export const atEnd = ({ scrollTop, height, rowHeight, rowCount }: Viewport): boolean =>
  scrollTop + height >= rowCount * rowHeight - 2;

/** Where a key leads from row `index` (-1: none), or undefined if it is no key of movement. */
export function rowAfterKey(key: string, index: number, rowCount: number, page: number): number | undefined {
  const within = (row: number) => Math.min(rowCount - 1, Math.max(0, row));
  if (rowCount === 0) return undefined;
  switch (key) {
    case 'ArrowDown':
      return within(index + 1);
    case 'ArrowUp':
      return index < 0 ? rowCount - 1 : within(index - 1);
    case 'PageDown':
      return within(index + page);
    case 'PageUp':
      return within(index - page);
    case 'Home':
      return 0;
    case 'End':
      return rowCount - 1;
    default:
      return undefined;
  }
}
