import { type Lines, linesOf } from '../model/lines.ts';
import type { Mention } from '../model/mention.ts';
import { insideOfString, type Token, tokensOf } from './tokens.ts';

const wireName = /^[A-Z][A-Za-z0-9]*$/;
const stub = /^(.+)_(?:local|remote|http)_rpc$/;
/** The first key of a body that is written as text: `r#"{"GetUser": 1}"#`. */
const bodyText = /^\s*\{\s*\\?"([A-Z][A-Za-z0-9]*)\\?"\s*:/;

/** What the text of a Rust file says of handlers: keys of bodies in `json!` and in strings, method calls, generated stubs. */
export function rustMentions(file: string, text: string): Mention[] {
  const tokens = tokensOf(text);
  const lines = linesOf(text);
  return tokens.flatMap((token, index): Mention[] => {
    const mention = (kind: Mention['kind'], name: string, start: number): Mention[] => [
      { kind, name, at: { file, range: lines.rangeOf(start, start + name.length) } },
    ];
    if (token.kind === 'string') return bodyKey(token, tokens, index, text, lines, file);
    if (token.kind !== 'word' || !opensCall(tokens, index)) return [];
    const called = stub.exec(token.text)?.[1];
    if (called) return mention('stub', called, token.start);
    return isOnState(tokens, index) ? mention('method', token.text, token.start) : [];
  });
}

function bodyKey(
  token: Token,
  tokens: readonly Token[],
  index: number,
  text: string,
  lines: Lines,
  file: string,
): Mention[] {
  const [start, end] = insideOfString(token);
  const content = text.slice(start, end);
  const isKey = wireName.test(content) && tokens[index + 1]?.text === ':' && tokens[index - 1]?.text === '{';
  if (isKey) return [{ kind: 'key', name: content, at: { file, range: lines.rangeOf(start, end) } }];
  const name = bodyText.exec(content)?.[1];
  if (!name) return [];
  const at = start + content.indexOf(name);
  return [{ kind: 'key', name, at: { file, range: lines.rangeOf(at, at + name.length) } }];
}

/** `name(` or `name::<T>(`. */
function opensCall(tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1]?.text;
  return next === '(' || (next === '::' && tokens[index + 2]?.text === '<');
}

/** `self.name`, `Self::name`, `state.name`: the receiver is one word, and it is not the start of a longer chain. */
function isOnState(tokens: readonly Token[], index: number): boolean {
  const separator = tokens[index - 1]?.text;
  if (separator !== '.' && separator !== '::') return false;
  return tokens[index - 2]?.kind === 'word' && !['.', '::'].includes(tokens[index - 3]?.text ?? '');
}
