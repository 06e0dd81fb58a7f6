/** `/api/notifications/…`: what the homepage's own page asks of the notifications module (other-modules.md §7). */
import * as v from 'valibot';
import { parseBody, readAction, toJson } from '../body.ts';
import { notificationsId } from '../capabilities.ts';
import type { Conversation } from '../conversation.ts';

const folder = '/api/notifications/';

const withEndpoint = v.object({ endpoint: v.string() });

interface Call {
  readonly post: boolean;
  /** The request to the module; undefined if the HTTP body is no request of this kind. */
  readonly request: (body: Uint8Array) => unknown;
  /** The name of the module's answer, and what the page gets for it. */
  readonly answer: string;
  readonly show: (payload: unknown) => unknown;
}

const success = () => ({ success: true });
const ofEndpoint = (name: string) => (body: Uint8Array) => {
  const parsed = v.safeParse(withEndpoint, parseBody(body));
  return parsed.success ? { [name]: { endpoint: parsed.output.endpoint } } : undefined;
};

const calls: Readonly<Record<string, Call>> = {
  'vapid-key': {
    post: false,
    request: () => 'GetPublicKey',
    answer: 'PublicKey',
    show: (publicKey) => ({ publicKey }),
  },
  subscribe: {
    post: true,
    request: (body) => {
      const subscription = parseBody(body);
      return subscription === undefined ? undefined : { AddSubscription: { subscription } };
    },
    answer: 'SubscriptionAdded',
    show: success,
  },
  unsubscribe: {
    post: true,
    request: ofEndpoint('RemoveSubscription'),
    answer: 'SubscriptionRemoved',
    show: success,
  },
  'subscription-info': {
    post: true,
    request: ofEndpoint('GetSubscription'),
    answer: 'SubscriptionInfo',
    show: (subscription) => subscription,
  },
  'unsubscribe-all': {
    post: true,
    request: () => 'ClearSubscriptions',
    answer: 'SubscriptionsCleared',
    show: success,
  },
  'test-vapid': { post: false, request: () => 'InitializeKeys', answer: 'KeysInitialized', show: success },
};

export const notificationPaths: readonly string[] = Object.keys(calls).map((name) => `${folder}${name}`);

export interface Shown {
  readonly status: number;
  readonly body?: string;
}

/** The answer to a request for one of the paths; undefined for any other path. */
export async function notificationsPage(
  conversation: Conversation,
  method: string,
  path: string,
  body: Uint8Array,
): Promise<Shown | undefined> {
  const call = path.startsWith(folder) ? calls[path.slice(folder.length)] : undefined;
  if (!call) return undefined;
  if (call.post && method !== 'POST') return { status: 405 };
  const request = call.request(body);
  if (request === undefined) return { status: 400 };
  try {
    const { json } = await conversation.ask(notificationsId, request, { seconds: 5 });
    const answer = readAction(json);
    if (answer?.name === call.answer) return { status: 200, body: toJson(call.show(answer.payload)) };
    return { status: 500, body: toJson({ error: 'Unexpected response from notifications service' }) };
  } catch {
    return { status: 500, body: toJson({ error: 'Failed to contact notifications server' }) };
  }
}
