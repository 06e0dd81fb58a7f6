/** From a request to its handler and back to an answer. */
import { formatAddress } from './address.ts';
import type { RegisteredApp, RegisteredHandler } from './app.ts';
import { type Decision, decideHttp, decideMessage } from './decide.ts';
import { httpAnswer, httpServer, readServerRequest, type ServerRequest } from './http-server.ts';
import { our, println } from './identity.ts';
import { writeJson } from './json.ts';
import { type Answer, begin, type Event, type Incoming } from './messages.ts';
import { inScope } from './promise.ts';
import { encode } from './shape.ts';
import { bytesOf } from './text.ts';
import { channelClosed, channelOpened, wsPush } from './websocket.ts';

type Request = Extract<Event, { kind: 'request' }>;

/** `handled` is told when a handler is done, after its last await. */
export function createDispatcher(app: RegisteredApp, instance: object, handled: () => void) {
  const callable = app.handlers.filter(({ kinds }) => !kinds.has('init') && !kinds.has('ws'));
  const wsHandler = app.handlers.find(({ kinds }) => kinds.has('ws'));

  return (request: Request): void => {
    const { source, body, blob } = request;
    const isLocal = source.node === our().node;
    const fromServer = isLocal && source.process === httpServer;
    const server = fromServer ? readServerRequest(body, blob?.bytes) : undefined;
    const exchange = server?.kind === 'http' ? server.exchange : undefined;
    const incoming: Incoming = {
      name: `message from ${formatAddress(source)}`,
      source,
      body,
      blob,
      expectsResponse: request.expectsResponse,
      http: exchange,
      answer: undefined,
      done: false,
      underWay: 0,
      parked: 0,
    };
    begin(incoming);
    if (server && server.kind !== 'http') webSocket(incoming, server);
    else if (exchange) carryOut(incoming, decideHttp(exchange, callable, app.types));
    else carryOut(incoming, decideMessage({ source, body, isLocal }, callable, app.types));
  };

  function carryOut(incoming: Incoming, decision: Decision): void {
    if (decision.kind !== 'run') {
      println(decision.log);
      finish(incoming, decision.kind === 'answer' ? decision.answer : undefined);
      return;
    }
    const { handler, parameters } = decision;
    inScope(incoming, () =>
      settle(handler, parameters)
        .then((result) => finish(incoming, success(incoming, handler, result)))
        .catch((error: unknown) => {
          // A Rust handler that panics takes its process with it; here only this request fails, and says so.
          println(failureText(handler, error));
          finish(incoming, failure(incoming, handler, error));
        })
        .then(handled),
    );
  }

  function success(incoming: Incoming, handler: RegisteredHandler, result: unknown): Answer {
    const json = writeJson(encode(handler.shape.result, result, app.types));
    const { http } = incoming;
    return http ? httpAnswer(http.status, http.responseHeaders, json) : { body: bytesOf(json) };
  }

  function webSocket(incoming: Incoming, server: Exclude<ServerRequest, { kind: 'http' }>): void {
    finish(incoming, undefined);
    if (server.kind === 'ws-open') channelOpened(server.channel, server.path);
    else if (server.kind === 'ws-close') channelClosed(server.channel);
    else if (server.messageType === 'Ping') wsPush(server.channel, incoming.blob?.bytes ?? new Uint8Array(), 'Pong');
    else if (server.messageType !== 'Pong' && wsHandler)
      inScope(incoming, () =>
        settle(wsHandler, [server.channel, server.messageType, incoming.blob ?? { bytes: new Uint8Array() }])
          .catch((error: unknown) => println(failureText(wsHandler, error)))
          .then(handled),
      );
  }

  function settle(handler: RegisteredHandler, parameters: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve) => resolve(handler.run.call(instance, ...parameters)));
  }
}

/** Ends the handling of a message; the answer leaves at the end of the turn, if anybody waits for one. */
function finish(incoming: Incoming, answer: Answer | undefined): void {
  incoming.done = true;
  if (incoming.expectsResponse) incoming.answer = answer;
}

function failure(incoming: Incoming, handler: RegisteredHandler, error: unknown): Answer {
  const reason = `${handler.wireName} failed: ${error instanceof Error ? error.message : String(error)}`;
  return incoming.http
    ? httpAnswer(500, {}, writeJson({ error: reason }))
    : { body: bytesOf(writeJson({ Err: reason })) };
}

export function failureText(handler: RegisteredHandler, error: unknown): string {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `Handler ${handler.name} failed: ${detail}`;
}
