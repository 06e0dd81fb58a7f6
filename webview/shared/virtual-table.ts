/**
 * A table of any length: only the rows in view exist. Role `grid` with one selectable row at a time; the grid itself has
 * the focus and names the selected row, so that a screen reader follows the arrow keys.
 */
import { element } from './dom.ts';
import { atEnd, rowAfterKey, scrollToShow, type Viewport, visibleRows } from './virtual-window.ts';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of a CSS grid: `84px`, `minmax(80px, 1fr)`. */
  readonly width: string;
  readonly align?: 'end';
  /** The column is left out while the table is narrower than this many pixels. */
  readonly hideBelow?: number;
  fill(row: Row, cell: HTMLElement): void;
}

export interface TableOptions<Row> {
  /** For screen readers. */
  readonly label: string;
  /** `treegrid` where rows have levels. */
  readonly role?: 'grid' | 'treegrid';
  readonly columns: readonly Column<Row>[];
  readonly rowHeight: number;
  key(row: Row): string;
  rowClass?(row: Row): string;
  /** Attributes of the row's element: `aria-level`, `aria-expanded`. */
  rowAttributes?(row: Row): Readonly<Record<string, string>>;
  /** The selected row changed, by mouse, keyboard or `select`. */
  selected?(row: Row | undefined): void;
  /** Enter or a double click. */
  activated?(row: Row): void;
  /** A key that the table itself has no use for. */
  keyPressed?(event: KeyboardEvent, row: Row | undefined): void;
  clicked?(event: MouseEvent, row: Row): void;
  /** A click with Alt, which selects nothing. */
  altClicked?(event: MouseEvent, row: Row, columnId: string | undefined): void;
  /** The context menu was asked for, by mouse or key; `at` is a place in the window, `columnId` the cell under the mouse. */
  menuWanted?(row: Row, at: { readonly x: number; readonly y: number }, columnId: string | undefined): void;
  /** The person scrolled away from the end, or back to it. */
  followChanged?(following: boolean): void;
}

export interface VirtualTable<Row> {
  readonly element: HTMLElement;
  readonly selectedKey: string | undefined;
  /** Shows these rows. `shift`: so many were taken from the front, so that what is in view stays in view. */
  setRows(rows: readonly Row[], shift?: number): void;
  /** Draws the rows in view anew, for what changes with the time. */
  redraw(): void;
  /** Selects a row that is there and brings it into view; undefined selects nothing. */
  select(key: string | undefined): void;
  /** While on, the end stays in view. */
  setFollow(following: boolean): void;
  focus(): void;
  dispose(): void;
}

let tables = 0;

export function virtualTable<Row>(options: TableOptions<Row>): VirtualTable<Row> {
  const prefix = `table${++tables}`;
  const header = element('div', { class: 'table-header', role: 'row', attributes: { 'aria-rowindex': 1 } });
  const body = element('div', { class: 'table-body', role: 'rowgroup' });
  const scroller = element('div', { class: 'table-scroller' }, [
    element('div', { class: 'table-head', role: 'rowgroup' }, [header]),
    body,
  ]);
  const grid = element(
    'div',
    {
      class: 'table',
      role: options.role ?? 'grid',
      attributes: { tabindex: 0, 'aria-label': options.label, 'aria-rowcount': 1 },
    },
    [scroller],
  );
  const { rowHeight } = options;
  const headerHeight = rowHeight + 2;
  const drawn = new Map<number, { readonly node: HTMLElement; row: Row }>();
  let columns = options.columns;
  let rows: readonly Row[] = [];
  let selectedKey: string | undefined;
  let selectedIndex = -1;
  let following = false;
  let frame = 0;
  /** Scroll events that our own scrolling causes say nothing about the person. */
  let expectedTop = -1;

  const viewport = (): Viewport => ({
    scrollTop: scroller.scrollTop,
    height: Math.max(0, scroller.clientHeight - headerHeight),
    rowHeight,
    rowCount: rows.length,
    overscan: 8,
  });

  const scrollTo = (top: number) => {
    if (Math.abs(scroller.scrollTop - top) < 1) return;
    scroller.scrollTop = top;
    expectedTop = scroller.scrollTop;
  };

  const drawRow = (node: HTMLElement, row: Row, index: number) => {
    const key = options.key(row);
    const selected = key === selectedKey;
    node.id = `${prefix}-${index}`;
    node.className = `table-row ${index % 2 ? 'odd' : ''} ${selected ? 'selected' : ''} ${options.rowClass?.(row) ?? ''}`;
    node.setAttribute('aria-rowindex', String(index + 2));
    node.setAttribute('aria-selected', String(selected));
    for (const name of ['aria-level', 'aria-expanded']) node.removeAttribute(name);
    for (const [name, value] of Object.entries(options.rowAttributes?.(row) ?? {})) node.setAttribute(name, value);
    node.style.transform = `translateY(${index * rowHeight}px)`;
    node.replaceChildren(
      ...columns.map((column, place) => {
        const cell = element('div', {
          class: `table-cell cell-${column.id} ${column.align === 'end' ? 'end' : ''}`,
          role: 'gridcell',
          attributes: { 'aria-colindex': place + 1 },
        });
        column.fill(row, cell);
        return cell;
      }),
    );
  };

  const draw = (all: boolean) => {
    frame = 0;
    const { first, end } = visibleRows(viewport());
    for (const [index, { node }] of drawn) {
      if (index >= first && index < end) continue;
      node.remove();
      drawn.delete(index);
    }
    for (let index = first; index < end; index++) {
      const row = rows[index]!;
      const there = drawn.get(index);
      if (there && !all && there.row === row) continue;
      const node = there?.node ?? element('div', { role: 'row' });
      drawRow(node, row, index);
      if (there) there.row = row;
      else {
        drawn.set(index, { node, row });
        body.append(node);
      }
    }
    const active = selectedIndex >= 0 && drawn.has(selectedIndex) ? `${prefix}-${selectedIndex}` : undefined;
    if (active) grid.setAttribute('aria-activedescendant', active);
    else grid.removeAttribute('aria-activedescendant');
  };

  let drawAll = false;
  const schedule = (all: boolean) => {
    drawAll ||= all;
    frame ||= requestAnimationFrame(() => {
      draw(drawAll);
      drawAll = false;
    });
  };

  const setColumns = () => {
    const width = grid.clientWidth;
    columns = options.columns.filter((column) => !column.hideBelow || width >= column.hideBelow);
    grid.style.setProperty('--columns', columns.map((column) => column.width).join(' '));
    grid.setAttribute('aria-colcount', String(columns.length));
    header.replaceChildren(
      ...columns.map((column, place) =>
        element('div', {
          class: `table-cell cell-${column.id} ${column.align === 'end' ? 'end' : ''}`,
          role: 'columnheader',
          text: column.title,
          attributes: { 'aria-colindex': place + 1 },
        }),
      ),
    );
    schedule(true);
  };

  const setFollow = (on: boolean, told: boolean) => {
    if (following !== on) {
      following = on;
      if (told) options.followChanged?.(on);
    }
    if (on) scrollTo(rows.length * rowHeight);
  };

  const selectIndex = (index: number, show: boolean) => {
    const row = rows[index];
    selectedIndex = row ? index : -1;
    selectedKey = row && options.key(row);
    if (row && show) scrollTo(scrollToShow(index, viewport()));
    schedule(true);
    options.selected?.(row);
  };

  const rowOf = (event: Event): number => {
    const node = event.target instanceof Element ? event.target.closest('.table-row') : null;
    return node ? Number(node.id.slice(prefix.length + 1)) : -1;
  };

  const columnOf = (event: Event): string | undefined => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('.table-cell') : null;
    return columns[Number(cell?.getAttribute('aria-colindex')) - 1]?.id;
  };

  body.addEventListener('mousedown', (event) => {
    const index = rowOf(event);
    // Selecting may open a pane and move the cells: a menu is for the cell that was pressed.
    if ((event.altKey && options.altClicked) || (event.button === 2 && options.menuWanted)) return;
    if (index < 0 || (event.target instanceof Element && event.target.closest('vscode-button, a'))) return;
    setFollow(false, true);
    selectIndex(index, false);
  });
  body.addEventListener('click', (event) => {
    const row = rows[rowOf(event)];
    if (row && event.altKey && options.altClicked) options.altClicked(event, row, columnOf(event));
    else if (row) options.clicked?.(event, row);
  });
  grid.addEventListener('contextmenu', (event) => {
    if (!options.menuWanted) return;
    const index = rowOf(event);
    const row = rows[index >= 0 ? index : selectedIndex];
    if (!row) return;
    event.preventDefault();
    // By key the event is the grid's own: the menu belongs to the selected row.
    const { left, bottom } = drawn.get(selectedIndex)?.node.getBoundingClientRect() ?? grid.getBoundingClientRect();
    const at = index >= 0 ? { x: event.clientX, y: event.clientY } : { x: left + 24, y: bottom };
    options.menuWanted(row, at, columnOf(event));
  });
  body.addEventListener('dblclick', (event) => {
    const row = rows[rowOf(event)];
    if (row) options.activated?.(row);
  });
  grid.addEventListener('keydown', (event) => {
    if (event.target !== grid || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(viewport().height / rowHeight) - 1);
    const next = rowAfterKey(event.key, selectedIndex, rows.length, page);
    if (next !== undefined) {
      event.preventDefault();
      setFollow(false, true);
      selectIndex(next, true);
      return;
    }
    const row = rows[selectedIndex];
    if (event.key === 'Enter' && row) options.activated?.(row);
    else options.keyPressed?.(event, row);
  });
  scroller.addEventListener('scroll', () => {
    schedule(false);
    const own = Math.abs(scroller.scrollTop - expectedTop) < 1;
    expectedTop = -1;
    if (own || rows.length === 0) return;
    setFollow(atEnd(viewport()), true);
  });
  let lastHeight = 0;
  const resized = new ResizeObserver(() => {
    setColumns();
    if (following) scrollTo(rows.length * rowHeight);
    else if (lastHeight && scroller.clientHeight < lastHeight && selectedIndex >= 0)
      scrollTo(scrollToShow(selectedIndex, viewport()));
    lastHeight = scroller.clientHeight;
  });
  resized.observe(grid);
  grid.style.setProperty('--row-height', `${rowHeight}px`);
  setColumns();

  return {
    element: grid,
    get selectedKey() {
      return selectedKey;
    },
    setRows(next, shift = 0) {
      rows = next;
      body.style.height = `${rows.length * rowHeight}px`;
      grid.setAttribute('aria-rowcount', String(rows.length + 1));
      if (selectedKey !== undefined) {
        const guess = selectedIndex - shift;
        const same = rows[guess] !== undefined && options.key(rows[guess]) === selectedKey;
        selectedIndex = same ? guess : rows.findIndex((row) => options.key(row) === selectedKey);
        if (selectedIndex < 0) {
          selectedKey = undefined;
          options.selected?.(undefined);
        }
      }
      if (following) scrollTo(rows.length * rowHeight);
      else if (shift) scrollTo(Math.max(0, scroller.scrollTop - shift * rowHeight));
      schedule(false);
    },
    redraw: () => schedule(true),
    select(key) {
      const index = key === undefined ? -1 : rows.findIndex((row) => options.key(row) === key);
      if (index >= 0) setFollow(false, true);
      selectIndex(index, true);
    },
    setFollow: (on) => setFollow(on, false),
    focus: () => grid.focus(),
    dispose() {
      resized.disconnect();
      cancelAnimationFrame(frame);
    },
  };
}
