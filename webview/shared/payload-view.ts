/** A body or blob as elements: JSON in colours, text, or a hex dump; with its size, and a button that copies it. */
import { decode, isCut } from './decode.ts';
import { element } from './dom.ts';
import type { JsonPiece } from './json-text.ts';
import type { Payload } from './messages.ts';
import { button } from './toolkit.ts';
import { size } from './words.ts';

/** Pieces that get a colour; what follows is plain text, so that a huge body does not make a huge page. */
const colouredPieces = 4000;

export interface PayloadViewOptions {
  readonly title: string;
  readonly payload: Payload;
  readonly open: boolean;
  readonly copy: (text: string) => void;
  /** Said beside the title: `HTTP body`, `cut` … */
  readonly note?: string;
}

export function payloadView({ title, payload, open, copy, note }: PayloadViewOptions): HTMLElement {
  const decoded = decode(payload);
  const facts = [note, payload.mime, decoded.form === 'empty' ? 'empty' : decoded.form, size(payload.bytes)];
  if (decoded.form !== 'empty' && isCut(payload)) facts.push('cut');
  const details = element('details', { class: 'payload' });
  const summary = element('summary', {}, [
    element('span', { class: 'payload-title', text: title }),
    element('span', { class: 'payload-facts', text: facts.filter(Boolean).join(' · ') }),
  ]);
  details.append(summary);
  details.open = open && decoded.form !== 'empty';
  if (decoded.form === 'empty') {
    details.append(element('p', { class: 'dim', text: 'No bytes.' }));
    return details;
  }
  const { text } = decoded;
  const code = element('pre', {
    class: `code code-${decoded.form}`,
    attributes: { tabindex: 0, role: 'region', 'aria-label': `${title}, ${decoded.form}` },
  });
  if (decoded.form === 'json') code.append(...colour(decoded.pieces));
  else code.textContent = text;
  const copying = button({
    kind: 'icon',
    icon: 'copy',
    title: `Copy ${title}`,
    class: 'copy',
    press: () => copy(text),
  });
  details.append(element('div', { class: 'code-box' }, [code, copying]));
  return details;
}

function colour(pieces: readonly JsonPiece[]): (HTMLElement | string)[] {
  const coloured = pieces.slice(0, colouredPieces).map((piece) => {
    return piece.kind === 'mark' ? piece.text : element('span', { class: `json-${piece.kind}`, text: piece.text });
  });
  const rest = pieces.slice(colouredPieces).map((piece) => piece.text);
  return rest.length ? [...coloured, rest.join('')] : coloured;
}
