/**
 * JSON as serde_json reads and writes it, where JavaScript's own differs: integers beyond 2^53 stay exact (bigint),
 * and a syntax error has serde's text, which the framework's 400 answers quote (hyperapp.md §8.5).
 */

/** Serde's words with line and column from 1, as `expected value at line 1 column 1`. */
export class JsonSyntaxError extends Error {}

/**
 * The syntax error is that of reading any JSON. Where the text is also no handler's (`{"Nope":1,}`), Rust tells of that
 * first; the comma is what helps.
 *
 * Integers that a double cannot hold become bigint; every other number a number. Throws `JsonSyntaxError`.
 */
export function parseJson(text: string): unknown {
  // Only a run of 16 digits can be an unsafe integer, only an exponent of three an infinite number, and only an escaped
  // surrogate half a pair: everything else is left to the engine, which is faster.
  if (!/\d{16}|\d[eE]\+?\d{3}|\\u[dD][89a-fA-F]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // Read again for serde's words.
    }
  }
  return new Reader(text).document();
}

/** Compact JSON. bigint is a bare number, bytes are an array of numbers, `undefined` in an array or at the top is null. */
export function writeJson(value: unknown): string {
  return write(value, new Set());
}

function write(value: unknown, above: Set<object>): string {
  switch (typeof value) {
    case 'bigint':
      return value.toString();
    case 'number':
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'object':
      break;
    default:
      return 'null';
  }
  if (value === null) return 'null';
  if (above.has(value)) throw new TypeError('This value contains itself and has no JSON form.');
  if (value instanceof Map || value instanceof Set)
    throw new TypeError(`A ${value instanceof Map ? 'Map' : 'Set'} has no JSON form; send a list instead.`);
  const toJson = (value as { toJSON?: unknown }).toJSON;
  if (typeof toJson === 'function') return write(toJson.call(value), above);
  above.add(value);
  let text: string;
  if (Array.isArray(value)) text = `[${value.map((item) => write(item, above)).join(',')}]`;
  else if (value instanceof Uint8Array) text = `[${value.join(',')}]`;
  else {
    const fields: string[] = [];
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined && typeof item !== 'function') fields.push(`${JSON.stringify(key)}:${write(item, above)}`);
    }
    text = `{${fields.join(',')}}`;
  }
  above.delete(value);
  return text;
}

/** The same value with object keys in order, as serde_json's `Value` prints it. */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortedKeys(item)]),
  );
}

const escapes: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
/** serde_json's recursion limit. */
const deepest = 128;

class Reader {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): unknown {
    const value = this.value();
    this.space();
    if (this.at < this.text.length) this.fail('trailing characters');
    return value;
  }

  private space(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at++;
  }

  /** Positions count UTF-8 bytes, as serde does; the character at `at` is the wrong one unless the text is at its end. */
  private fail(what: string, at = this.at): never {
    const seen = this.text.slice(0, at < this.text.length ? at + 1 : at);
    const lineStart = seen.lastIndexOf('\n') + 1;
    const line = seen.split('\n').length;
    let column = 0;
    for (const character of seen.slice(lineStart)) {
      const code = character.codePointAt(0)!;
      column += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }
    throw new JsonSyntaxError(`${what} at line ${line} column ${column}`);
  }

  private value(): unknown {
    this.space();
    const first = this.text[this.at];
    if (first === undefined) this.fail('EOF while parsing a value');
    if (first === '"') return this.string();
    if (first === '{' || first === '[') {
      if (++this.depth >= deepest) this.fail('recursion limit exceeded');
      this.at++;
      const value = first === '{' ? this.object() : this.array();
      this.depth--;
      return value;
    }
    if (first === '-' || (first >= '0' && first <= '9')) return this.number();
    if (first === 't') return this.word('true', true);
    if (first === 'f') return this.word('false', false);
    if (first === 'n') return this.word('null', null);
    this.fail('expected value');
  }

  private word(word: string, value: unknown): unknown {
    for (const letter of word) {
      if (this.at >= this.text.length) this.fail('EOF while parsing a value');
      if (this.text[this.at] !== letter) this.fail('expected ident');
      this.at++;
    }
    return value;
  }

  private array(): unknown[] {
    const items: unknown[] = [];
    this.space();
    if (this.text[this.at] === ']') {
      this.at++;
      return items;
    }
    for (;;) {
      this.space();
      if (this.text[this.at] === ']') this.fail('trailing comma');
      items.push(this.value());
      this.space();
      const next = this.text[this.at];
      if (next === undefined) this.fail('EOF while parsing a list');
      if (next === ']') {
        this.at++;
        return items;
      }
      if (next !== ',') this.fail('expected `,` or `]`');
      this.at++;
    }
  }

  private object(): Record<string, unknown> {
    const fields: [string, unknown][] = [];
    this.space();
    if (this.text[this.at] === '}') {
      this.at++;
      return {};
    }
    for (let isFirst = true; ; isFirst = false) {
      this.space();
      const start = this.text[this.at];
      if (start === undefined) this.fail(`EOF while parsing ${isFirst ? 'an object' : 'a value'}`);
      if (start === '}') this.fail('trailing comma');
      if (start !== '"') this.fail('key must be a string');
      const key = this.string();
      this.space();
      if (this.at >= this.text.length) this.fail('EOF while parsing an object');
      if (this.text[this.at] !== ':') this.fail('expected `:`');
      this.at++;
      fields.push([key, this.value()]);
      this.space();
      const next = this.text[this.at];
      if (next === undefined) this.fail('EOF while parsing an object');
      if (next === '}') {
        this.at++;
        return Object.fromEntries(fields);
      }
      if (next !== ',') this.fail('expected `,` or `}`');
      this.at++;
    }
  }

  private string(): string {
    let value = '';
    this.at++;
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined) this.fail('EOF while parsing a string');
      if (character === '"') {
        this.at++;
        return value;
      }
      if (character < ' ') this.fail('control character (\\u0000-\\u001F) found while parsing a string');
      this.at++;
      if (character !== '\\') {
        value += character;
        continue;
      }
      const letter = this.text[this.at];
      if (letter === undefined) this.fail('EOF while parsing a string');
      if (letter === 'u') {
        value += this.unicodeEscape();
      } else {
        const plain = escapes[letter];
        if (plain === undefined) this.fail('invalid escape');
        value += plain;
        this.at++;
      }
    }
  }

  /** `u` and four digits; both halves of a pair. Serde refuses half a pair, which has no UTF-8. */
  private unicodeEscape(): string {
    const first = this.fourDigits();
    if (first < 0xd800 || first > 0xdfff) return String.fromCharCode(first);
    if (first > 0xdbff) this.fail('lone leading surrogate in hex escape', this.at - 1);
    for (const letter of '\\u') {
      if (this.at >= this.text.length) this.fail('EOF while parsing a string');
      if (this.text[this.at] !== letter) this.fail('unexpected end of hex escape');
      if (letter === '\\') this.at++;
    }
    const second = this.fourDigits();
    if (second < 0xdc00 || second > 0xdfff) this.fail('lone leading surrogate in hex escape', this.at - 1);
    return String.fromCharCode(first, second);
  }

  private fourDigits(): number {
    const end = this.at + 5;
    if (end > this.text.length) this.fail('EOF while parsing a string', this.text.length);
    const digits = this.text.slice(this.at + 1, end);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail('invalid escape', end - 1);
    this.at = end;
    return Number.parseInt(digits, 16);
  }

  private number(): number | bigint {
    const form = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
    form.lastIndex = this.at;
    const found = form.exec(this.text);
    const end = found ? form.lastIndex : this.at + 1;
    const next = this.text[end];
    if (!found || (next !== undefined && /[.eE\d]/.test(next))) {
      const after = found && next !== undefined && /[.eE]/.test(next) ? end + 1 : end;
      this.fail(after >= this.text.length ? 'EOF while parsing a value' : 'invalid number', after);
    }
    this.at = end;
    const value = Number(found[0]);
    if (!Number.isFinite(value)) this.fail('number out of range', end - 1);
    if (found[1] || found[2] || Number.isSafeInteger(value)) return value;
    return BigInt(found[0]);
  }
}
