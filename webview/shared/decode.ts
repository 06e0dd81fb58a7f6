/** What bytes say to a person: JSON laid out, text, or a hex dump. */
import { isJson, type JsonPiece, layOut } from './json-text.ts';
import type { Payload } from './messages.ts';

export type Decoded =
  | { readonly form: 'empty' }
  | { readonly form: 'json'; readonly pieces: readonly JsonPiece[]; readonly text: string }
  | { readonly form: 'text' | 'hex'; readonly text: string };

/** Bytes that a hex dump shows. */
const hexLimit = 4096;

/** Never throws: hostile bytes end as text or hex. */
export function decode(payload: Payload): Decoded {
  if (payload.bytes === 0) return { form: 'empty' };
  if (payload.text !== undefined) {
    if (!isJson(payload.text)) return { form: 'text', text: payload.text };
    const pieces = layOut(payload.text);
    return { form: 'json', pieces, text: pieces.map((piece) => piece.text).join('') };
  }
  return { form: 'hex', text: hexDump(fromBase64(payload.base64 ?? ''), payload.bytes) };
}

/** Bytes of what a page has of a payload, for its `cut` mark. */
export function isCut(payload: Payload): boolean {
  const held =
    payload.text === undefined
      ? fromBase64(payload.base64 ?? '').length
      : new TextEncoder().encode(payload.text).length;
  return held < payload.bytes;
}

export function fromBase64(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** `00000000  7b 22 …  {"…` with 16 bytes a line; says how much it leaves out. */
export function hexDump(bytes: Uint8Array, whole = bytes.length): string {
  const lines: string[] = [];
  const shown = bytes.subarray(0, hexLimit);
  for (let at = 0; at < shown.length; at += 16) {
    const row = [...shown.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const signs = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${signs}`);
  }
  if (whole > shown.length) lines.push(`… ${whole - shown.length} bytes more`);
  return lines.join('\n');
}
