/** `http-server:distro:sys`: what processes ask of it (http-server.md §1, §2), and the HTTP port that it keeps. */
import type { Blob, KernelMessage } from '../../kernel/message.ts';
import type { Module, ModuleContext } from '../../kernel/module.ts';
import { jsonBody } from '../body.ts';
import { homepageId, httpServerId } from '../capabilities.ts';
import { type HttpServerAction, type HttpServerError, parseAction } from './actions.ts';
import { Bindings, mayBind, secureSubdomain } from './bindings.ts';
import { Channels } from './channels.ts';
import { openListener } from './listener.ts';
import { createLogin } from './login.ts';
import { rpcPath, rpcProcess } from './rpc.ts';
import { createServing } from './serve.ts';
import type { HttpServerSettings } from './settings.ts';

/** A file that the node serves by itself to anybody, such as `/our.js` (§10). */
export interface BuiltInFile {
  readonly path: string;
  readonly content: Blob;
}

export interface HttpServerOptions {
  readonly node: string;
  readonly settings: HttpServerSettings;
  /** The secret that signs login tokens. */
  readonly secret: Uint8Array;
  readonly files: readonly BuiltInFile[];
  /** Paths at the root of the site whose requests go to the homepage; they need a login. */
  readonly homepagePaths: readonly string[];
}

export interface HttpServer {
  readonly module: Module;
  readonly port: number;
  /** Whether GET on the process's root is answered from bound content or by the process. */
  bindsRoot(process: string): boolean;
  close(): Promise<void>;
}

/** Takes the port and makes the module. Throws an Error with the code `port-in-use`. Requests are answered once the kernel has started the module. */
export async function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { node, settings } = options;
  const bindings = new Bindings();
  const started = Promise.withResolvers<ModuleContext>();
  let context: ModuleContext | undefined;
  const channels = new Channels((process, body, blob) => context?.send({ target: { node, process }, body, blob }));

  const open = { kind: 'bound', authenticated: false, localOnly: false, subdomain: undefined } as const;
  for (const { path, content } of options.files) bindings.bind(path, { ...open, process: homepageId, content });
  for (const path of options.homepagePaths)
    bindings.bind(path, { ...open, process: homepageId, authenticated: true, content: undefined });
  bindings.bind(rpcPath, { ...open, process: rpcProcess, localOnly: true, content: undefined });

  let port = 0;
  const login = createLogin({ node, secret: options.secret, now: Date.now });
  const serving = createServing({
    node,
    settings,
    bindings,
    channels,
    login,
    subdomains: bindings.subdomains,
    port: () => port,
    context: started.promise,
  });
  const listener = await openListener(settings.port, serving);
  port = listener.port;

  async function close(): Promise<void> {
    channels.dispose();
    serving.dispose();
    await listener.close();
  }

  const module: Module = {
    id: httpServerId,
    public: false,
    start(given) {
      context = given;
      started.resolve(given);
    },
    handle(message, given) {
      if (message.message.kind !== 'request') return;
      const action = parseAction(message.message.body);
      const error = action ? perform(action, message, bindings, channels) : 'MalformedRequest';
      // Errors go to the source, expected or not; success to the rsvp, if somebody waits (§1, reply rules).
      if (error) given.respond({ ...message, rsvp: undefined }, { body: jsonBody({ Err: error }) });
      else if (message.rsvp || message.message.expectsResponse !== undefined)
        given.respond(message, { body: jsonBody({ Ok: null }) });
    },
    dispose: close,
  };
  const bindsRoot = (process: string) => bindings.http.match(`/${process}`)?.value.kind === 'bound';
  return { module, port, bindsRoot, close };
}

function perform(
  { name, payload }: HttpServerAction,
  { source: { process }, blob }: KernelMessage,
  bindings: Bindings,
  channels: Channels,
): HttpServerError | undefined {
  const secure = () => secureSubdomain(process);
  switch (name) {
    case 'Bind':
    case 'SecureBind': {
      if (!mayBind(process)) return 'InvalidSourceProcess';
      if (payload.cache && !blob) return 'NoBlob';
      const terms =
        name === 'SecureBind'
          ? { authenticated: true, localOnly: false, subdomain: secure() }
          : { authenticated: payload.authenticated, localOnly: payload.local_only, subdomain: undefined };
      bindings.bind(payload.path, { kind: 'bound', process, ...terms, content: payload.cache ? blob : undefined });
      return undefined;
    }
    case 'Unbind':
      bindings.unbind(process, payload.path);
      return undefined;
    case 'WebSocketBind':
    case 'WebSocketSecureBind': {
      if (!mayBind(process)) return 'InvalidSourceProcess';
      const terms =
        name === 'WebSocketSecureBind'
          ? { authenticated: true, subdomain: secure() }
          : { authenticated: payload.authenticated, subdomain: undefined };
      bindings.bindWebSocket(payload.path, { process, ...terms, extension: payload.extension });
      return undefined;
    }
    case 'WebSocketUnbind':
      bindings.unbindWebSocket(process, payload.path);
      return undefined;
    case 'WebSocketPush':
      return blob ? channels.push(process, payload.channel_id, payload.message_type, blob.bytes) : 'NoBlob';
    case 'WebSocketClose':
      return channels.close(process, payload);
  }
}
