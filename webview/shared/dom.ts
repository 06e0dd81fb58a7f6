/** Makes elements. Text goes in as text nodes and attributes only: nothing that an app sent is ever read as HTML. */

export interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly id?: string;
  readonly role?: string;
  /** Any other attribute; `aria-…` and `data-…` mostly. Undefined ones are left out. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options?: ElementOptions,
  children?: readonly (Node | string | undefined)[],
): HTMLElementTagNameMap[K];
export function element(
  tag: string,
  options?: ElementOptions,
  children?: readonly (Node | string | undefined)[],
): HTMLElement;
export function element(
  tag: string,
  options: ElementOptions = {},
  children: readonly (Node | string | undefined)[] = [],
): HTMLElement {
  const made = document.createElement(tag);
  if (options.class) made.className = options.class;
  if (options.id) made.id = options.id;
  if (options.title) made.title = options.title;
  if (options.role) made.setAttribute('role', options.role);
  for (const [name, value] of Object.entries(options.attributes ?? {}))
    if (value !== undefined) made.setAttribute(name, String(value));
  if (options.text !== undefined) made.textContent = options.text;
  for (const child of children) if (child !== undefined) made.append(child);
  return made;
}

/** 16-pixel outlines in the text's colour. */
const outlines = {
  pause: 'M5 3v10M11 3v10',
  play: 'M5 3l8 5-8 5z',
  follow: 'M8 2v9M4 7.5l4 4 4-4M3 14h10',
  clear: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.7 9h5.6l.7-9M6.7 7v4M9.3 7v4',
  copy: 'M6 5h7v9H6zM3 11V2h7',
  close: 'M4 4l8 8M12 4l-8 8',
  restart: 'M13 8a5 5 0 1 1-1.5-3.6M12.5 1.5v3.2H9.3',
  trace: 'M2.5 4h6M5 8h8.5M7.5 12h4',
  send: 'M2 13l12-5L2 3l1.5 5zM3.5 8H9',
  twisty: 'M6 4l4 4-4 4',
  network:
    'M5 4.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM15 4.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM10 12a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM5 4.5h6M4 6.2l2.8 4.2M12 6.2l-2.8 4.2',
} as const;
export type IconName = keyof typeof outlines;

export function icon(name: IconName, size = 16): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('width', String(size));
  svg.setAttribute('height', String(size));
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', outlines[name]);
  svg.append(path);
  return svg;
}
