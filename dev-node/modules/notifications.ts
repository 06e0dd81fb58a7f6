/** `notifications:distro:sys`: a notification is a line on the console (other-modules.md §7). It never answers with an error. */
import { createECDH } from 'node:crypto';
import * as v from 'valibot';
import type { Module, ModuleContext } from '../kernel/module.ts';
import { jsonBody, option, parseBody, readAction } from './body.ts';

const notification = v.object({ title: v.string(), body: v.string(), icon: option(v.string()) });
const subscription = v.object({
  endpoint: v.string(),
  keys: v.object({ p256dh: v.string(), auth: v.string() }),
  created_at: v.number(),
});
const endpointOnly = v.object({ endpoint: v.string() });

export function createNotifications(): Module {
  const subscriptions = new Map<string, v.InferOutput<typeof subscription>>();
  let publicKey: string | undefined;

  function key(): string {
    publicKey ??= createECDH('prime256v1').generateKeys().toString('base64url');
    return publicKey;
  }

  function answer(body: Uint8Array, from: string, context: ModuleContext): unknown {
    const action = readAction(parseBody(body));
    switch (action?.name) {
      case 'SendNotification': {
        const { title, body: text } = v.parse(notification, action.payload);
        context.print(0, `notification of ${from}: ${title}: ${text}`);
        return 'NotificationSent';
      }
      case 'GetPublicKey':
        return { PublicKey: key() };
      case 'InitializeKeys':
        key();
        return 'KeysInitialized';
      case 'AddSubscription': {
        const parsed = v.parse(v.object({ subscription }), action.payload).subscription;
        subscriptions.set(parsed.endpoint, parsed);
        return 'SubscriptionAdded';
      }
      case 'RemoveSubscription':
        subscriptions.delete(v.parse(endpointOnly, action.payload).endpoint);
        return 'SubscriptionRemoved';
      case 'ClearSubscriptions':
        subscriptions.clear();
        return 'SubscriptionsCleared';
      case 'GetSubscription':
        return { SubscriptionInfo: subscriptions.get(v.parse(endpointOnly, action.payload).endpoint) ?? null };
    }
    throw new Error('not a request of this module');
  }

  return {
    id: 'notifications:distro:sys',
    public: false,
    handle(message, context) {
      const request = message.message;
      if (request.kind !== 'request' || message.source.node !== context.our.node) return;
      let body: unknown;
      try {
        body = answer(request.body, message.source.process, context);
      } catch (error) {
        context.print(0, `notifications: error handling request: ${(error as Error).message}`);
        return;
      }
      if (message.rsvp || request.expectsResponse !== undefined) context.respond(message, { body: jsonBody(body) });
    },
  };
}
