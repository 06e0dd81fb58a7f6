/** What the rules for requests between processes share. */
import type { App, AppProcess, Handler } from '../../hyperapp/model/app.ts';
import type { AppCrate, RequestBody, RequestChain } from '../../hyperapp/model/traffic.ts';
import { describedHandlers } from '../../hyperapp/wit/reach.ts';
import type { RuleContext } from './rule.ts';

/** A body that goes to a process whose handlers are known. */
export interface ResolvedRequest {
  readonly crate: AppCrate;
  readonly request: RequestChain;
  readonly body: RequestBody;
  readonly process: AppProcess;
  /** `process:package:publisher` as the source writes it. */
  readonly processId: string;
  /** Handlers of the body's key, whatever their kind. */
  readonly handler: Handler | undefined;
}

/** Requests of an app whose target is a process of this workspace, read without doubt (diagnostics.md §0.3). */
export function* resolvedRequests({ app, neighbours }: RuleContext): Iterable<ResolvedRequest> {
  for (const crate of app.crates) {
    for (const request of crate.traffic.requests) {
      const { target } = request;
      if (!target?.process || !request.body) continue;
      const process = processOf(target.process, [app, ...neighbours]);
      if (!process?.complete) continue;
      const body = onTheWire(request.body, app, crate);
      if (!body) continue;
      const handler = describedHandlers(process).find(({ wireName }) => wireName === body.key);
      yield { crate, request, body, process, processId: target.process, handler };
    }
  }
}

/** Known by process and package; who publishes it may differ. */
function processOf(id: string, apps: readonly App[]): AppProcess | undefined {
  const [name, packageName] = id.split(':');
  for (const app of apps) {
    if (app.packageId.split(':')[0] !== packageName) continue;
    const process = app.processes.find((candidate) => candidate.name === name);
    if (process) return process;
  }
  return undefined;
}

/** A variant goes by the name that its enum gives it; the enum of another crate, or one that serde shapes otherwise, is not known. */
function onTheWire(body: RequestBody, app: App, crate: AppCrate): RequestBody | undefined {
  if (body.enumName === undefined) return body;
  const own = app.processes.find(({ folder }) => folder === crate.folder);
  const definition = own?.types.get(body.enumName);
  if (definition?.kind !== 'enum' || definition.serde?.some(({ key }) => key !== 'rename_all')) return undefined;
  const variant = definition.variants.find(({ name }) => name === body.key);
  return variant && { ...body, key: variant.wireName };
}
