import type { AppProcess } from '../../hyperapp/model/app.ts';
import { servesUi } from './http-get-unbound.ts';
import { always, type Finding, type Rule } from './rule.ts';

/** HW066: bindings that clash at start, and handlers that nothing is bound for (hyperapp.md §11). */
export const endpointConflict: Rule = {
  code: 'HW066',
  name: 'endpoint-conflict',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      if (process.language !== 'rust' || !process.complete) continue;
      yield* twice(process);
      if (process.endpointInsertion) yield* unbound(process);
    }
  },
};

function* twice({ endpoints, generation }: AppProcess): Iterable<Finding> {
  const bound = new Map<string, (typeof endpoints)[number]>();
  for (const endpoint of endpoints) {
    const { path, at, removal } = endpoint;
    const earlier = bound.get(path);
    if (!earlier) bound.set(path, endpoint);
    else if (at) {
      yield {
        at,
        generation,
        message: `"${path}" is bound twice; the process panics at start.`,
        related: earlier.at ? [{ at: earlier.at, message: `"${path}" is bound here first.` }] : [],
        fixes: removal ? [{ title: 'Remove this binding', edits: [{ at: removal, newText: '' }] }] : [],
      };
    }
  }
}

function* unbound(process: AppProcess): Iterable<Finding> {
  const { block, crate, endpoints, generation, handlers } = process;
  const calls = (name: RegExp) =>
    crate?.functions.some((code) => code.calls.some((call) => name.test(call.name))) ?? false;
  const socket = handlers.find(({ kinds, stale }) => kinds.includes('ws') && !stale);
  if (socket && generation !== 'v1' && !endpoints.some(({ kind }) => kind === 'ws') && !calls(/^bind_ws_/)) {
    const message = `No Binding::Ws in endpoints: pages cannot connect to '${socket.name}'. Add Binding::Ws { path: "/ws", config: WsBindingConfig::default() }.`;
    yield { at: socket.at, generation, severity: 'warning', message };
  }
  const request = handlers.find(({ kinds, stale }) => kinds.includes('http') && !stale);
  const isServed = servesUi(process) || endpoints.some(({ kind }) => kind === 'http') || calls(/^(bind_http_|serve_)/);
  if (!request || isServed) return;
  const message = `No Binding::Http in endpoints and no ui: no HTTP request reaches '${request.name}'. Add Binding::Http { path: "/api", config: HttpBindingConfig::default() }.`;
  const at = block.arguments.find(({ key }) => key === 'endpoints')?.at ?? block.attribute;
  yield { at, generation, severity: 'warning', message };
}
