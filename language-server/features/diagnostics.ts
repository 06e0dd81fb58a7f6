import { type Diagnostic, DiagnosticSeverity, type WorkspaceDocumentDiagnosticReport } from 'vscode-languageserver';
import type { Report } from '../rules/check.ts';
import type { Severity } from '../rules/rule.ts';
import { uriOf } from '../workspace/file-uri.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { rulePage } from './rule-page.ts';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** A report as the protocol has it. `uriFor` gives the client's own spelling of an open document's URI. */
export function diagnosticOf(report: Report, uriFor: (file: string) => string): Diagnostic {
  const href = rulePage(report.code);
  const related = report.related ?? [];
  return {
    range: report.at.range,
    severity: severities[report.severity],
    code: report.code,
    ...(href && { codeDescription: { href } }),
    source: 'hyperware',
    message: report.message,
    ...(related.length > 0 && {
      relatedInformation: related.map(({ at, message }) => ({
        location: { uri: uriFor(at.file), range: at.range },
        message,
      })),
    }),
  };
}

/** What a file has now, and a name for it that changes only when that does. */
export interface Published {
  readonly id: string;
  readonly items: readonly Diagnostic[];
}

/** Diagnostics for whoever asks and for whoever is to be told, with the ids by which neither is told twice. */
export interface Diagnostics {
  of(file: string): Published;
  /** Files with diagnostics, and those that had some before. */
  all(): ReadonlyMap<string, Published>;
  /** Files that changed since the last call. */
  changes(): readonly { readonly file: string; readonly items: readonly Diagnostic[] }[];
  /** The answer to `workspace/diagnostic`. */
  workspaceReport(
    previous: readonly { readonly uri: string; readonly value: string }[],
    versionOf: (file: string) => number | null,
  ): WorkspaceDocumentDiagnosticReport[];
}

export function createDiagnostics(workspace: Workspace, uriFor: (file: string) => string = uriOf): Diagnostics {
  const known = new Map<string, { text: string; published: Published }>();
  const told = new Map<string, string>();
  let count = 0;

  function publish(file: string, reports: readonly Report[]): Published {
    const items = reports.map((report) => diagnosticOf(report, uriFor));
    const text = JSON.stringify(items);
    const before = known.get(file);
    if (before?.text === text) return before.published;
    const published = { id: String(++count), items };
    known.set(file, { text, published });
    return published;
  }

  function all(): Map<string, Published> {
    const reports = workspace.reports();
    const result = new Map<string, Published>();
    for (const [file, list] of reports) {
      if (list.length > 0 || known.has(file)) result.set(file, publish(file, list));
    }
    for (const file of known.keys()) if (!reports.has(file)) result.set(file, publish(file, []));
    return result;
  }

  return {
    of: (file) => publish(file, workspace.reportsOf(file)),
    all,
    changes() {
      const changed = [...all()].filter(([file, { id }]) => told.get(file) !== id);
      for (const [file, { id }] of changed) told.set(file, id);
      return changed.map(([file, { items }]) => ({ file, items }));
    },
    workspaceReport(previous, versionOf) {
      const before = new Map(previous.map(({ uri, value }) => [uri, value]));
      return [...all()].map(([file, { id, items }]) => {
        const uri = uriFor(file);
        const version = versionOf(file);
        if (before.get(uri) === id) return { kind: 'unchanged', uri, version, resultId: id };
        return { kind: 'full', uri, version, resultId: id, items: [...items] };
      });
    },
  };
}
