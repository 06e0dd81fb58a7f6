/** JSON as text that a person reads or types. Numbers, order and escapes stay as they were: a u64 is never rounded. */
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';

export type JsonPiece = {
  readonly kind: 'key' | 'string' | 'number' | 'literal' | 'mark';
  /** With the white space that goes before it. */
  readonly text: string;
};

/** Deeper than this nothing is broken into lines: 60,000 brackets must not become gigabytes of indentation. */
const deepest = 48;

/** Whether `text` is one JSON value, nothing else around it but white space. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Every token of valid JSON; the white space between is left out. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

/** Pieces of valid JSON laid out with two spaces a level; their texts joined are the pretty text. */
export function layOut(text: string): JsonPiece[] {
  const tokens = text.match(token) ?? [];
  const pieces: JsonPiece[] = [];
  let depth = 0;
  const line = () => (depth > deepest ? '' : `\n${'  '.repeat(depth)}`);
  tokens.forEach((value, index) => {
    const before = tokens[index - 1];
    const afterOpen = before === '{' || before === '[';
    const closes = value === '}' || value === ']';
    const flat = depth > deepest;
    if (closes) depth--;
    let lead = '';
    if (before === ':') lead = ' ';
    else if (before === ',') lead = flat ? ' ' : line();
    else if (closes ? !afterOpen && !flat : afterOpen) lead = line();
    if (value === '{' || value === '[') depth++;
    pieces.push({ kind: kindOf(value, tokens[index + 1]), text: lead + value });
  });
  return pieces;
}

function kindOf(value: string, next: string | undefined): JsonPiece['kind'] {
  if (value.startsWith('"')) return next === ':' ? 'key' : 'string';
  if (/^[-\d]/.test(value)) return 'number';
  return /^[tfn]/.test(value) ? 'literal' : 'mark';
}

export const pretty = (text: string): string =>
  layOut(text)
    .map((piece) => piece.text)
    .join('');

export interface JsonMistake {
  /** For people: `a comma is missing`. */
  readonly text: string;
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** The first mistake in what should be JSON, or undefined if there is none. */
export function firstMistake(text: string): JsonMistake | undefined {
  if (isJson(text)) return undefined;
  if (text.trim() === '') return at(text, 0, 'type a JSON value');
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return at(text, 0, 'nested too deeply');
  }
  const [error] = errors;
  // What the scanner lets pass and JSON.parse does not: control characters in strings, numbers such as 01.
  if (!error) return at(text, 0, 'not valid JSON');
  return at(text, error.offset, words[printParseErrorCode(error.error)] ?? 'not valid JSON');
}

const words: Record<string, string> = {
  InvalidSymbol: 'unknown word (strings stand in double quotes)',
  InvalidNumberFormat: 'not a number',
  PropertyNameExpected: 'a property name in double quotes is due here',
  ValueExpected: 'a value is due here',
  ColonExpected: 'a colon is due here',
  CommaExpected: 'a comma is missing here',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  EndOfFileExpected: 'nothing may follow the value',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'the string does not end',
  UnexpectedEndOfNumber: 'the number does not end',
  InvalidUnicode: 'bad \\u escape',
  InvalidEscapeCharacter: 'bad escape',
  InvalidCharacter: 'this character may not stand here',
};

function at(text: string, offset: number, mistake: string): JsonMistake {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { text: mistake, offset, line, column: offset - before.lastIndexOf('\n') };
}
