/** What the decorators say of an app: the class, its handlers and its settings. One bundle holds one app. */
import type { Description, HandlerShape, Shape } from './shape.ts';

export type HandlerKind = 'init' | 'http' | 'local' | 'remote' | 'ws';

/** The methods http-server knows; a handler without a method answers all of them. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'HEAD' | 'OPTIONS';

export interface Route {
  readonly method?: HttpMethod;
  /** Compared for equality with the path behind the process id, and only for handlers without parameters (hyperapp.md §8.3). */
  readonly path?: string;
}

/** `authenticated` is true unless it is set to false. */
export type Endpoint =
  | {
      readonly http: string;
      readonly authenticated?: boolean;
      readonly localOnly?: boolean;
      readonly secureSubdomain?: boolean;
    }
  | { readonly ws: string; readonly authenticated?: boolean; readonly secureSubdomain?: boolean };

export interface UiOptions {
  readonly authenticated?: boolean;
  readonly localOnly?: boolean;
  readonly secureSubdomain?: boolean;
  /** Folder below `pkg/`; `ui` if absent. */
  readonly folder?: string;
}

/** When the state is written; see state.ts. */
export type SaveConfig =
  | 'never'
  | 'every-message'
  | 'on-diff'
  | { readonly everyN: number }
  | { readonly everySeconds: number };

export interface AppOptions {
  /** Label for the homepage, which shows the app by itself only if both `icon` and `widget` are given (hyperapp.md §12). */
  readonly name: string;
  readonly icon?: string;
  readonly widget?: string;
  /** Serves `pkg/ui`: true, or how. Absent or false: no UI. */
  readonly ui?: boolean | UiOptions;
  readonly endpoints: readonly Endpoint[];
  readonly saveConfig: SaveConfig;
  readonly witWorld?: string;
}

export interface RegisteredHandler {
  readonly name: string;
  /** The key on the wire (hyperapp.md §5). */
  readonly wireName: string;
  readonly kinds: Set<HandlerKind>;
  route: Route;
  /** From the source if the build could read it, else from `function.length`. */
  shape: HandlerShape;
  readonly run: (this: object, ...parameters: unknown[]) => unknown;
}

export interface RegisteredApp {
  readonly create: () => object;
  readonly options: AppOptions;
  readonly handlers: readonly RegisteredHandler[];
  readonly types: Description['types'];
}

const handlersKey = Symbol.for('hyperapp.handlers');
let description: Description = { handlers: {}, types: {} };
let app: RegisteredApp | undefined;

/** The build calls this before the app's own code runs. */
export function describe(read: Description): void {
  description = read;
}

/** Throws if no class carries `@hyperapp`. */
export function registeredApp(): RegisteredApp {
  if (!app) throw new Error('No class of this process has the decorator @hyperapp({...}).');
  return app;
}

/** `get_user` and `getUser` are both `GetUser` (hyperapp.md §5). */
export function wireNameOf(name: string): string {
  return name
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

type Method = (this: never, ...parameters: never[]) => unknown;

function mark(kind: HandlerKind, route: Route, method: Method, context: ClassMethodDecoratorContext): void {
  const name = String(context.name);
  if (context.static || context.private)
    throw new TypeError(`@${kind} ${name}: a handler is a public method of the app's class, not static.`);
  const metadata = context.metadata as Record<symbol, Map<string, RegisteredHandler> | undefined>;
  let handlers = metadata[handlersKey];
  if (!handlers) {
    handlers = new Map();
    metadata[handlersKey] = handlers;
  }
  const known = handlers.get(name);
  if (known) {
    known.kinds.add(kind);
    known.route = { ...known.route, ...route };
    return;
  }
  const parameters = Array.from({ length: method.length }, (_, index) => ({
    name: `parameter ${index + 1}`,
    shape: 'json' as Shape,
  }));
  handlers.set(name, {
    name,
    wireName: wireNameOf(name),
    kinds: new Set([kind]),
    route,
    shape: { parameters, result: 'json' },
    run: method as RegisteredHandler['run'],
  });
}

/** Runs once when the process starts; requests can be handled while it awaits. */
export function init(method: Method, context: ClassMethodDecoratorContext): void {
  mark('init', {}, method, context);
}

/** Answers requests of other processes on this node. */
export function local(method: Method, context: ClassMethodDecoratorContext): void {
  mark('local', {}, method, context);
}

/** Answers requests of other nodes, and of this one. */
export function remote(method: Method, context: ClassMethodDecoratorContext): void {
  mark('remote', {}, method, context);
}

/** Gets Text, Binary and Close frames of browsers: `(channelId: u32, messageType: WsMessageType, blob: Blob)`. */
export function ws(method: Method, context: ClassMethodDecoratorContext): void {
  mark('ws', {}, method, context);
}

/** Answers HTTP requests: `@http`, or `@http({ method: 'GET', path: '/stats' })` on a handler without parameters. */
export function http(method: Method, context: ClassMethodDecoratorContext): void;
export function http(route: Route): (method: Method, context: ClassMethodDecoratorContext) => void;
export function http(first: Method | Route, context?: ClassMethodDecoratorContext): unknown {
  if (typeof first === 'function') return mark('http', {}, first, context!);
  return (method: Method, inner: ClassMethodDecoratorContext) => mark('http', first, method, inner);
}

/** Makes a class the app of this process. Its own fields are the state. */
export function hyperapp(options: AppOptions) {
  return (target: new () => object, context: ClassDecoratorContext): void => {
    const metadata = context.metadata as Record<symbol, Map<string, RegisteredHandler> | undefined>;
    const handlers = [...(metadata[handlersKey]?.values() ?? [])];
    for (const handler of handlers) handler.shape = description.handlers[handler.name] ?? handler.shape;
    check(target.name, handlers);
    if (app) throw new Error(`${target.name}: this process already has an app with @hyperapp; keep one.`);
    app = { create: () => new target(), options, handlers, types: description.types };
  };
}

/** The framework's compile errors (hyperapp.md §4), for those who build without looking at the problems. */
function check(className: string, handlers: readonly RegisteredHandler[]): void {
  const names = new Map<string, string>();
  for (const { name, wireName, kinds } of handlers) {
    for (const single of ['init', 'ws'] as const) {
      if (kinds.has(single) && kinds.size > 1)
        throw new Error(`${className}.${name}: @${single} cannot be combined with other decorators.`);
      if (kinds.has(single) && handlers.filter((other) => other.kinds.has(single)).length > 1)
        throw new Error(`${className}: more than one @${single} method; keep one.`);
    }
    const twin = names.get(wireName);
    if (twin) throw new Error(`${className}: ${twin} and ${name} both become ${wireName}; rename one.`);
    names.set(wireName, name);
  }
}
