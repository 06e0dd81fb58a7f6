import { insideOfString, type Token, tokensOf } from '../../../hyperapp/rust/tokens.ts';

/** What a cursor in Rust text stands in, as far as the tokens before it say; none of it needs text that parses. */
export type RustContext =
  /** `#[…`: the name of an attribute, inside of an impl block or at the top. */
  | { readonly kind: 'attribute'; readonly isInImpl: boolean }
  /** `#[name(…`: a key of its arguments, or the value of `key`. */
  | {
      readonly kind: 'argument';
      readonly attribute: string;
      readonly given: ReadonlySet<string>;
      readonly key: string | undefined;
      /** The string that the cursor is in: its content's place. */
      readonly string: readonly [start: number, end: number] | undefined;
    }
  /** A type in a handler's signature, or in a struct, enum or alias. */
  | { readonly kind: 'type'; readonly isHandler: boolean }
  /** A string; `before` are the three tokens before it, next one first. */
  | {
      readonly kind: 'string';
      readonly inside: readonly [start: number, end: number];
      readonly before: readonly string[];
    };

const handlerKinds = new Set(['http', 'local', 'remote', 'init', 'ws', 'ws_client', 'eth']);
const closing: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{', '>': '<' };

export function rustContext(text: string, offset: number): RustContext | undefined {
  const all = tokensOf(text);
  const after = all.findIndex(({ end }) => end >= offset);
  const at = after === -1 ? undefined : all[after];
  const isInString = at?.kind === 'string' && at.start < offset && (offset < at.end || !/["#]$/.test(at.text.slice(1)));
  const isInWord = at?.kind === 'word' && at.start < offset;
  const isAtEnd = at !== undefined && at.end === offset && !isInString && !isInWord;
  const before = after === -1 ? all : all.slice(0, isAtEnd ? after + 1 : after);
  if (insideComment(text, offset, before.at(-1), at)) return undefined;
  const open = openBrackets(before);
  const argument = argumentContext(before, open, isInString ? at : undefined);
  if (argument) return argument;
  if (isInString) {
    const words = before.slice(-3).reverse();
    return { kind: 'string', inside: insideOfString(at), before: words.map((token) => token.text) };
  }
  const innermost = open[0];
  if (innermost !== undefined && before[innermost]?.text === '[' && before[innermost - 1]?.text === '#') {
    if (before.slice(innermost + 1).some((token) => token.kind !== 'word' && token.text !== '::')) return undefined;
    const isInImpl = open.slice(1).some((index) => opensImpl(before, index));
    return { kind: 'attribute', isInImpl };
  }
  return typeContext(before);
}

function insideComment(text: string, offset: number, last: Token | undefined, at: Token | undefined): boolean {
  if (at && at.start < offset) return false;
  const between = text.slice(last?.end ?? 0, offset);
  const line = between.slice(between.lastIndexOf('\n') + 1);
  return line.includes('//') || between.lastIndexOf('/*') > between.lastIndexOf('*/');
}

/** Indices of brackets that are open at the end, innermost first. `<` and `>` do not count: they are also comparisons. */
function openBrackets(tokens: readonly Token[]): number[] {
  const open: number[] = [];
  for (const [index, { text, kind }] of tokens.entries()) {
    if (kind !== 'mark') continue;
    if (text === '(' || text === '[' || text === '{') open.unshift(index);
    else if (text === ')' || text === ']' || text === '}') {
      // A bracket that is missing must not shift all that follows.
      const match = open.findIndex((candidate) => tokens[candidate]?.text === closing[text]);
      if (match >= 0) open.splice(0, match + 1);
    }
  }
  return open;
}

function opensImpl(tokens: readonly Token[], brace: number): boolean {
  for (let index = brace - 1; index >= 0; index--) {
    const { text } = tokens[index] as Token;
    if (text === 'impl') return true;
    if (text === ';' || text === '}' || text === '{' || text === ']') return false;
  }
  return false;
}

function argumentContext(
  tokens: readonly Token[],
  open: readonly number[],
  string: Token | undefined,
): RustContext | undefined {
  const depth = open.findIndex((index) => tokens[index]?.text === '[' && tokens[index - 1]?.text === '#');
  const bracket = open[depth];
  const parenthesis = open[depth - 1];
  if (bracket === undefined || parenthesis === undefined || tokens[parenthesis]?.text !== '(') return undefined;
  const attribute = tokens[parenthesis - 1]?.text ?? '';
  const given = new Set<string>();
  let key: string | undefined;
  let level = 0;
  for (let index = parenthesis + 1; index < tokens.length; index++) {
    const { text, kind } = tokens[index] as Token;
    if (text === '(' || text === '[' || text === '{') level++;
    else if (text === ')' || text === ']' || text === '}') level--;
    else if (level === 0 && text === ',') key = undefined;
    else if (level === 0 && kind === 'word' && tokens[index + 1]?.text === '=') {
      key = text;
      given.add(text);
    }
  }
  // Deeper within a value (`endpoints = vec![..]`) this has nothing to say, but of strings.
  if (depth > 1) return undefined;
  return { kind: 'argument', attribute, given, key, string: string && insideOfString(string) };
}

function typeContext(tokens: readonly Token[]): RustContext | undefined {
  const last = tokens.at(-1)?.text;
  if (last === undefined || ![':', '->', '<', ',', '(', '&'].includes(last)) return undefined;
  let angles = 0;
  let parentheses = 0;
  let isType = last === ':' || last === '->' || last === '<';
  for (let index = tokens.length - 1; index >= 0; index--) {
    const { text } = tokens[index] as Token;
    if (text === '>') angles++;
    else if (text === '<') {
      if (angles > 0) angles--;
      else isType = true;
    } else if (text === ')') parentheses++;
    else if (text === '(') {
      if (parentheses > 0) parentheses--;
      else if (tokens[index - 1]?.text === ':' || tokens[index - 1]?.text === '->' || tokens[index - 1]?.text === '<')
        isType = true;
    } else if (text === 'fn')
      return isType && isHandlerAt(tokens, index) ? { kind: 'type', isHandler: true } : undefined;
    else if (text === 'struct' || text === 'enum' || text === 'type')
      return isType || (text === 'type' && last === '=') ? { kind: 'type', isHandler: false } : undefined;
    else if (text === ';' || text === '}' || (text === '{' && !holdsFields(tokens, index))) return undefined;
  }
  return undefined;
}

/** `struct X {`, and `X {` of an enum's variant. */
function holdsFields(tokens: readonly Token[], brace: number): boolean {
  for (let index = brace - 1; index >= 0; index--) {
    const { text } = tokens[index] as Token;
    if (text === 'struct' || text === 'enum') return true;
    if (text === 'impl' || text === 'fn' || text === ';' || text === ')' || text === '=' || text === '}') return false;
  }
  return false;
}

function isHandlerAt(tokens: readonly Token[], fn: number): boolean {
  let index = fn - 1;
  while (['async', 'pub', 'unsafe', 'const'].includes(tokens[index]?.text ?? '')) index--;
  while (tokens[index]?.text === ']') {
    let depth = 0;
    const end = index;
    for (; index >= 0; index--) {
      const text = tokens[index]?.text;
      if (text === ']') depth++;
      if (text === '[' && --depth === 0) break;
    }
    const words = tokens.slice(index, end).map(({ text }) => text);
    if (words.some((word) => handlerKinds.has(word))) return true;
    index -= 2;
  }
  return false;
}
