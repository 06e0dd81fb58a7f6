/** TextEncoder and TextDecoder (UTF-8 only) for an engine without them: what the engine does natively, it does. */

const ascii = /^[\0-\x7f]*$/;
/** Arguments of one call: more would overflow the engine's stack. */
const chunk = 8192;

export class Utf8Encoder {
  readonly encoding = 'utf-8';

  /** Halves of a pair become U+FFFD. */
  encode(given = ''): Uint8Array {
    let text = String(given);
    // One character a byte from here on.
    if (!ascii.test(text)) text = unescape(encodeURIComponent(text.toWellFormed()));
    const bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
    return bytes;
  }

  encodeInto(text: string, target: Uint8Array): { read: number; written: number } {
    let read = 0;
    let written = 0;
    for (const character of String(text)) {
      const bytes = this.encode(character);
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      read += character.length;
      written += bytes.length;
    }
    return { read, written };
  }
}

export class Utf8Decoder {
  readonly encoding = 'utf-8';
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;

  constructor(label = 'utf-8', options: { readonly fatal?: boolean; readonly ignoreBOM?: boolean } = {}) {
    if (!/^\s*(utf-?8|unicode-1-1-utf-8)\s*$/i.test(label))
      throw new RangeError(`The encoding "${label}" is not known to a component; utf-8 is.`);
    this.fatal = Boolean(options.fatal);
    this.ignoreBOM = Boolean(options.ignoreBOM);
  }

  /** Invalid bytes become U+FFFD, or throw a TypeError if the decoder is `fatal`. A byte order mark is left out. */
  decode(given: Uint8Array | ArrayBuffer = new Uint8Array()): string {
    const bytes = given instanceof Uint8Array ? given : new Uint8Array(given);
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return this.decodeAll(hasMark && !this.ignoreBOM ? bytes.subarray(3) : bytes);
  }

  private decodeAll(bytes: Uint8Array): string {
    let text = '';
    for (let start = 0; start < bytes.length; start += chunk)
      text += String.fromCharCode.apply(null, bytes.subarray(start, start + chunk) as unknown as number[]);
    if (ascii.test(text)) return text;
    try {
      return decodeURIComponent(escape(text));
    } catch {
      if (this.fatal) throw new TypeError('The encoded data was not valid for encoding utf-8');
      return decodeLossy(bytes);
    }
  }
}

/** What may follow each first byte, as the Encoding Standard has it: a wrong byte ends the sequence and is read again. */
function decodeLossy(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++]!;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    let missing = first >= 0xc2 && first <= 0xdf ? 1 : first >= 0xe0 && first <= 0xef ? 2 : 3;
    if (first < 0xc2 || first > 0xf4) {
      text += '\ufffd';
      continue;
    }
    let lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    let highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    let code = first & (0x3f >> missing);
    for (; missing > 0; missing--) {
      const next = bytes[at];
      if (next === undefined || next < lowest || next > highest) break;
      code = (code << 6) | (next & 0x3f);
      at++;
      lowest = 0x80;
      highest = 0xbf;
    }
    text += missing > 0 ? '\ufffd' : String.fromCodePoint(code);
  }
  return text;
}
