/**
 * Which bound path a request path belongs to (http-server.md §3). Patterns are those of route-recognizer 0.3: segments
 * between `/` and `.`; `:name` is one or more characters but `/`, `*name` one or more of any.
 */
import type { ProcessId } from '../../kernel/message.ts';
import { homepageId } from '../capabilities.ts';

export interface RouteMatch<T> {
  /** The pattern as stored: prefix included, one trailing slash removed. */
  readonly pattern: string;
  readonly params: Readonly<Record<string, string>>;
  readonly value: T;
}

interface Route<T> {
  pattern: string;
  value: T;
  readonly expression: RegExp | undefined;
  names: readonly string[];
  readonly literals: number;
  readonly dynamics: number;
  readonly stars: number;
  /** At each character of the pattern: whether it was the first, second … to branch off there. Decides ties. */
  readonly branches: readonly number[];
}

interface Branch {
  readonly index: number;
  readonly next: Map<string, Branch>;
}

/** Exactly one trailing slash goes, from bound paths and from request paths. */
export function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/**
 * The pattern under which a process's path is stored: `/<process>` + path (§3). The homepage alone binds without prefix.
 * The empty path keeps its slash and is therefore out of reach of `/p:k:o/`, as in the original.
 */
export function boundPattern(process: ProcessId, path: string): string {
  const prefix = process === homepageId ? '' : `/${process}`;
  if (path === '') return `${prefix}/`;
  return `${prefix}${withoutTrailingSlash(path.startsWith('/') ? path : `/${path}`)}`;
}

const dynamicStep = ':\0';
const starStep = '*\0';

interface Parsed {
  readonly steps: readonly string[];
  readonly names: readonly string[];
  readonly literals: number;
}

function parsePattern(pattern: string): Parsed {
  const steps: string[] = [];
  const names: string[] = [];
  let literals = 0;
  for (const part of pattern.replace(/^\//, '').split(/([/.])/)) {
    if (part === '/' || part === '.') steps.push(part);
    else if (part.startsWith(':') || part.startsWith('*')) {
      steps.push(part.startsWith(':') ? dynamicStep : starStep);
      names.push(part.slice(1));
    } else {
      steps.push(...part);
      literals += 1;
    }
  }
  return { steps, names, literals };
}

function expressionOf(steps: readonly string[]): RegExp {
  const source = steps.map((step) =>
    step === dynamicStep ? '([^/]+)' : step === starStep ? '([^]+)' : step.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`);
}

/** Bound paths with what they lead to. The last value put under a pattern wins; the pattern keeps its place. */
export class RouteTable<T> {
  readonly #literal = new Map<string, Route<T>>();
  readonly #patterns = new Map<string, Route<T>>();
  readonly #root: Branch = { index: 0, next: new Map() };

  /** Binds a pattern as `boundPattern` makes it. */
  set(pattern: string, value: T): void {
    const { steps, names, literals } = parsePattern(pattern);
    const key = steps.join('');
    const table = names.length > 0 ? this.#patterns : this.#literal;
    const known = table.get(key);
    if (known) {
      known.pattern = pattern;
      known.names = names;
      known.value = value;
      return;
    }
    table.set(key, {
      pattern,
      value,
      names,
      literals,
      expression: names.length > 0 ? expressionOf(steps) : undefined,
      dynamics: steps.filter((s) => s === dynamicStep).length,
      stars: steps.filter((s) => s === starStep).length,
      branches: this.#branch(steps),
    });
  }

  #branch(steps: readonly string[]): number[] {
    const branches: number[] = [];
    let at = this.#root;
    for (const step of steps) {
      let next = at.next.get(step);
      if (!next) {
        next = { index: at.next.size, next: new Map() };
        at.next.set(step, next);
      }
      branches.push(next.index);
      at = next;
    }
    return branches;
  }

  /** The best match for a request path as it came, not percent-decoded; one trailing slash is removed first. */
  match(requestPath: string): RouteMatch<T> | undefined {
    const path = withoutTrailingSlash(requestPath).replace(/^\//, '');
    // A pattern without wildcards has more literal segments than any other that matches the same path.
    const literal = this.#literal.get(path);
    if (literal) return { pattern: literal.pattern, params: {}, value: literal.value };
    let best: { route: Route<T>; values: string[] } | undefined;
    for (const route of this.#patterns.values()) {
      const found = route.expression?.exec(path);
      if (found && (!best || isBetter(route, best.route))) best = { route, values: found.slice(1) };
    }
    if (!best) return undefined;
    const params: Record<string, string> = {};
    for (const [i, name] of best.route.names.entries()) if (name) params[name] = best.values[i] ?? '';
    return { pattern: best.route.pattern, params, value: best.route.value };
  }

  /** As `match`, but if nothing matches, the first path segment alone is looked up: the root of the app (§3). */
  matchOrRoot(requestPath: string): RouteMatch<T> | undefined {
    const found = this.match(requestPath);
    if (found) return found;
    const [, first] = requestPath.split('/', 2);
    const rootMatch = first ? this.match(`/${first}`) : undefined;
    return rootMatch && { ...rootMatch, params: {} };
  }
}

function isBetter<T>(a: Route<T>, b: Route<T>): boolean {
  if (a.literals !== b.literals) return a.literals > b.literals;
  if (a.dynamics !== b.dynamics) return a.dynamics > b.dynamics;
  if (a.stars !== b.stars) return a.stars > b.stars;
  const at = a.branches.findIndex((branch, i) => branch !== b.branches[i]);
  return at >= 0 && (a.branches[at] ?? 0) < (b.branches[at] ?? 0);
}
