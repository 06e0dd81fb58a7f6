/** `state:distro:sys` (kernel.md §16): what the host functions get-state and set-state are, as messages. */
import * as v from 'valibot';
import type { Store } from '../store/store.ts';
import { packageOf, parseProcessId } from './address.ts';
import type { KernelMessage, ProcessId } from './message.ts';
import type { Module, ModuleContext } from './module.ts';

const action = v.union([
  v.object({ GetState: v.string() }),
  v.object({ SetState: v.string() }),
  v.object({ DeleteState: v.string() }),
  v.literal('Backup'),
]);

const utf8 = new TextDecoder();
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

export function createStateModule(store: Store): Module {
  return {
    id: 'state:distro:sys',
    public: false,
    async handle(message, context) {
      const { source } = message;
      const pack = packageOf(source.process);
      if (source.node !== context.our.node || (pack !== 'distro:sys' && pack !== 'terminal:sys')) {
        context.print(1, `state: got request from ${source.node}@${source.process}, ignoring it`);
        return;
      }
      const { body, blob } = await answer(store, message);
      if (body === undefined) return;
      // Errors are always sent; successes only to one who can take them.
      const failed = typeof body === 'object';
      const expected = message.message.kind === 'request' && message.message.expectsResponse !== undefined;
      if (!failed && !expected && !message.rsvp) return;
      respond(context, message, encode(body), blob);
    },
  };
}

function respond(context: ModuleContext, to: KernelMessage, body: Uint8Array, bytes: Uint8Array | undefined): void {
  context.respond(to, {
    body,
    blob: bytes && { mime: 'application/octet-stream', bytes },
    metadata: to.message.metadata,
  });
}

interface Answer {
  readonly body: string | { readonly Err: unknown } | undefined;
  readonly blob?: Uint8Array | undefined;
}

async function answer(store: Store, message: KernelMessage): Promise<Answer> {
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(message.message.body));
  } catch (error) {
    return badJson((error as Error).message);
  }
  const parsed = v.safeParse(action, json);
  if (!parsed.success) return badJson(parsed.issues[0].message);
  const request = parsed.output;
  if (request === 'Backup') return guarded('Backup', () => store.backup());
  const [name, id] = Object.entries(request)[0] as ['GetState' | 'SetState' | 'DeleteState', ProcessId];
  const process = parseProcessId(id);
  if ('problem' in process) return badJson(process.problem);
  if (name === 'GetState') {
    const bytes = store.getState(id);
    return bytes ? { body: 'GetState', blob: bytes } : { body: { Err: { NotFound: { process_id: id } } } };
  }
  if (name === 'DeleteState') return guarded('DeleteState', () => store.clearState(id));
  const { blob } = message;
  if (!blob) return { body: { Err: { BadBytes: { action: 'SetState' } } } };
  return guarded('SetState', () => store.setState(id, blob.bytes));
}

async function guarded(name: string, run: () => Promise<void>): Promise<Answer> {
  try {
    await run();
    return { body: name };
  } catch (error) {
    return { body: { Err: { RocksDBError: { action: name, error: (error as Error).message } } } };
  }
}

function badJson(error: string): Answer {
  return { body: { Err: { BadJson: { error } } } };
}
