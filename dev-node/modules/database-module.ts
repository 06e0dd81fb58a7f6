/** What kv and sqlite have in common: how a request is answered, and how a failure becomes `{"Err":…}` (storage.md). */
import type { KernelMessage, ProcessId } from '../kernel/message.ts';
import type { Module, ModuleContext } from '../kernel/module.ts';
import { jsonBody } from './body.ts';
import { ioText } from './io-error.ts';

/** A request that is refused; `error` is what goes into `{"Err":…}`. */
export class DatabaseFailure extends Error {
  readonly error: unknown;
  constructor(error: unknown) {
    super(JSON.stringify(error, (_key, part) => (typeof part === 'bigint' ? String(part) : part)));
    this.error = error;
  }
}

export interface DatabaseReply {
  readonly body: unknown;
  readonly blob?: Uint8Array | undefined;
}

/**
 * A module that answers local requests from databases. A success is answered only if an answer is expected, a failure
 * always. `engineError` is the key under which the engine's own message goes, as the real module calls it.
 */
export function databaseModule(parts: {
  readonly id: ProcessId;
  readonly engineError: string;
  perform(message: KernelMessage, context: ModuleContext): DatabaseReply;
  close(): void;
}): Module {
  return {
    id: parts.id,
    public: false,
    handle(message, context) {
      const request = message.message;
      if (request.kind !== 'request' || message.source.node !== context.our.node) return;
      try {
        const { body, blob } = parts.perform(message, context);
        if (!message.rsvp && request.expectsResponse === undefined) return;
        context.respond(message, {
          body: jsonBody(body),
          blob: blob && { mime: 'application/octet-stream', bytes: blob },
          metadata: request.metadata,
        });
      } catch (error) {
        context.respond(message, { body: jsonBody({ Err: errorOf(error, parts.engineError) }) });
      }
    },
    dispose: () => parts.close(),
  };
}

/** What goes into `{"Err":…}`; a bug is thrown on. */
function errorOf(error: unknown, engineError: string): unknown {
  if (error instanceof DatabaseFailure) return error.error;
  if ((error as { code?: string }).code === 'ERR_SQLITE_ERROR') return { [engineError]: (error as Error).message };
  const text = ioText(error);
  if (text === undefined) throw error;
  return { IOError: text };
}
