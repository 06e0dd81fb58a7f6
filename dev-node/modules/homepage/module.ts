/** `homepage:homepage:sys`: apps announce themselves; the page at `/` lists them (packages.md §10). */
import * as v from 'valibot';
import { capabilityKey } from '../../kernel/capability.ts';
import type { KernelMessage, ProcessId } from '../../kernel/message.ts';
import type { Module, ModuleContext } from '../../kernel/module.ts';
import type { Store } from '../../store/store.ts';
import { jsonBody, parseBody, readAction, toJson } from '../body.ts';
import { homepageId, httpServerId, named } from '../capabilities.ts';
import { type Conversation, converse, vfs } from '../conversation.ts';
import { addPayload, Entries } from './entries.ts';
import { notificationPaths, notificationsPage } from './notifications.ts';
import { homePage } from './page.ts';

/** Paths at the site's root whose requests come here. */
export const homepagePaths: readonly string[] = ['/', '/apps', '/version', '/favorite', '/order', ...notificationPaths];

/** Where a stylesheet that was set is kept (packages.md §10.1). */
const stylesheetFile = '/homepage:sys/pkg/persisted-hyperware.css';

const httpRequest = v.object({ Http: v.object({ method: v.string(), bound_path: v.string() }) });
const favoriteBody = v.tuple([v.string(), v.boolean()]);
const orderBody = v.array(v.tuple([v.string(), v.pipe(v.number(), v.integer())]));
const savedOrder = v.record(v.string(), v.number());

interface Page {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

export interface HomepageOptions {
  readonly store: Store;
  readonly version: string;
}

export function createHomepage({ store, version }: HomepageOptions): Module {
  const saved = store.getState(homepageId);
  const parsedOrder = v.safeParse(savedOrder, saved && parseBody(saved));
  const entries = new Entries(new Map(parsedOrder.success ? Object.entries(parsedOrder.output) : []));

  async function reorder(pairs: readonly (readonly [ProcessId, number])[]): Promise<void> {
    entries.sort(new Map(pairs));
    await store.setState(homepageId, jsonBody(Object.fromEntries(pairs)));
  }

  async function page(method: string, path: string, body: Uint8Array, node: string): Promise<Page> {
    const apps = entries.list();
    if (path === '') return { status: 200, type: 'text/html; charset=utf-8', body: homePage(node, apps) };
    if (path === '/apps') return { status: 200, body: toJson(apps) };
    if (path === '/version') {
      const ready = apps.length >= 4 && apps.filter((app) => app.widget).length >= 3;
      return ready ? { status: 200, body: version } : { status: 425 };
    }
    if (method !== 'POST') return { status: 405 };
    if (path === '/favorite') {
      const parsed = v.safeParse(favoriteBody, parseBody(body));
      if (!parsed.success) return { status: 400 };
      entries.favor(...parsed.output);
      return { status: 200 };
    }
    const parsed = v.safeParse(orderBody, parseBody(body));
    if (!parsed.success) return { status: 400 };
    await reorder(parsed.output);
    return { status: 200 };
  }

  /** Whatever comes from http-server is an HTTP request or nothing (§10.1). */
  async function serve(message: KernelMessage, context: ModuleContext): Promise<void> {
    const parsed = v.safeParse(httpRequest, parseBody(message.message.body));
    if (!parsed.success) return;
    const { method, bound_path } = parsed.output.Http;
    const given = message.blob?.bytes ?? new Uint8Array();
    const { status, type, body }: Page =
      (await notificationsPage(converse(context, message.trace), method, bound_path, given)) ??
      (await page(method, bound_path, given, context.our.node));
    context.respond(message, {
      body: jsonBody({ status, headers: type ? { 'Content-Type': type } : {} }),
      blob: { mime: undefined, bytes: new TextEncoder().encode(body ?? '') },
    });
  }

  /** Whether the message carries one of the homepage's own capabilities. */
  function shows(message: KernelMessage, name: string, node: string): boolean {
    const key = capabilityKey(named(node, homepageId, name));
    return message.message.capabilities.some((capability) => capabilityKey(capability) === key);
  }

  async function keepStylesheet(conversation: Conversation, css: Uint8Array): Promise<void> {
    serveStylesheet(conversation, css);
    await vfs(conversation, '/homepage:sys/pkg', 'CreateDrive');
    await vfs(conversation, stylesheetFile, 'Write', css);
  }

  async function handle(message: KernelMessage, context: ModuleContext): Promise<void> {
    const { node } = context.our;
    if (message.message.kind !== 'request' || message.source.node !== node) return;
    const { process } = message.source;
    if (process === httpServerId) return serve(message, context);
    const action = readAction(parseBody(message.message.body));
    const text = typeof action?.payload === 'string' ? action.payload : undefined;
    switch (action?.name) {
      case 'Add': {
        const parsed = v.safeParse(addPayload, action.payload);
        if (parsed.success) entries.add(process, parsed.output);
        return;
      }
      case 'Remove':
        entries.remove(process);
        return;
      case 'RemoveOther':
        if (text !== undefined && shows(message, 'RemoveOther', node)) entries.remove(text);
        return;
      case 'SetStylesheet':
        if (text === undefined || !shows(message, 'SetStylesheet', node)) return;
        return keepStylesheet(converse(context, message.trace), new TextEncoder().encode(text));
      case 'GetApps':
        context.respond(message, { body: jsonBody({ GetApps: entries.list() }) });
        return;
      case 'GetPushSubscription':
        context.respond(message, { body: jsonBody({ PushSubscription: null }) });
        return;
    }
  }

  return {
    id: homepageId,
    public: false,
    async start(context) {
      const conversation = converse(context, undefined);
      const kept = await vfs(conversation, stylesheetFile, 'Read');
      if (kept.json === 'Read' && kept.blob) serveStylesheet(conversation, kept.blob.bytes);
    },
    handle,
  };
}

function serveStylesheet({ context }: Conversation, css: Uint8Array): void {
  context.send({
    target: { node: context.our.node, process: httpServerId },
    body: jsonBody({ Bind: { path: '/hyperware.css', authenticated: false, local_only: false, cache: true } }),
    blob: { mime: 'text/css', bytes: css },
  });
}
