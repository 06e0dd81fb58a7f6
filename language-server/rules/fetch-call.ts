import type { App } from '../../hyperapp/model/app.ts';
import type { FetchCall } from '../../hyperapp/model/browser.ts';
import { urlTarget } from '../../hyperapp/wire/url.ts';
import { generationOf } from './document.ts';
import { always, type Finding, type Rule } from './rule.ts';

/** HW067: what a browser refuses, and paths that only a development server knows (hyperapp.md §11). */
export const fetchCall: Rule = {
  code: 'HW067',
  name: 'fetch-call',
  severity: always('information'),
  isOverview: false,
  *check({ app }) {
    if (app.processes.length === 0) return;
    for (const { fetches, proxied } of app.frontEnds) {
      for (const call of fetches) {
        if (!call.hasBody || urlTarget(call.url, app).kind === 'elsewhere') continue;
        const problem = withoutMethod(call) ?? fromTheRoot(call, proxied, app);
        if (problem) yield { ...problem, generation: generationOf(app) };
      }
    }
  },
};

type Problem = Omit<Finding, 'generation'>;

function withoutMethod({ at, method, methodAt, inside }: FetchCall): Problem | undefined {
  if (method === 'none') {
    const edits = [{ at: inside, newText: " method: 'POST'," }];
    return { at, message: "fetch with a body needs method: 'POST'.", fixes: [{ title: "Add method: 'POST'", edits }] };
  }
  if (methodAt && (method === 'GET' || method === 'HEAD')) {
    const edits = [{ at: methodAt, newText: "'POST'" }];
    return {
      at: methodAt,
      message: `fetch with a body needs method: 'POST'; the browser refuses a body with ${method}.`,
      fixes: [{ title: "Change to 'POST'", edits }],
    };
  }
  return undefined;
}

function fromTheRoot({ url, urlAt }: FetchCall, proxied: readonly string[], app: App): Problem | undefined {
  const bound = app.processes.flatMap(({ endpoints }) => endpoints.map(({ path }) => path));
  if (!/^\/[^/$:]/.test(url) || !bound.some((path) => path !== '/' && (url === path || url.startsWith(`${path}/`))))
    return undefined;
  if (proxied.some((path) => path === '*' || path.startsWith('^') || url.startsWith(path))) return undefined;
  const template = `\`\${import.meta.env.BASE_URL}${url}\``;
  return {
    at: urlAt,
    message: `In a node the app lives below /process:package:publisher; use \${import.meta.env.BASE_URL}${url}.`,
    fixes: [{ title: 'Begin with import.meta.env.BASE_URL', edits: [{ at: urlAt, newText: template }] }],
  };
}
