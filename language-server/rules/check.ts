import type { App, AppProcess, Ignore } from '../../hyperapp/model/app.ts';
import { contains } from '../../hyperapp/model/position.ts';
import { payloadsOf } from '../../hyperapp/wire/payload.ts';
import { type Reached, reach } from '../../hyperapp/wit/reach.ts';
import { rules } from './index.ts';
import type { Finding, Rule, RuleContext, Severity } from './rule.ts';
import { unusedIgnore } from './unused-ignore.ts';

/** What a person may set (`hyperware.rules.*`). */
export interface RuleSettings {
  readonly profile: 'auto' | 'overview';
  /** Code to severity, over everything else. */
  readonly severity: ReadonlyMap<string, Severity | 'off'>;
}

export const defaultSettings: RuleSettings = { profile: 'auto', severity: new Map() };

/** A finding as it is reported. */
export interface Report extends Finding {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
}

/** Runs every rule over an app: severities settled, suppressed findings left out, unused suppressions told. */
export function checkApp(
  app: App,
  settings: RuleSettings = defaultSettings,
  neighbours: readonly App[] = [],
): Report[] {
  const reached = new Map<AppProcess, Reached>();
  const context: RuleContext = {
    app,
    neighbours,
    payloads: payloadsThatCount(app),
    reached(process) {
      const known = reached.get(process) ?? reach(process);
      reached.set(process, known);
      return known;
    },
    unusedIgnores: [],
  };
  const used = new Set<Ignore>();
  const reports = rules
    .flatMap((rule) => reportsOf(rule, context, settings))
    .filter((report) => !app.processes.some((process) => isOutOfDate(report, process)))
    .filter((report) => {
      const ignore = app.ignores.find((candidate) => silences(candidate, report));
      if (ignore) used.add(ignore);
      return !ignore;
    });
  const unusedIgnores = app.ignores.filter((ignore) => !used.has(ignore));
  return [...reports, ...reportsOf(unusedIgnore, { ...context, unusedIgnores }, settings)];
}

/** A lost block's last reading still serves other files; its places no longer fit its own. */
function isOutOfDate({ at }: Report, { block }: AppProcess): boolean {
  return block.stale === true && at.file === block.file && contains(block.attribute.range, at.range);
}

/** Payload rules stay silent if any process could not be read or is broken just now (diagnostics.md §0.2). */
function payloadsThatCount(app: App): RuleContext['payloads'] {
  const isWhole = app.unread.length === 0 && app.processes.every(({ complete }) => complete);
  return isWhole ? payloadsOf(app) : [];
}

function reportsOf(rule: Rule, context: RuleContext, settings: RuleSettings): Report[] {
  const reports: Report[] = [];
  for (const finding of rule.check(context)) {
    const severity = severityOf(rule, finding, settings);
    if (severity !== 'off') reports.push({ ...finding, code: rule.code, name: rule.name, severity });
  }
  return reports;
}

function severityOf(rule: Rule, finding: Finding, settings: RuleSettings): Severity | 'off' {
  const set = settings.severity.get(rule.code);
  if (set) return set;
  const own = finding.severity ?? rule.severity[finding.generation];
  return own === 'off' && rule.isOverview && settings.profile === 'overview' ? 'warning' : own;
}

function silences({ at, codes, lines }: Ignore, { at: found, code }: Report): boolean {
  const { line } = found.range.start;
  return at.file === found.file && codes.includes(code) && line >= lines[0] && line <= lines[1];
}
