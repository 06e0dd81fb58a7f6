import type { App, AppProcess, Location } from '../../hyperapp/model/app.ts';
import { type JsonNode, propertyOf } from '../../hyperapp/model/document.ts';
import type { AppCrate } from '../../hyperapp/model/traffic.ts';
import { appendTo, generationOf } from './document.ts';
import { entriesFor, entriesOf, type ManifestEntry } from './manifest.ts';
import { always, type Finding, type Rule, type RuleContext, type Severity } from './rule.ts';

/** HW030: a message to a process that one has no capability for is dropped (packages.md §3, hyperapp.md §13). */
export const capabilityMissing: Rule = {
  code: 'HW030',
  name: 'capability-missing',
  severity: always('warning'),
  isOverview: false,
  *check(context) {
    for (const crate of context.app.crates) yield* findingsFor(crate, context);
    for (const process of context.app.processes) {
      // A backend in TypeScript has no crate; what the framework itself needs holds for it too.
      if (process.language === 'typescript') yield* report(process.folder, frameworkNeeds(process), context.app);
    }
  },
};

interface Need {
  readonly module: string;
  readonly what: string;
  readonly at: Location | undefined;
  readonly severity?: Severity;
}

function findingsFor(crate: AppCrate, { app }: RuleContext): Iterable<Finding> {
  const process = app.processes.find(({ folder }) => folder === crate.folder);
  const needs: Need[] = [
    ...(process ? frameworkNeeds(process) : []),
    ...crate.traffic.moduleUses,
    ...crate.traffic.requests.flatMap(({ target, at }): Need[] => {
      if (target?.node.kind !== 'own' || !target.process) return [];
      return [{ module: target.process, what: 'a request', at }];
    }),
  ];
  return report(crate.folder, needs, app);
}

/** What the macro's own code does (hyperapp.md §11, §12). */
function frameworkNeeds(process: AppProcess): Need[] {
  const argument = (key: string) => process.block.arguments.find((candidate) => candidate.key === key);
  const ui = argument('ui');
  const hasUi = ui !== undefined && !/^(None|false)$/.test(ui.text);
  const needs: Need[] = [];
  const add = (module: string, what: string, severity?: Severity) =>
    needs.push({ module, what, at: process.block.attribute, ...(severity && { severity }) });
  if (process.language === 'rust') add('vfs:distro:sys', 'its log file, opened at start', 'error');
  if (hasUi || process.endpoints.length > 0) add('http-server:distro:sys', 'its UI and endpoints');
  if (argument('icon') && argument('widget')) add('homepage:homepage:sys', 'its entry on the homepage');
  const has = (kind: string) => process.handlers.some(({ kinds }) => kinds.some((own) => own === kind));
  if (has('ws_client')) add('http-client:distro:sys', 'its #[ws_client] handler');
  if (has('eth')) add('eth:distro:sys', 'its #[eth] handler');
  return needs;
}

/** The kernel, the timer and what anybody may talk to. */
const open = new Set(['timer:distro:sys', 'state:distro:sys']);

function* report(folder: string, needs: readonly Need[], app: App): Iterable<Finding> {
  for (const entry of entriesFor(app, folder)) {
    const list = propertyOf(entry.node, 'request_capabilities');
    if (list?.kind !== 'array') continue;
    const told = new Set<string>();
    for (const need of needs) {
      const { module } = need;
      if (told.has(module) || open.has(module) || isGranted(module, entry, list, app)) continue;
      told.add(module);
      yield findingOf(need, list, app);
    }
  }
}

function isGranted(module: string, entry: ManifestEntry, list: JsonNode & { kind: 'array' }, app: App): boolean {
  const [name, packageName, publisher] = module.split(':');
  const own = app.packageId === `${packageName}:${publisher}`;
  if (own && name === entry.name) return true;
  if (list.elements.some((element) => allowsMessaging(element, module))) return true;
  if (!own) return false;
  // A process of this package may be public, or give the capability by itself.
  const other = entriesOf(app).find((candidate) => candidate.name === name);
  if (!other) return false;
  const isPublic = propertyOf(other.node, 'public');
  if (isPublic?.kind === 'boolean' && isPublic.value) return true;
  const grants = propertyOf(other.node, 'grant_capabilities');
  const self = `${entry.name}:${app.packageId}`;
  return grants?.kind === 'array' && grants.elements.some((element) => allowsMessaging(element, self));
}

function allowsMessaging(element: JsonNode, module: string): boolean {
  if (element.kind === 'string') return element.value === module;
  const process = propertyOf(element, 'process');
  const params = propertyOf(element, 'params');
  return (
    process?.kind === 'string' &&
    process.value === module &&
    params?.kind === 'string' &&
    /^"?messaging"?$/.test(params.value)
  );
}

function findingOf({ module, what, at, severity }: Need, list: JsonNode & { kind: 'array' }, app: App): Finding {
  return {
    at: list.at,
    generation: generationOf(app),
    severity,
    message: `The process uses ${module} but does not request it; the kernel drops such messages. Add "${module}" to request_capabilities.`,
    fixes: [{ title: `Add "${module}"`, edits: [appendTo(list, `"${module}"`)] }],
    related: at ? [{ at, message: `It is needed for ${what}.` }] : [],
  };
}
