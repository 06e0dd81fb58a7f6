/**
 * Rust text as tokens. For what is asked of half-typed code (what stands before the cursor?) and for names within macros,
 * where no syntax tree helps: it never fails, and 3,500 lines cost 2 ms.
 */
export interface Token {
  readonly kind: 'word' | 'string' | 'char' | 'number' | 'lifetime' | 'mark';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Every token in order; white space and comments are left out. A string without an end goes on to the end of the text. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code <= 32) at++;
    else if (code === slash && text.charCodeAt(at + 1) === slash) at = endBefore(text, '\n', at);
    else if (code === slash && text.charCodeAt(at + 1) === star) at = endBefore(text, '*/', at + 2) + 2;
    else {
      const kind = kindAt(text, at, code);
      const end = endOf(text, at, kind);
      tokens.push({ kind, text: text.slice(at, end), start: at, end });
      at = end;
    }
  }
  return tokens;
}

const slash = 47;
const star = 42;
const quote = 34;
const apostrophe = 39;
/** `b"`, `r#"` and the like; `r#type` is a word. */
const stringStart = /(?:[bc]?r#*|[bc])"/y;
const charLiteral = /b?'(?:[^'\\\n]|\\[^\n]+?)'/y;
const lifetime = /'[A-Za-z_]\w*/y;
const word = /(?:r#)?[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /\d[\w.]*/y;
const longMark = /::|->|=>/y;

function kindAt(text: string, at: number, code: number): Token['kind'] {
  if (code === quote) return 'string';
  if (code === apostrophe) return matchEnd(charLiteral, text, at) ? 'char' : 'lifetime';
  if (code >= 48 && code <= 57) return 'number';
  const isLetter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
  if (!isLetter && code < 128) return 'mark';
  const mayOpen = code === 98 || code === 99 || code === 114;
  if (mayOpen && matchEnd(stringStart, text, at)) return 'string';
  if (code === 98 && matchEnd(charLiteral, text, at)) return 'char';
  return isLetter || matchEnd(word, text, at) ? 'word' : 'mark';
}

function endOf(text: string, at: number, kind: Token['kind']): number {
  switch (kind) {
    case 'string':
      return endOfString(text, at);
    case 'char':
      return matchEnd(charLiteral, text, at) as number;
    case 'lifetime':
      return matchEnd(lifetime, text, at) ?? at + 1;
    case 'number':
      return matchEnd(number, text, at) ?? at + 1;
    case 'word':
      return matchEnd(word, text, at) ?? at + 1;
    case 'mark':
      return matchEnd(longMark, text, at) ?? at + 1;
  }
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function endOfString(text: string, at: number): number {
  const opening = matchEnd(stringStart, text, at) ?? at + 1;
  const prefix = text.slice(at, opening);
  if (prefix.includes('r')) {
    const closing = `"${'#'.repeat(prefix.split('#').length - 1)}`;
    return Math.min(endBefore(text, closing, opening) + closing.length, text.length);
  }
  let end = opening;
  while (end < text.length && text.charCodeAt(end) !== quote) end += text[end] === '\\' ? 2 : 1;
  return Math.min(end + 1, text.length);
}

/** Where a text next occurs, else the end. */
function endBefore(text: string, wanted: string, from: number): number {
  const found = text.indexOf(wanted, from);
  return found === -1 ? text.length : found;
}

/** Offsets of a string token's content: within its quotes. */
export function insideOfString({ text, start, end }: Token): readonly [start: number, end: number] {
  const opening = text.indexOf('"') + 1;
  const closing = /"#*$/.exec(text.slice(opening))?.[0].length ?? 0;
  return [start + opening, end - closing];
}
