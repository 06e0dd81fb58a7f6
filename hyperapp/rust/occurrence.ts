import type { Occurrence } from '../model/crate.ts';

/** Comments, strings, characters and lifetimes of Rust; what is left over is code. */
const aside =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\bb?r(#*)"[\s\S]*?"\1|b?"(?:[^"\\]|\\[\s\S])*"|b?'(?:[^'\\\n]|\\(?:u\{[^}]*\}|x..|.))'/g;

/** Where a word stands in a file's code; comments and strings do not count. */
export function occurrencesIn(file: string, text: string, word: string): Occurrence[] {
  if (!text.includes(word)) return [];
  const code = text.replace(aside, (part) => part.replace(/[^\n]/g, ' '));
  const found: Occurrence[] = [];
  const plain = word.replace(/^r#/, '');
  const pattern = new RegExp(`(?<![\\w])${word.startsWith('r#') ? 'r#' : ''}${plain}(?![\\w])`, 'g');
  for (const match of code.matchAll(pattern)) {
    const end = match.index + match[0].length;
    found.push({
      at: { file, range: { start: positionAt(text, match.index), end: positionAt(text, end) } },
      before: /(::|[^\s\w])\s*$/.exec(code.slice(Math.max(0, match.index - 40), match.index))?.[1] ?? '',
      after: /^\s*(::|[^\s\w])/.exec(code.slice(end, end + 40))?.[1] ?? '',
    });
  }
  return found;
}

function positionAt(text: string, offset: number) {
  let line = 0;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', next + 1)) {
    line++;
    lineStart = next + 1;
  }
  return { line, character: offset - lineStart };
}
