/** `http-client:distro:sys`: HTTP requests and WebSockets to the outside, for apps (other-modules.md §2). */
import type { KernelMessage } from '../../kernel/message.ts';
import type { Module, ModuleContext } from '../../kernel/module.ts';
import { jsonBody } from '../body.ts';
import { HttpClientFailure, parseHttpClientAction } from './actions.ts';
import { fetchHttp } from './fetch.ts';
import { Sockets } from './sockets.ts';

export function createHttpClient(): Module {
  const stopped = new AbortController();
  let context: ModuleContext | undefined;
  const sockets = new Sockets((target, body, blob) => context?.send({ target, body, blob }));

  async function perform(message: KernelMessage, given: ModuleContext): Promise<void> {
    const action = parseHttpClientAction(message.message.body);
    if (!action) throw new HttpClientFailure('MalformedRequest');
    const owner = message.rsvp ?? message.source;
    const acknowledge = () => given.respond(message, { body: jsonBody({ Ok: 'WebSocketAck' }) });
    switch (action.name) {
      case 'Http': {
        const body = message.blob?.bytes ?? new Uint8Array();
        const fetched = await fetchHttp(action.payload, body, stopped.signal);
        const { status, headers } = fetched;
        given.respond(message, {
          body: jsonBody({ Ok: { Http: { status, headers } } }),
          blob: { mime: undefined, bytes: fetched.body },
        });
        return;
      }
      case 'WebSocketOpen': {
        const answered = await sockets.open(owner, action.payload);
        acknowledge();
        answered();
        return;
      }
      case 'WebSocketPush':
        sockets.push(owner, action.payload.channel_id, action.payload.message_type, message.blob);
        acknowledge();
        return;
      case 'WebSocketClose':
        sockets.close(owner, action.payload.channel_id);
        acknowledge();
        return;
    }
  }

  return {
    id: 'http-client:distro:sys',
    public: false,
    start(given) {
      context = given;
    },
    async handle(message, given) {
      const request = message.message;
      if (request.kind !== 'request') return;
      try {
        await perform(message, given);
      } catch (error) {
        if (!(error instanceof HttpClientFailure)) throw error;
        // Errors about a WebSocket are always answered, the others only to who waits (§2.3, §2.4).
        const ofSocket = typeof error.error === 'object' ? Object.keys(error.error)[0] : error.error;
        if (request.expectsResponse !== undefined || ofSocket?.startsWith('Ws'))
          given.respond(message, { body: jsonBody({ Err: error.error }) });
      }
    },
    dispose() {
      stopped.abort();
      sockets.dispose();
    },
  };
}
