import type { Ignore } from './app.ts';

const pattern = /(?:\/\/|\/\*|<!--|#)\s*hyperware-ignore\s+((?:HW\d{3}[\s,]*)+)/;

/**
 * Suppression comments (diagnostics.md §0.1): `// hyperware-ignore HW024: reason` speaks for its own line, or for the
 * next one if nothing else stands on it. The same words serve Rust, TypeScript, TOML and HTML comments.
 */
export function readIgnores(file: string, text: string): Ignore[] {
  if (!text.includes('hyperware-ignore')) return [];
  return text.split('\n').flatMap((line, number): Ignore[] => {
    const found = pattern.exec(line);
    if (!found?.[1]) return [];
    const alone = line.slice(0, found.index).trim() === '' || /^\s*\{\s*$/.test(line.slice(0, found.index));
    const end = line.trimEnd().length;
    return [
      {
        at: { file, range: { start: { line: number, character: found.index }, end: { line: number, character: end } } },
        codes: found[1].split(/[\s,]+/).filter((code) => code !== ''),
        lines: alone ? [number, number + 1] : [number, number],
      },
    ];
  });
}
