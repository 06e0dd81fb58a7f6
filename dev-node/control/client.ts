/** A connection to one node's control API, for the extension and the command line. Knows no editor. */
import * as net from 'node:net';
import * as v from 'valibot';
import {
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import {
  type CallName,
  type CallParams,
  type CallResult,
  calls,
  controlErrorCode,
  type NotificationName,
  type NotificationParams,
  notifications,
} from './protocol.ts';

export interface Disposable {
  dispose(): void;
}

/** A refusal by the node: `message` is for people; `code` and `mend` come from the catalogue in docs/errors.md. */
export class ControlError extends Error {
  readonly code: string;
  readonly mend: string | undefined;
  constructor(message: string, code: string, mend?: string) {
    super(message);
    this.name = 'ControlError';
    this.code = code;
    this.mend = mend;
  }
}

export interface ControlClient extends Disposable {
  /** Sends one call; rejects with `ControlError` when the node refuses it, or when the connection is gone (`disconnected`). */
  call<K extends CallName>(
    name: K,
    ...params: undefined extends CallParams<K> ? [CallParams<K>?] : [CallParams<K>]
  ): Promise<CallResult<K>>;
  /** Listens to a notification; call `subscribe` for its topic as well. */
  on<K extends NotificationName>(name: K, listener: (params: NotificationParams<K>) => void): Disposable;
  /** Called once, when the node or this side has closed the connection. */
  onClosed(listener: () => void): Disposable;
}

/** Connects to a node's private socket (a path, or a pipe name on Windows). Rejects with `ControlError` `no-such-node`. */
export async function connect(socketPath: string): Promise<ControlClient> {
  const socket = await new Promise<net.Socket>((resolve, reject) => {
    const opening = net.connect(socketPath);
    opening.once('connect', () => resolve(opening));
    opening.once('error', (error) =>
      reject(
        new ControlError(
          `No node answers at ${socketPath}: ${error.message}`,
          'no-such-node',
          'Start the node, or remove its stale home folder.',
        ),
      ),
    );
  });
  return clientOver(createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket)), () =>
    socket.destroy(),
  );
}

function clientOver(connection: MessageConnection, close: () => void): ControlClient {
  const closedListeners = new Set<() => void>();
  let closed = false;
  const onClose = () => {
    if (closed) return;
    closed = true;
    for (const listener of closedListeners) listener();
    closedListeners.clear();
  };
  /** The connection itself knows one handler a notification; here each may have many. */
  const notified = new Map<NotificationName, Set<(params: unknown) => void>>();
  const listenersOf = (name: NotificationName) => {
    let all = notified.get(name);
    if (!all) {
      const listeners = new Set<(params: unknown) => void>();
      connection.onNotification(name, (params: unknown) => {
        const parsed = v.safeParse(notifications[name] as v.GenericSchema, params);
        if (parsed.success) for (const listener of [...listeners]) listener(parsed.output);
      });
      notified.set(name, listeners);
      all = listeners;
    }
    return all;
  };
  connection.onClose(onClose);
  connection.onError(onClose);
  connection.listen();
  const disconnected = () =>
    new ControlError('The node has closed its control connection.', 'disconnected', 'Restart the node.');
  return {
    async call(name, ...params) {
      if (closed) throw disconnected();
      const answer = new Promise<unknown>((resolve, reject) => {
        const gone = () => reject(disconnected());
        closedListeners.add(gone);
        connection
          .sendRequest(name, params[0] ?? {})
          .then(resolve, reject)
          .finally(() => closedListeners.delete(gone));
      });
      try {
        return v.parse(calls[name].result as v.GenericSchema, await answer) as never;
      } catch (error) {
        if (error instanceof ResponseError && error.code === controlErrorCode) {
          const data = (error.data ?? {}) as { code?: string; mend?: string };
          throw new ControlError(error.message, data.code ?? 'refused', data.mend);
        }
        throw error;
      }
    },
    on(name, listener) {
      const all = listenersOf(name);
      // A listener of its own for each call, so that the same function can be given twice and taken back once.
      const own = (params: unknown) => listener(params as never);
      all.add(own);
      return { dispose: () => all.delete(own) };
    },
    onClosed(listener) {
      if (closed) listener();
      else closedListeners.add(listener);
      return { dispose: () => closedListeners.delete(listener) };
    },
    dispose() {
      if (!closed) connection.end();
      connection.dispose();
      close();
      onClose();
    },
  };
}
