import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver';

/**
 * Folding for what kit generates, and only there: an editor folds a file by one provider's ranges or by indentation, so
 * that a few ranges in a hand-written file would take the others away. Each definition and record of `.wit` folds, with
 * the comment before it; in `caller-utils.ts` the fixed head and each namespace.
 */
export function foldingRanges(file: string, text: string): FoldingRange[] | null {
  if (!file.endsWith('.wit') && !/caller-utils\.ts$/.test(file)) return null;
  const ranges: FoldingRange[] = [];
  const open: { line: number; isRegion: boolean }[] = [];
  let comment: number | undefined;
  const endComment = (line: number) => {
    if (comment !== undefined && line - 1 > comment)
      ranges.push({ startLine: comment, endLine: line - 1, kind: FoldingRangeKind.Comment });
    comment = undefined;
  };
  for (const [number, written] of text.split('\n').entries()) {
    const line = written.trim();
    if (line.startsWith('//')) {
      comment ??= number;
      continue;
    }
    endComment(number);
    const code = line.replace(/\/\/.*$/, '').replace(/(["'`]).*?\1/g, '');
    for (const mark of code) {
      if (mark === '{') open.push({ line: number, isRegion: /^(record|interface|world)\b/.test(line) });
      const start = mark === '}' ? open.pop() : undefined;
      if (start && number > start.line + 1)
        ranges.push({
          startLine: start.line,
          endLine: number - 1,
          ...(start.isRegion && { kind: FoldingRangeKind.Region }),
        });
    }
  }
  endComment(text.split('\n').length);
  return ranges;
}
