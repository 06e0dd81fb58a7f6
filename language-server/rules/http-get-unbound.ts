import type { AppProcess, Handler } from '../../hyperapp/model/app.ts';
import { insertPart } from './edits.ts';
import type { Finding, Rule } from './rule.ts';

/** HW044: a GET never reaches a handler whose path is not bound (hyperapp.md §8.4). */
export const httpGetUnbound: Rule = {
  code: 'HW044',
  name: 'http-get-unbound',
  severity: { v1: 'off', v2: 'warning', v3a: 'warning', v3b: 'warning' },
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      // Without the whole list of bindings nothing can be said to be missing.
      if (process.language !== 'rust' || !process.endpointInsertion) continue;
      for (const handler of process.handlers) {
        const finding = handler.stale ? undefined : findingOf(handler, process);
        if (finding) yield finding;
      }
    }
  },
};

/** True if the macro serves a front end. */
export function servesUi({ block }: AppProcess): boolean {
  const ui = block.arguments.find(({ key }) => key === 'ui' || key === 'ui_path');
  return ui !== undefined && ui.text !== 'None';
}

function findingOf(handler: Handler, process: AppProcess): Finding | undefined {
  const { method, path, kinds, parameters, at } = handler;
  const isRead = method === 'GET' || method === 'HEAD';
  // Without a path of its own it depends on who calls, with what.
  if (!kinds.includes('http') || parameters.length > 0 || !isRead || path === undefined) return undefined;
  const full = path.startsWith('/') ? path : `/${path}`;
  if (process.endpoints.some((binding) => binding.kind === 'http' && covers(binding.path, full))) return undefined;
  const binding = `Binding::Http { path: "${full}", config: HttpBindingConfig::default() }`;
  const outcome = servesUi(process) ? "with the UI's index.html" : 'with 404';
  return {
    at,
    generation: process.generation,
    message: `${method} ${full} is answered ${outcome}, because "${full}" is not in endpoints. Add Binding::Http { path: "${full}", .. }.`,
    fixes: process.endpointInsertion
      ? [{ title: `Bind "${full}"`, edits: [insertPart(process.endpointInsertion, binding)] }]
      : [],
  };
}

/** http-server's patterns: `:name` is one part of a path, `*` all that follow. */
function covers(pattern: string, path: string): boolean {
  const parts = path.split('/').filter(Boolean);
  const wanted = pattern.split('/').filter(Boolean);
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith('*')) return true;
    if (parts[index] === undefined || (!part.startsWith(':') && part !== parts[index])) return false;
  }
  return parts.length === wanted.length;
}
