import { type DefaultTreeAdapterMap, parse } from 'parse5';
import type { Page, PageScript } from '../model/document.ts';
import { linesOf } from '../model/lines.ts';
import type { Location } from '../model/position.ts';

type Element = DefaultTreeAdapterMap['element'];
type Node = DefaultTreeAdapterMap['node'];

/** An html document as far as its scripts go (diagnostics.md HW008, HW034). */
export function readPage(file: string, text: string): Page {
  const lines = linesOf(text);
  const place = (start: number, end: number): Location => ({ file, range: lines.rangeOf(start, end) });
  const scripts: PageScript[] = [];
  let head: Element | undefined;
  const visit = (node: Node): void => {
    if (!('childNodes' in node)) return;
    for (const child of node.childNodes) {
      if ('tagName' in child) {
        if (child.tagName === 'head') head = child;
        if (child.tagName === 'script') scripts.push(...scriptOf(child, text, place));
      }
      visit(child);
    }
  };
  visit(parse(text, { sourceCodeLocationInfo: true }));
  const tag = head?.sourceCodeLocation?.startTag;
  return { file, head: tag && place(tag.startOffset, tag.endOffset), indent: indentOf(head, text), scripts };
}

/** As deep as the first element of the head, where that has a line of its own; else one step deeper than the head. */
function indentOf(head: Element | undefined, text: string): string {
  const first = head?.childNodes.find((node) => 'tagName' in node)?.sourceCodeLocation;
  const before = (offset: number) => /(?:^|\n)([ \t]*)$/.exec(text.slice(0, offset))?.[1];
  const own = first ? before(first.startOffset) : undefined;
  if (own !== undefined) return own;
  const start = head?.sourceCodeLocation?.startOffset;
  return `${(start === undefined ? undefined : before(start)) ?? ''}  `;
}

const runs = /^(text|application)\/(x-)?(java|ecma)script$/i;

function scriptOf(element: Element, text: string, place: (start: number, end: number) => Location): PageScript[] {
  const where = element.sourceCodeLocation;
  if (!where) return [];
  const attribute = (name: string) => element.attrs.find((candidate) => candidate.name === name)?.value;
  const type = attribute('type')?.trim() ?? '';
  const kind = type === 'module' ? 'module' : type === '' || runs.test(type) ? 'classic' : 'data';
  const code = element.childNodes.map((node) => ('value' in node ? node.value : '')).join('');
  const src = where.attrs?.['src'];
  const lineStart = text.lastIndexOf('\n', where.startOffset - 1) + 1;
  const lineEnd = text.indexOf('\n', where.endOffset);
  const rest = text.slice(where.endOffset, lineEnd === -1 ? undefined : lineEnd);
  const isAlone = lineEnd !== -1 && text.slice(lineStart, where.startOffset).trim() === '' && rest.trim() === '';
  return [
    {
      at: isAlone ? place(lineStart, lineEnd + 1) : place(where.startOffset, where.endOffset),
      startTag: place(where.startTag?.startOffset ?? where.startOffset, where.startTag?.endOffset ?? where.endOffset),
      kind,
      src: attribute('src'),
      srcAt: src && place(src.startOffset, src.endOffset),
      isDeferred: attribute('defer') !== undefined,
      isAsync: attribute('async') !== undefined,
      mentionsOur: /\bour\b/.test(code),
      importsOurJs: /\bimport\s*(\(\s*)?['"]\/our\.js['"]/.test(code),
      isAlone,
    },
  ];
}
