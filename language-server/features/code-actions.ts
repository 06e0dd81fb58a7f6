import { type CodeAction, CodeActionKind, type Range, type TextEdit, type WorkspaceEdit } from 'vscode-languageserver';
import { comparePositions, overlaps } from '../../hyperapp/model/position.ts';
import type { Report } from '../rules/check.ts';
import type { Edit, Fix } from '../rules/rule.ts';
import { diagnosticOf } from './diagnostics.ts';

/** Every mend of this server at once; editors can run it on save. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.hyperware`;

export interface CodeActionQuestion {
  /** The file's reports. */
  readonly reports: readonly Report[];
  readonly range: Range;
  /** The kinds that the editor asks for; undefined: any. */
  readonly only: readonly string[] | undefined;
  readonly uriFor: (file: string) => string;
  readonly versionOf: (file: string) => number | null;
  /** The client deletes files when an edit says so. */
  readonly canDelete: boolean;
}

/** Quick fixes for the reports in a range, the same mend for every report of that rule in the file, and fix all. */
export function codeActions(question: CodeActionQuestion): CodeAction[] {
  const { reports, range, only } = question;
  const isWanted = (kind: string) =>
    only === undefined || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
  const actions: CodeAction[] = [];
  if (isWanted(CodeActionKind.QuickFix)) {
    const here = reports.filter((report) => overlaps(report.at.range, range));
    for (const report of here) actions.push(...quickFixes(report, question));
    for (const code of new Set(here.map((report) => report.code))) {
      const same = reports.filter((report) => report.code === code && isSafe(report));
      if (same.length < 2) continue;
      actions.push({
        title: `Fix all of ${code} in this file`,
        kind: CodeActionKind.QuickFix,
        edit: editOf(combined(same), question),
        diagnostics: same.map((report) => diagnosticOf(report, question.uriFor)),
      });
    }
  }
  const mendable = reports.filter(isSafe);
  if (only !== undefined && isWanted(fixAllKind) && mendable.length > 0) {
    actions.push({
      title: 'Fix all that Hyperware can mend',
      kind: fixAllKind,
      edit: editOf(combined(mendable), question),
    });
  }
  return actions;
}

/** True for a mend that nobody need look at. */
function isSafe(report: Report): boolean {
  const fix = preferred(report);
  return fix !== undefined && !fix.isAlone;
}

function preferred(report: Report): Fix | undefined {
  return report.fixes?.[0];
}

function quickFixes(report: Report, question: CodeActionQuestion): CodeAction[] {
  const fixes = (report.fixes ?? []).filter(({ removes }) => removes === undefined || question.canDelete);
  return fixes.map((fix, index) => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnosticOf(report, question.uriFor)],
    isPreferred: index === 0,
    edit: editOf(fix.edits, question, fix.removes),
  }));
}

/** The first fixes of several reports; one that would touch what an earlier one changes is left for the next time. */
export function combined(reports: readonly Report[]): Edit[] {
  const edits: Edit[] = [];
  for (const report of reports) {
    const wanted = preferred(report)?.edits ?? [];
    if (wanted.every((edit) => !edits.some((taken) => conflicts(edit, taken)))) edits.push(...wanted);
  }
  return edits;
}

function conflicts(a: Edit, b: Edit): boolean {
  if (a.at.file !== b.at.file) return false;
  return (
    comparePositions(a.at.range.start, b.at.range.end) < 0 && comparePositions(b.at.range.start, a.at.range.end) < 0
  );
}

function editOf(
  edits: readonly Edit[],
  { uriFor, versionOf }: CodeActionQuestion,
  removes: readonly string[] = [],
): WorkspaceEdit {
  const byFile = new Map<string, TextEdit[]>();
  for (const { at, newText } of edits) {
    byFile.set(at.file, [...(byFile.get(at.file) ?? []), { range: at.range, newText }]);
  }
  return {
    documentChanges: [
      ...[...byFile].map(([file, list]) => ({
        textDocument: { uri: uriFor(file), version: versionOf(file) },
        edits: list,
      })),
      ...removes.map((file) => ({ kind: 'delete' as const, uri: uriFor(file) })),
    ],
  };
}
